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
        (Get-KinescopeProject T*).ProjectId | Should -Be $env:KINESCOPE_PROJECT_ID
        ($env:KINESCOPE_PROJECT_ID | Get-KinescopeProject).Name | Should -Be Test
        (Get-KinescopeProject).Name | Should -Contain Sandbox
    }

    It 'names a project that is not there, and goes on' {
        $found = '11111111-1111-4111-8111-111111111111', $env:KINESCOPE_PROJECT_ID | Get-KinescopeProject -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.FullyQualifiedErrorId | Should -BeLike 'ProjectNotFound,*'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.Exception.RequestId | Should -Not -BeNullOrEmpty
        $found.Name | Should -Be Test
    }

    It 'completes ids from names' {
        (TabExpansion2 'Get-KinescopeProject -ProjectId tes').CompletionMatches.CompletionText | Should -Contain $env:KINESCOPE_PROJECT_ID
    }
}
