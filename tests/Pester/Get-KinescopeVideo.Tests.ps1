[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeVideo' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Write-Course l0, l1, l2
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
    }

    It 'lists videos, the newest first, and writes those that match' {
        Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID | Should -HaveCount 3
        (Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Title '*L1').Title | Should -Be 'Lesson l1'
        Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Status error | Should -BeNullOrEmpty
        Invoke-Sandbox Post "/sandbox/videos/$((Get-KinescopeUpload l1).VideoId)/status" @{ status = 'error' } | Out-Null
        (Get-KinescopeVideo -Status error).Title | Should -Be 'Lesson l1'
        (Get-KinescopeVideo -Status done, processing).Title | Sort-Object | Should -Be 'Lesson l0', 'Lesson l2'
        (Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Search L2).Title | Should -Be 'Lesson l2'
    }

    It 'takes ids, uploads, folders and projects' {
        $video = Get-KinescopeUpload l1 | Get-KinescopeVideo

        $video.Title | Should -Be 'Lesson l1'
        $video.Original.OriginalName, $video.Original.Length | Should -Be l1.mp4, 1000
        $video.EmbedUrl | Should -BeLike https://kinescope.io/embed/*
        $video.Duration | Should -Be ([timespan]::FromMilliseconds(5))
        ($video | Get-KinescopeVideo).Title | Should -Be 'Lesson l1'
        ($video.VideoId | Get-KinescopeVideo).Title | Should -Be 'Lesson l1'
        (Get-KinescopeVideo $video.VideoId).Title | Should -Be 'Lesson l1'
        ($video.PlayUrl.Split('/')[-1] | Get-KinescopeVideo).Title | Should -Be 'Lesson l1'
        (Get-KinescopeVideo "$($video.EmbedUrl)?autoplay=1").VideoId | Should -Be $video.VideoId
        $video | Move-KinescopeVideo -FolderId (New-KinescopeFolder f).FolderId
        (Get-KinescopeFolder f | Get-KinescopeVideo).Title | Should -Be 'Lesson l1'
        Get-KinescopeProject Test | Get-KinescopeVideo | Should -HaveCount 3
    }

    It 'asks for no more than is taken' {
        foreach ($i in 1..101) {
            Invoke-Sandbox Post /v2/init @{ type = 'video'; parent_id = $env:KINESCOPE_PROJECT_ID; title = "v$i"; filename = 'a.mp4'; filesize = 1 } | Out-Null
        }
        Invoke-Sandbox Delete /sandbox/requests | Out-Null

        (Get-KinescopeVideo | Select-Object -First 2).Title | Should -Be v101, v100

        Get-SandboxRequest GET /v1/videos | Should -HaveCount 2
    }

    It 'names what is not there, and goes on' {
        $found = 'nonsense', '11111111-1111-4111-8111-111111111111', (Get-KinescopeUpload l0).VideoId |
            Get-KinescopeVideo -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.FullyQualifiedErrorId | Should -BeLike '*,*GetKinescopeVideoCommand'
        $failure.FullyQualifiedErrorId -replace ',.*' | Should -Be IdInvalid, VideoNotFound
        $found.Title | Should -Be 'Lesson l0'
    }

    It 'is shown in a table' {
        Get-KinescopeVideo | Out-String -Width 200 | Should -Match 'Title +Status +Duration +Size +VideoId'
    }
}
