[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Disconnect-LessonDatabase' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive library
        Write-SampleLibrary $library
        $first = '01_start_m01_001'
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Copy-Item (Join-Path $library lessons.db) .
    }

    It 'leaves the commands without the database' {
        Connect-LessonDatabase file:./lessons.db | Out-Null
        Get-LessonVideoId $first | Should -HaveCount 1

        Disconnect-LessonDatabase | Should -BeNullOrEmpty

        Get-ErrorId { Get-LessonVideoId $first } | Should -Be DatabaseUrlMissing
        Get-ErrorId { Set-LessonVideoId $first v1 } | Should -Be DatabaseUrlMissing
        Get-ErrorId { Disconnect-LessonDatabase } | Should -Be SessionMissing
    }

    It 'ends the one that it is given' {
        $one, $two = 1, 2 | ForEach-Object { Connect-LessonDatabase file:./lessons.db }

        $one | Disconnect-LessonDatabase

        $one.IsConnected, $two.IsConnected | Should -Be $false, $true
        Get-ErrorId { Get-LessonVideoId $first -Database $one } | Should -Be SessionClosed
        Get-ErrorId { Set-LessonVideoId $first v1 -Database $one } | Should -Be SessionClosed
        Get-LessonVideoId $first | Should -HaveCount 1
        Disconnect-LessonDatabase
    }
}
