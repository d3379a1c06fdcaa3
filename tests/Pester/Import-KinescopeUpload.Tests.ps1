[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Import-KinescopeUpload' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox

        function Write-OldProgress([object[]] $Uploaded = @(), [object[]] $Failed = @()) {
            @{ startedAt = '2026-01-01T08:00:00Z'; lastUpdated = '2026-01-02T08:00:00Z'; uploaded = $Uploaded; failed = $Failed } |
                ConvertTo-Json -Depth 4 | Set-Content old.json
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    It 'spares Send-KinescopeVideo what the scripts had uploaded, and not what had failed' {
        Write-Course l0, l1
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v0' } @(
            @{ lessonId = 'l0'; filePath = 'l0.mp4'; error = 'early' }
            @{ lessonId = 'l1'; filePath = 'l1.mp4'; error = 'HTTP 502' }
            @{ lessonId = 'l1'; filePath = 'l1.mp4'; error = 'HTTP 504' }
        )

        Import-KinescopeUpload old.json | Should -BeNullOrEmpty
        "$(Get-KinescopeUpload | ForEach-Object { $_.LessonId, $_.Status, $_.Failures, $_.Error })" | Should -Be 'l0 Uploaded 0  l1 Failed 2 HTTP 504'
        $sent = Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId

        $sent.Status | Should -Be Skipped, Uploaded
        $sent[0].VideoId | Should -Be v0
        Assert-StoredOnce l1.mp4
    }

    It 'hands on with -PassThru what can be linked' {
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v0'; courseId = '02_ads'; uploadedAt = '2026-01-01T10:00:00Z' }

        $upload = Get-Item old.json | Import-KinescopeUpload -PassThru

        $upload.PSTypeNames[0] | Should -Be KinescopePS.KinescopeUpload
        $upload.LessonId, $upload.Course, $upload.VideoId, $upload.EmbedUrl | Should -Be l0, 02_ads, v0, https://kinescope.io/embed/v0
        $upload.UpdatedAt | Should -Be ([datetimeoffset] '2026-01-01T10:00:00Z')
        $upload.Length | Should -BeNullOrEmpty
    }

    It 'reports bad entries and goes on' {
        Write-OldProgress 5, @{ lessonId = 'l0' }, @{ lessonId = 'l1'; videoId = 'v1' }

        $failures = Get-Failure { Import-KinescopeUpload old.json }

        $failures.FullyQualifiedErrorId | ForEach-Object { $_ | Should -BeLike 'ImportEntryInvalid,*' }
        $failures.TargetObject | Should -Be 'uploaded[0]', 'uploaded[1]'
        (Get-KinescopeUpload).LessonId | Should -Be l1
    }

    It 'replaces a known video with -Force only' {
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v0' }
        Import-KinescopeUpload old.json
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v1' }

        Get-ErrorId { Import-KinescopeUpload old.json } | Should -Be UploadAlreadyKnown
        (Get-KinescopeUpload).VideoId | Should -Be v0
        Import-KinescopeUpload old.json -Force
        (Get-KinescopeUpload).VideoId | Should -Be v1
    }

    It 'says with -WhatIf what it would note, and writes nothing' {
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v0' } @{ lessonId = 'l1'; error = 'HTTP 502' }

        $said = Invoke-Pwsh 'Import-Module $module; Import-KinescopeUpload old.json -WhatIf'

        $said[0] | Should -BeLike "What if: *Note as uploaded, video v0*Lesson 'l0'*"
        $said[1] | Should -BeLike "What if: *Note as failed: HTTP 502*Lesson 'l1'*"
        (Get-ChildItem).Name | Should -Be old.json
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a file that is not there'; Text = $null; ErrorId = 'ImportFileNotFound' }
        @{ Name = 'what is not JSON'; Text = 'a,b'; ErrorId = 'ImportFileInvalid' }
        @{ Name = 'other JSON'; Text = '{"matched":[]}'; ErrorId = 'ImportFileInvalid' }
    ) {
        if ($Text) {
            Set-Content old.json $Text
        }

        Get-ErrorId { Import-KinescopeUpload old.json } | Should -Be $ErrorId
    }
}
