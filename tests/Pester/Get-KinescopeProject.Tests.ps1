[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeProject' {
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
    }

    It 'lists projects, by name and by id' {
        (Get-KinescopeProject t*).ProjectId | Should -Be $env:KINESCOPE_PROJECT_ID
        ($env:KINESCOPE_PROJECT_ID | Get-KinescopeProject).Name | Should -Be Test
        (Get-KinescopeProject).Name | Sort-Object | Should -Be Sandbox, Test
    }

    It 'names a project that is not there, and goes on' {
        $found = '11111111-1111-4111-8111-111111111111', $env:KINESCOPE_PROJECT_ID | Get-KinescopeProject -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.FullyQualifiedErrorId | Should -BeLike 'ProjectNotFound,*'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.Exception.RequestId | Should -Not -BeNullOrEmpty
        $found.Name | Should -Be Test
    }

    It 'completes ids from names, also for other commands' {
        $all = (Get-KinescopeProject).ProjectId | Sort-Object

        foreach ($line in 'Get-KinescopeProject -ProjectId tes', 'Get-KinescopeVideo -ProjectId tes') {
            (TabExpansion2 $line).CompletionMatches.CompletionText | Should -Be $env:KINESCOPE_PROJECT_ID
        }

        (TabExpansion2 'Send-KinescopeVideo -ProjectId ').CompletionMatches.CompletionText | Sort-Object | Should -Be $all
    }
}
