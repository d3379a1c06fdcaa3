[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Compare-LessonVideo' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive 'library'
        Write-SampleLibrary $library
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
        $env:KINESCOPE_MANIFEST = Join-Path $library manifest.json
    }

    It 'finds what was never sent, and says what would mend it' {
        $findings = Get-LessonVideoMap -Course 02_ads | Compare-LessonVideo -Side Map, Database, ProgressFile -WarningAction Ignore

        $findings.Count | Should -Be 67
        ($findings | Group-Object Status).Name | Should -Be NeverSent
        $findings[0].PSTypeNames[0] | Should -Be KinescopePS.LessonFinding
        $findings[0].Command | Should -Be 'Send-KinescopeVideo'
    }

    It 'compares nothing with one place alone' {
        { Compare-LessonVideo -Side ProgressFile -WarningAction Ignore } | Should -Throw -ErrorId 'NothingToCompare,*'
    }

    It 'ends with an error for scripts, and knows no other names' {
        { Get-LessonVideoMap -Course 02_ads | Compare-LessonVideo -Side Map, Database -FailOn Never* } |
            Should -Throw 'Not everything agrees: NeverSent 67.' -ErrorId 'LessonsDiffer,*'
        { Compare-LessonVideo -FailOn Nonsense } | Should -Throw -ErrorId 'FindingStatusUnknown,*'
    }

    It 'survives a file and a serialiser' {
        $finding = Get-LessonVideoMap -LessonId 02_ads_m01_001 | Compare-LessonVideo -Side Map, Database

        ($finding | ConvertTo-Csv | ConvertFrom-Csv).Status | Should -Be NeverSent
        ($finding | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json).Status | Should -Be NeverSent
        [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($finding)).Status |
            Should -Be NeverSent
    }

    It 'counts by course' {
        $totals = Get-LessonVideoMap | Compare-LessonVideo -Side Map, Database -Summary

        $totals.Count | Should -Be 6
        ($totals | Measure-Object Lessons -Sum).Sum | Should -Be 405
        ($totals | Format-Table | Out-String -Width 100) | Should -Match '(?m)^02_ads\s+67\s+0\s+67 NeverSent 67'
    }
}
