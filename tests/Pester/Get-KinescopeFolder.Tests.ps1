[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeFolder' {
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
        $courses = New-KinescopeFolder courses
        New-KinescopeFolder 02_ads, 01_start -ParentId $courses.FolderId | Out-Null
        $folders = Get-KinescopeFolder
    }

    It 'shows the tree' {
        $folders.Path | Should -Be courses, courses/01_start, courses/02_ads
        $folders.Depth | Should -Be 0, 1, 1
        $folders | Out-String | Should -Match '(?m)^\S+ +0 +0.00   01_start'
    }

    It 'shows what is deep in it below its parents' {
        New-KinescopeFolder deep -ParentId $folders[1].FolderId | Out-Null
        New-KinescopeFolder b | Out-Null

        (Get-KinescopeFolder).Path | Should -Be b, courses, courses/01_start, courses/01_start/deep, courses/02_ads
        (Get-KinescopeFolder).Depth | Should -Be 0, 0, 1, 2, 1
        (Get-KinescopeFolder -ParentId $folders[1].FolderId).Path | Should -Be courses/01_start/deep
        (Get-KinescopeFolder courses/01_start).Name | Should -Be 01_start
    }

    It 'takes names, paths, ids and parents' {
        (Get-KinescopeFolder 0*).Name | Should -Be 01_start, 02_ads
        (Get-KinescopeFolder 'courses/02*').Name | Should -Be 02_ads
        (Get-KinescopeFolder -FolderId $courses.FolderId).Name | Should -Be courses
        Get-KinescopeFolder -ParentId $courses.FolderId | Should -HaveCount 2
        Get-KinescopeProject Test | Get-KinescopeFolder | Should -HaveCount 3
        (Get-KinescopeProject Test | Get-KinescopeFolder -FolderId $courses.FolderId).Name | Should -Be courses
    }

    It 'completes ids from names and from their beginning, also for other commands' {
        $lessons = (New-KinescopeFolder Уроки -ParentId $courses.FolderId).FolderId

        (TabExpansion2 'Move-KinescopeVideo x -FolderId ').CompletionMatches.CompletionText | Should -Be (@($folders.FolderId) + $lessons)
        (TabExpansion2 'New-KinescopeFolder x -ParentId уро').CompletionMatches.CompletionText | Should -Be $lessons
        (TabExpansion2 "Get-KinescopeFolder -FolderId $($lessons.Substring(0, 6))").CompletionMatches.CompletionText | Should -Be $lessons
    }

    It 'needs a project, one that is there' {
        Get-ErrorId { Get-KinescopeFolder -ProjectId 11111111-1111-4111-8111-111111111111 } | Should -Be ProjectNotFound
        $env:KINESCOPE_PROJECT_ID = $null

        Get-ErrorId { Get-KinescopeFolder } | Should -Be ParentMissing
        $env:KINESCOPE_PROJECT_ID = $sandbox.Project
    }
}
