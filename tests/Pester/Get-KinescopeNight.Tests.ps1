[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeNight' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting

        # A log as the script leaves it; what it says of real runs is in its own tests.
        function Write-Log([string] $Day, [string] $Outcome, [hashtable] $Summary = @{}) {
            New-Item logs -ItemType Directory -Force | Out-Null
            $lines = @(
                @{ at = "2026-11-${Day}T01:30:00Z"; event = 'start'; path = $PWD.ProviderPath; machine = 'SCHOOL1' }
                @{ at = "2026-11-${Day}T01:31:00Z"; event = 'error'; id = 'LessonFileNotFound'; message = "There is no file."; lesson = 'l2' }
                if ($Outcome) { @{ at = "2026-11-${Day}T07:30:00Z"; event = 'summary'; outcome = $Outcome; exitCode = 2; seconds = 21600; uploaded = 3; failed = 1; bytesSent = 3GB } + $Summary }
            )
            $lines | ForEach-Object { ConvertTo-Json $_ -Compress } | Set-Content "logs/kinescope-202611$Day-013000-7.ndjson"
        }
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
    }

    It 'shows a row for each night in their order, also one that did not end' {
        Write-Log 26 PartialFailure @{ companionsSent = 5; companionsFailed = 1 }
        Write-Log 25 Unfinished @{ left = 83 }
        Write-Log 27

        $nights = Get-KinescopeNight

        $nights.Outcome | Should -Be Unfinished, PartialFailure, NotEnded
        $nights[0].Left | Should -Be 83
        $nights[1].CompanionsFailed | Should -Be 1
        "$($nights[1])" | Should -BeLike '*0 linked, beside them 5 sent, 1 failed, 0 errors;*'
        $nights[2].ExitCode | Should -BeNullOrEmpty
        $nights[1].Failures.LessonId | Should -Be l2
        (Get-KinescopeNight -Last 2).Outcome | Should -Be PartialFailure, NotEnded
        (Get-KinescopeNight logs/*1126-*).Outcome | Should -Be PartialFailure
        (Get-ChildItem logs | Get-KinescopeNight).Count | Should -Be 3
        $rows = ($nights | Format-Table | Out-String -Width 80) -split '\r?\n' | Where-Object { $_ -match '^2026' }
        $rows[1] | Should -Match 'PartialFailure +3 +1 +0 +3\D0 GiB 6 h'
        $rows | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 80 }
        ($nights[1] | ConvertTo-Csv)[1] | Should -Match 'LessonFileNotFound: There is no file'
    }

    It 'leaves no night out for a log that cannot be read: NightlyLogUnreadable' -Skip:$IsWindows {
        Write-Log 26 Success
        mkfifo logs/kinescope-20261127-013000-8.ndjson
        Set-Content logs/kinescope-20261128-013000-9.ndjson 'no JSON'

        $nights = Get-KinescopeNight -ErrorVariable failed -ErrorAction SilentlyContinue

        $nights.Outcome | Should -Be Success, NotEnded
        $failed.FullyQualifiedErrorId | Should -BeLike 'NightlyLogUnreadable,*'
    }

    It 'says that there is none: <Id> of <Path>' -ForEach @(
        @{ Path = '.'; Id = 'NightlyLogNotFound' }, @{ Path = 'text.txt'; Id = 'NightlyLogNotFound' }, @{ Path = 'nowhere'; Id = 'NightlyLogNotFound' }
    ) {
        Set-Content text.txt 'no log'
        Get-ErrorId { Get-KinescopeNight $Path } | Should -Be $Id
        Write-Log 26 Success
        (Get-KinescopeNight $Path, logs -ErrorAction SilentlyContinue).Outcome | Select-Object -Last 1 | Should -Be Success
    }
}
