[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Remove-KinescopeUpload' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox

        # One lesson uploaded, two that are unfinished.
        function Send-Course {
            Write-Course done, half1, half2
            Use-UploadFault @{ kind = 'answer'; status = 500 } -File half*.mp4
            Connect-Sandbox -MaxRetry 1
            Get-LessonVideoMap | Send-KinescopeVideo -ErrorAction Ignore | Out-Null
            Clear-Fault
        }

        # Also those of which Kinescope has not all bytes.
        function Get-Video {
            Invoke-Sandbox Get "/v1/videos?per_page=100&project_id=$env:KINESCOPE_PROJECT_ID"
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Send-Course
    }

    It 'forgets a lesson, writes nothing, and names what stays at Kinescope' {
        $video = (Get-KinescopeUpload half1).UnfinishedVideoId

        Remove-KinescopeUpload half1 -Confirm:$false -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty

        (Get-KinescopeUpload).LessonId | Sort-Object | Should -Be done, half2
        "$warnings" | Should -BeLike "*'half1'*$video*"
        (Get-Video).id | Should -Contain $video
    }

    It 'deletes unfinished videos with -DeleteVideo, from the pipeline' {
        Get-KinescopeUpload -Status Failed | Remove-KinescopeUpload -DeleteVideo -Confirm:$false

        (Get-KinescopeUpload).LessonId | Should -Be done
        Assert-StoredOnce done.mp4
    }

    It 'deletes a finished video with -Force only' {
        Get-ErrorId { Remove-KinescopeUpload done -DeleteVideo -Confirm:$false } | Should -Be VideoFinished
        (Get-KinescopeUpload done).Status | Should -Be Uploaded
        (Get-Video).title | Should -Contain 'Lesson done'

        Remove-KinescopeUpload done -DeleteVideo -Force -Confirm:$false

        (Get-KinescopeUpload).LessonId | Should -Not -Contain done
        (Get-Video).title | Sort-Object | Should -Be 'Lesson half1', 'Lesson half2'
    }

    It 'leaves a lesson whose video cannot be deleted, and goes on' {
        $video = (Get-KinescopeUpload half1).UnfinishedVideoId
        Use-Fault @{ match = @{ method = 'DELETE'; path = "/v1/videos/$video" }; fault = @{ kind = 'answer'; status = 500 } }

        $failure = Get-Failure { Remove-KinescopeUpload half1, half2 -DeleteVideo -Confirm:$false }

        $failure.FullyQualifiedErrorId | Should -BeLike 'KinescopeUnavailable,*'
        $failure.TargetObject | Should -Be half1
        Get-SandboxRequest DELETE "/v1/videos/$video" | Should -HaveCount 2
        (Get-KinescopeUpload).LessonId | Sort-Object | Should -Be done, half1
        (Get-KinescopeUpload half1).UnfinishedVideoId | Should -Be $video
        Clear-Fault
        $sent = Get-KinescopeUpload -Status Failed | Send-KinescopeVideo
        $sent.LessonId, $sent.VideoId | Should -Be half1, $video
    }

    It 'says with -WhatIf what would go, and leaves it' {
        $video = (Get-KinescopeUpload half1).UnfinishedVideoId

        $said = Invoke-Pwsh 'Import-Module $module; Remove-KinescopeUpload half1 -DeleteVideo -WhatIf'

        $said | Should -BeLike "What if: *Delete video $video at Kinescope and forget the upload*Lesson 'half1' (*half1.mp4)*"
        Get-KinescopeUpload | Should -HaveCount 3
        Get-Video | Should -HaveCount 3
    }

    It 'asks before it deletes a video, which is gone then, and forgets a lesson without a question: FoundD01' {
        $shell = Open-Shell 'Remove-KinescopeUpload half1 -DeleteVideo; Remove-KinescopeUpload half2 -WarningAction Ignore'
        try {
            $shell.Invoke()
        }
        catch {
            $asked = $_
        }

        # A session without a host has nobody to ask.
        "$($shell.Streams.Error)$asked" | Should -BeLike '*prompts the user*'
        Get-KinescopeUpload half1 | Should -Not -BeNullOrEmpty
        Remove-KinescopeUpload half1 -WarningAction Ignore
        (Get-KinescopeUpload).LessonId | Should -Not -Contain half1
    }

    It 'keeps what is to be put back on a video that is getting new content, unless -Force is given' {
        Write-Video done.mp4 2000 7
        Get-KinescopeUpload done | Set-KinescopeVideo -Title Урок
        # The first change is to see that the title can be put back.
        Use-Fault @{ match = @{ method = 'PATCH'; path = '/v1/videos/'; nth = 2 }; fault = @{ kind = 'answer'; status = 403; code = 100103 } }
        Get-KinescopeUpload done | Send-KinescopeVideo -Replace -WarningAction Ignore | Out-Null
        Clear-Fault

        Get-ErrorId { Remove-KinescopeUpload done -Confirm:$false } | Should -Be ReplacementUnfinished
        Get-KinescopeUpload done | Should -Not -BeNullOrEmpty
        Remove-KinescopeUpload done -Force -WarningVariable warnings -WarningAction SilentlyContinue

        "$warnings" | Should -BeLike "*title was 'Урок'*"
        (Get-KinescopeUpload).LessonId | Should -Not -Contain done
    }

    It 'names a lesson that it does not know' {
        $failure = Get-Failure { Remove-KinescopeUpload nobody -Confirm:$false }

        $failure.FullyQualifiedErrorId | Should -BeLike 'UploadNotFound,*'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.TargetObject | Should -Be nobody
    }

    It 'leaves a file that a run is using' {
        Use-UploadFault @{ kind = 'stall' } -File half2.mp4
        $shell = Open-Shell 'Get-LessonVideoMap -LessonId half2 | Send-KinescopeVideo'
        $shell.BeginInvoke() | Out-Null
        Wait-Sandbox stalled=1

        Get-ErrorId { Remove-KinescopeUpload half1 -Confirm:$false } | Should -Be ProgressFileLocked
        $held = Get-KinescopeUpload | ConvertTo-Json
        $env:KINESCOPE_API_KEY, $key = '', $env:KINESCOPE_API_KEY
        # A preview disturbs nobody and needs no key.
        $failure = Get-Failure { Remove-KinescopeUpload half1 -DeleteVideo -WhatIf }
        $env:KINESCOPE_API_KEY = $key

        $failure | Should -BeNullOrEmpty
        Get-KinescopeUpload | ConvertTo-Json | Should -Be $held
        $shell.Stop()
    }

    It 'needs a key to delete a video' {
        Disconnect-Kinescope
        $env:KINESCOPE_API_KEY, $key = '', $env:KINESCOPE_API_KEY
        $id = Get-ErrorId { Remove-KinescopeUpload half1 -DeleteVideo -Confirm:$false }
        $env:KINESCOPE_API_KEY = $key

        $id | Should -Be ApiKeyMissing
        Get-KinescopeUpload half1 | Should -Not -BeNullOrEmpty
    }

    It 'makes no progress file' {
        Use-EmptyFolder

        Get-ErrorId { Remove-KinescopeUpload l0 -Confirm:$false } | Should -Be ProgressFileNotFound
        Get-ChildItem | Should -BeNullOrEmpty
    }
}
