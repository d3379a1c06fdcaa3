[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'New-KinescopeFolder' {
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

    It 'makes folders at the top and in others' {
        $top = New-KinescopeFolder top
        'a', 'b' | New-KinescopeFolder -ParentId $top.FolderId | Out-Null

        (Get-KinescopeFolder).Path | Should -Be top, top/a, top/b
    }

    It 'takes a project from the pipeline' {
        (Get-KinescopeProject Test | New-KinescopeFolder -Name a, b).Name | Should -Be a, b

        (Get-KinescopeFolder).Path | Should -Be a, b
    }

    It 'makes it in a folder that is piped in: FoundD14' {
        $top = New-KinescopeFolder top
        $top | New-KinescopeFolder -Name a | New-KinescopeFolder -Name b, c | Out-Null

        (Get-KinescopeFolder).Path | Should -Be top, top/a, top/a/b, top/a/c
        Get-ErrorId { $top | New-KinescopeFolder } | Should -Be RequestInvalid
    }

    It 'makes nothing with -WhatIf, and nothing in a folder that is not there' {
        New-KinescopeFolder top -WhatIf
        Get-ErrorId { New-KinescopeFolder top -ParentId 11111111-1111-4111-8111-111111111111 } | Should -Be EntityNotFound

        Get-KinescopeFolder | Should -BeNullOrEmpty
    }
}
