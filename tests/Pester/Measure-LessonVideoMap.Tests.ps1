[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Measure-LessonVideoMap' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive library
        Write-SampleLibrary $library
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
    }

    It 'counts the map of the current folder where none is given: FoundD20' {
        Set-Location $library

        (Measure-LessonVideoMap).Lessons | Should -Be 405
        (@() | Measure-LessonVideoMap).Lessons | Should -Be 0
        Set-Location ..
        Get-ErrorId { Measure-LessonVideoMap } | Should -Be ManifestNotFound
    }

    It 'counts the library as Measure-Object and Group-Object do' {
        $map = Get-LessonVideoMap $library

        $summary = $map | Measure-LessonVideoMap

        $summary.Lessons | Should -Be 405
        $summary.Length | Should -Be ($map | Measure-Object Length -Sum).Sum
        $summary.Courses.Course | Should -Be ($map.Course | Select-Object -Unique)
        foreach ($course in $summary.Courses) {
            $course.Lessons | Should -Be @($map | Where-Object Course -eq $course.Course).Count
        }

        $summary.Extensions | ForEach-Object { "$($_.Extension) $($_.Lessons)" } | Should -Be '.mp4 393', '.mov 12'
        ($summary.Courses | Measure-Object Percent -Sum).Sum | Should -BeGreaterThan 99.9
    }

    It 'is shown as a report, which names what is missing and what no lesson names' {
        Write-Course
        Write-Video extra.mp4 5 5
        Remove-Item l1.mp4

        $report = Get-LessonVideoMap -IncludeOrphan | Measure-LessonVideoMap | Out-String -Width 200

        $report | Should -Match 'Lessons +3, 2 with a file, 1 missing'
        $report | Should -Match 'Orphans +1 files that no lesson names, 5 bytes'
        $report | Should -Match '02_ads +MARKETING +3 +1 '
        $report | Should -Match "Missing\s+$([regex]::Escape((Join-Path $PWD l1.mp4)))"
    }

    It 'takes lessons as a parameter, and nothing at all' {
        (Measure-LessonVideoMap (Get-LessonVideoMap $library -Course 02_ads)).Lessons | Should -Be 67
        (@() | Measure-LessonVideoMap).Lessons | Should -Be 0
    }
}
