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
    }

    It 'shows the tree' {
        $folders = Get-KinescopeFolder

        $folders.Path | Should -Be courses, courses/01_start, courses/02_ads
        $folders.Depth | Should -Be 0, 1, 1
        $folders | Out-String | Should -Match '(?m)^\S+ +0 +0.00   01_start'
    }

    It 'takes names, paths, ids and parents' {
        (Get-KinescopeFolder 0*).Name | Should -Be 01_start, 02_ads
        (Get-KinescopeFolder 'courses/02*').Name | Should -Be 02_ads
        (Get-KinescopeFolder -FolderId $courses.FolderId).Name | Should -Be courses
        Get-KinescopeFolder -ParentId $courses.FolderId | Should -HaveCount 2
        Get-KinescopeProject Test | Get-KinescopeFolder | Should -HaveCount 3
    }

    It 'needs a project' {
        $env:KINESCOPE_PROJECT_ID = $null

        Get-ErrorId { Get-KinescopeFolder } | Should -Be ParentMissing
        $env:KINESCOPE_PROJECT_ID = $sandbox.Project
    }
}
