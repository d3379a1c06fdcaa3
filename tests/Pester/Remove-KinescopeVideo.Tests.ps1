[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Remove-KinescopeVideo' {
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

    It 'deletes what it is given' {
        Get-KinescopeVideo -Title '*l[01]' | Remove-KinescopeVideo -Confirm:$false

        (Get-KinescopeVideo).Title | Should -Be 'Lesson l2'
    }

    It 'asks, by the title' {
        $shell = Open-Shell 'Get-KinescopeVideo | Remove-KinescopeVideo'
        $shell.Invoke()

        $shell.Streams.Error[0] | Should -BeLike '*prompts the user*'
        Invoke-Pwsh 'Import-Module $module; Remove-KinescopeVideo (Get-KinescopeVideo -Title *l0).VideoId -WhatIf' | Should -BeLike "*Delete the video*'Lesson l0' (*"
        Get-KinescopeVideo | Should -HaveCount 3
    }

    It 'names what is not there, and goes on' {
        $failure = Get-Failure { '11111111-1111-4111-8111-111111111111', (Get-KinescopeUpload l0).VideoId | Remove-KinescopeVideo -Confirm:$false }

        $failure.FullyQualifiedErrorId | Should -BeLike 'VideoNotFound,*'
        Get-KinescopeVideo | Should -HaveCount 2
    }
}
