[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Move-KinescopeVideo' {
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

    It 'moves into a folder and out of it' {
        $folder = New-KinescopeFolder f

        Get-KinescopeVideo -Title '*l[01]' | Move-KinescopeVideo -FolderId $folder.FolderId
        $folder | Get-KinescopeVideo | Should -HaveCount 2

        Get-KinescopeVideo -Title '*l0' | Move-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -PassThru | ForEach-Object FolderId | Should -BeNullOrEmpty
        ($folder | Get-KinescopeVideo).Title | Should -Be 'Lesson l1'
    }

    It 'moves to another project' {
        $folder = New-KinescopeFolder f
        $video = Get-KinescopeVideo -Title '*l0' | Move-KinescopeVideo -FolderId $folder.FolderId -PassThru
        $other = Get-KinescopeProject Sandbox

        (Move-KinescopeVideo $video.VideoId -ProjectId $other.ProjectId -PassThru).ProjectId | Should -Be $other.ProjectId
        $moved = Get-KinescopeVideo $video.VideoId
        Remove-KinescopeVideo $video.VideoId -Confirm:$false

        $moved.ProjectId, $moved.FolderId | Should -Be $other.ProjectId, $null
    }

    It 'asks for no project, and says how the current one is meant: FoundD20' {
        $failure = Get-Failure { Get-KinescopeVideo -Title '*l0' | Move-KinescopeVideo }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ParentMissing,*'
        "$failure" | Should -BeLike "*-FolderId*-ProjectId $env:KINESCOPE_PROJECT_ID for the top of the current project*"
    }

    It 'moves nothing with -WhatIf, and nothing to where nothing is' {
        Get-KinescopeVideo | Move-KinescopeVideo -FolderId 11111111-1111-4111-8111-111111111111 -WhatIf
        Get-ErrorId { Get-KinescopeVideo -Title '*l0' | Move-KinescopeVideo -FolderId 11111111-1111-4111-8111-111111111111 } | Should -Be FolderNotFound
        Get-ErrorId { Move-KinescopeVideo 11111111-1111-4111-8111-111111111111 -FolderId 11111111-1111-4111-8111-111111111111 } | Should -Be VideoNotFound
    }
}
