[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeUsage' {
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

    It 'shows each product of a day' {
        $usage = Get-KinescopeUsage ([datetime]::UtcNow) -ProjectId $env:KINESCOPE_PROJECT_ID

        $usage.Product | Should -Be storage, encoding, cdn
        $usage[0].Usage | Should -Be 3000
        $usage.Unit | Should -Be bytes, minutes, bytes
    }

    It 'takes a project from the pipeline, and a stretch of days' {
        (Get-KinescopeProject Test | Get-KinescopeUsage).Count | Should -Be 90
        Get-KinescopeUsage -From ([datetime]::UtcNow.AddDays(-1)) | Should -HaveCount 6
        (Get-KinescopeUsage ([datetime]::UtcNow.AddDays(-1)) -ByProject).ProjectId | Should -Contain $env:KINESCOPE_PROJECT_ID
        Get-ErrorId { Get-KinescopeUsage 2026-01-02 2026-01-01 } | Should -Be RequestInvalid
    }
}
