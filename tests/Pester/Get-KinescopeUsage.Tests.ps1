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

    It 'adds the days up: FoundD20' {
        $day = [datetime]::UtcNow
        $one = Get-KinescopeUsage $day -ProjectId $env:KINESCOPE_PROJECT_ID
        $total = Get-KinescopeUsage $day.AddDays(-1) $day -ProjectId $env:KINESCOPE_PROJECT_ID -Total

        $total.Product | Should -Be storage, encoding, cdn
        $total.Unit | Should -Be $one.Unit
        $total[1].Usage | Should -BeGreaterOrEqual $one[1].Usage
        @($total.Date -ne $null) | Should -HaveCount 0
    }

    It 'says how a key is given that was typed: FoundD20' {
        $failure = Get-Failure { Get-KinescopeUsage -ApiKey abc }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -BeLike '*Read-Host -AsSecureString*'
        "$failure" | Should -Not -BeLike '*abc*'
    }

    It 'reads dates as the user writes them: FoundD02' {
        $shell = Open-Shell "[cultureinfo]::CurrentCulture = 'ru-RU'; Get-KinescopeUsage 01.12.2025 02.12.2025; Get-KinescopeUsage 12/31/2025"

        $usage = $shell.Invoke()

        $usage.Date | ForEach-Object UtcDateTime | Sort-Object -Unique | Should -Be ([datetime]::new(2025, 12, 1)), ([datetime]::new(2025, 12, 2))
        "$($shell.Streams.Error)" | Should -BeLike '*no date*31.12.2026*'
        Get-ErrorId { Get-KinescopeUsage 5 } | Should -Be ParameterArgumentTransformationError
    }

    It 'takes a project from the pipeline, and a stretch of days' {
        (Get-KinescopeProject Test | Get-KinescopeUsage).Count | Should -Be 90
        Get-KinescopeUsage -From ([datetime]::UtcNow.AddDays(-1)) | Should -HaveCount 6
        (Get-KinescopeUsage ([datetime]::UtcNow.AddDays(-1)) -ByProject).ProjectId | Should -Contain $env:KINESCOPE_PROJECT_ID
        Get-ErrorId { Get-KinescopeUsage 2026-01-02 2026-01-01 } | Should -Be RequestInvalid
    }
}
