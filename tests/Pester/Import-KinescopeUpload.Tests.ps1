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

    It 'knows each lesson afterwards, with the time of its entry, and hands it on with -PassThru' {
        Write-OldProgress @(
            @{ lessonId = 'l1'; videoId = 'v1'; courseId = '02_ads'; uploadedAt = '2026-01-01T10:00:00Z' }
            @{ lessonId = 'l2'; videoId = 'v2'; uploadedAt = '2026-01-01T11:00:00Z' }
            @{ lessonId = 'l3'; videoId = 'v3' }
        ) @(
            @{ lessonId = 'l4'; filePath = '/srv/4.mp4'; error = 'ETIMEDOUT'; failedAt = '2026-01-01T12:00:00Z' }
            @{ lessonId = 'l2'; filePath = '/srv/2.mp4'; error = 'ECONNRESET'; failedAt = '2026-01-01T10:30:00Z' }
            @{ lessonId = 'l4'; filePath = '/srv/4.mp4'; error = 'HTTP 502'; failedAt = '2026-01-01T13:00:00Z' }
        )

        $passed = Get-Item old.json | Import-KinescopeUpload -PassThru

        $passed[0].PSTypeNames[0] | Should -Be KinescopePS.KinescopeUpload
        $passed[0].EmbedUrl, $passed[0].Length | Should -Be https://kinescope.io/embed/v1, $null
        foreach ($uploads in $passed, (Get-KinescopeUpload)) {
            $uploads | ForEach-Object {
                "$($_.LessonId) $($_.Status) $($_.VideoId) $($_.Course) $($_.Title) $($_.Path) $($_.Failures) $($_.Error) $($_.UpdatedAt.UtcDateTime.ToString('s'))"
            } | Should -Be @(
                'l1 Uploaded v1 02_ads   0  2026-01-01T10:00:00'
                'l2 Uploaded v2    0  2026-01-01T11:00:00'
                # Without a time of its own: that of the file.
                'l3 Uploaded v3    0  2026-01-02T08:00:00'
                'l4 Failed    /srv/4.mp4 2 HTTP 502 2026-01-01T13:00:00'
            )
        }
    }

    It 'reports bad entries and goes on' {
        Write-OldProgress @(
            5
            @{ videoId = 'v' }
            @{ lessonId = 'l0' }
            @{ lessonId = 'l0'; videoId = ' ' }
            @{ lessonId = 7; videoId = 'v' }
            @{ lessonId = 'l1'; videoId = 'v1'; uploadedAt = 'yesterday' }
        ) $null, @{ lessonId = 'l2' }

        $failures = Get-Failure { Import-KinescopeUpload old.json }

        $failures.FullyQualifiedErrorId | ForEach-Object { $_ | Should -BeLike 'ImportEntryInvalid,*' }
        $failures.TargetObject | Should -Be 'uploaded[0]', 'uploaded[1]', 'uploaded[2]', 'uploaded[3]', 'uploaded[4]', 'failed[0]'
        "$(Get-KinescopeUpload | ForEach-Object { $_.LessonId, $_.Status })" | Should -Be 'l1 Uploaded l2 Failed'
    }

    It 'leaves out an entry with half of a character in it, alone: FoundC17' {
        Set-Content old.json '{"uploaded":[{"lessonId":"l1","videoId":"v1"},{"lessonId":"l2","videoId":"v2","courseId":"\ud83d"},{"lessonId":"l3","videoId":"v3"}],
            "failed":[{"lessonId":"\udc00"},{"lessonId":"l4","error":"\ud83d"}]}'

        $imported = Import-KinescopeUpload old.json -PassThru -ErrorAction SilentlyContinue -ErrorVariable failures

        $imported.LessonId | Should -Be l1, l3
        $failures.FullyQualifiedErrorId | Should -BeLike 'ImportEntryInvalid,*'
        $failures.TargetObject | Should -Be 'uploaded[1]', 'failed[0]', 'failed[1]'
        Set-Content old.json '{"\ud83d":1,"uploaded":[]}'
        Get-ErrorId { Import-KinescopeUpload old.json } | Should -BeIn $null, ImportFileInvalid
    }

    It 'replaces a known video with -Force only' {
        Write-Course l0, l1
        $sent = Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId
        # The second is the same video in both.
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v1' }, @{ lessonId = 'l1'; videoId = $sent[1].VideoId }

        $failure = Get-Failure { Import-KinescopeUpload old.json }

        $failure | Should -HaveCount 1
        $failure.FullyQualifiedErrorId | Should -BeLike 'UploadAlreadyKnown,*'
        $failure.TargetObject | Should -Be l0
        (Get-KinescopeUpload l0).VideoId | Should -Be $sent[0].VideoId
        Import-KinescopeUpload old.json -Force | Should -BeNullOrEmpty
        # What was known of the file that was sent is not known of this one's.
        (Get-KinescopeUpload l0).VideoId, (Get-KinescopeUpload l0).Length | Should -Be v1, $null
    }

    It 'says with -WhatIf what it would note, and writes nothing' {
        Write-OldProgress @{ lessonId = 'l0'; videoId = 'v0' } @{ lessonId = 'l1'; error = 'HTTP 502' }

        $said = Invoke-Pwsh 'Import-Module $module; Import-KinescopeUpload old.json -PassThru -WhatIf'

        $said | Should -HaveCount 2
        $said[0] | Should -BeLike "What if: *Note as uploaded, video v0*Lesson 'l0'*"
        $said[1] | Should -BeLike "What if: *Note as failed: HTTP 502*Lesson 'l1'*"
        (Get-ChildItem).Name | Should -Be old.json
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a file that is not there'; Text = $null; ErrorId = 'ImportFileNotFound' }
        @{ Name = 'what is not JSON'; Text = 'a,b'; ErrorId = 'ImportFileInvalid' }
        @{ Name = 'a part of a file'; Text = '{"uploaded":['; ErrorId = 'ImportFileInvalid' }
        @{ Name = 'a list'; Text = '[]'; ErrorId = 'ImportFileInvalid' }
        @{ Name = 'an object without anything'; Text = '{}'; ErrorId = 'ImportFileInvalid' }
        @{ Name = 'other JSON'; Text = '{"matched":[]}'; ErrorId = 'ImportFileInvalid' }
        @{ Name = 'an object for a list'; Text = '{"uploaded":{}}'; ErrorId = 'ImportFileInvalid' }
    ) {
        if ($Text) {
            Set-Content old.json $Text
        }

        $passed = [System.Collections.Generic.List[object]]::new()
        Get-ErrorId { Import-KinescopeUpload old.json -PassThru | ForEach-Object { $passed.Add($_) } } | Should -Be $ErrorId
        $passed | Should -BeNullOrEmpty
    }
}
