[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Sync-LessonVideo' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $library = Join-Path $TestDrive 'library'
        Write-SampleLibrary $library
        $first, $second = '02_ads_m01_001', '02_ads_m01_002'
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    It 'replaces the durations of persons with -Force only, and Restore-LessonVideoId gives them back' {
        Write-Course $first, $second
        Get-LessonVideoMap | Send-KinescopeVideo -Wait | Set-LessonVideoId
        $theirs = (Get-LessonVideoId $first -DurationColumn duration).Duration

        $kept = Sync-LessonVideo -DurationColumn duration -PassThru -WarningVariable warnings -WarningAction SilentlyContinue
        $filled = Sync-LessonVideo $first -DurationColumn duration -PassThru -Force

        $kept.Status | Should -Be Unchanged, Unchanged
        "$warnings" | Should -BeLike "*$first, $second*-Force*"
        $filled.Status, $filled.Duration, $filled.PreviousDuration | Should -Be Filled, ([timespan] '00:01'), $theirs
        Restore-LessonVideoId -Confirm:$false $first
        (Get-LessonVideoId $first -DurationColumn duration).Duration | Should -Be $theirs
    }

    It 'LessonColumnMissing: no column is named' {
        Get-ErrorId { Sync-LessonVideo } | Should -Be LessonColumnMissing
    }

    It 'LessonColumnUnsuitable: a column of numbers for addresses' {
        $failure = Get-Failure { Connect-LessonDatabase -PosterUrlColumn order }

        $failure.FullyQualifiedErrorId | Should -BeLike 'LessonColumnUnsuitable,*'
        "$failure" | Should -BeLike '*order*INTEGER*-PosterUrlColumn*'
    }
}
