[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-LessonVideoId' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive 'library'
        Write-SampleLibrary $library
        $first, $second = '02_ads_m01_001', '02_ads_m01_002'
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    It 'shows every lesson with its video' {
        Set-LessonVideoId $first v1

        $lessons = Get-LessonVideoId

        $lessons.Count | Should -Be 405
        $lessons[0].PSTypeNames[0] | Should -Be KinescopePS.SiteLesson
        $lesson = $lessons | Where-Object LessonId -eq $first
        $lesson.VideoId, $lesson.VideoUrl | Should -Be v1, https://kinescope.io/embed/v1
        $lesson.Title | Should -Not -BeNullOrEmpty
    }

    It 'shows what is missing' {
        Set-LessonVideoId $first v1

        (Get-LessonVideoId -Missing).Count | Should -Be 404
        (Get-LessonVideoId $first, $second -Missing).LessonId | Should -Be $second
    }

    It 'takes ids, wildcards and objects with an id' {
        (Get-LessonVideoId 02_ads_m01_00?).LessonId | Should -Contain $first
        ($second, $first | Get-LessonVideoId).LessonId | Should -Be $second, $first
        (Get-LessonVideoMap $library -LessonId $first | Get-LessonVideoId).LessonId | Should -Be $first
    }

    It 'names a lesson that is not there, and shows the others' {
        $lessons = Get-LessonVideoId nobody, $first -ErrorAction SilentlyContinue -ErrorVariable problems

        $lessons.LessonId | Should -Be $first
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'LessonNotFound,*'
        $problems[0].TargetObject | Should -Be nobody
    }

    It 'feeds the command that changes what it shows' {
        Get-LessonVideoId -Missing | Select-Object LessonId, @{ n = 'VideoId'; e = { "v-$($_.LessonId)" } } | Set-LessonVideoId

        Get-LessonVideoId -Missing | Should -BeNullOrEmpty
        Get-LessonVideoId | Set-LessonVideoId -Clear -Confirm:$false
        (Get-LessonVideoId -Missing).Count | Should -Be 405
    }

    It 'ends when the next command has enough' {
        (Get-LessonVideoId | Select-Object -First 3).Count | Should -Be 3
    }

    It 'is shown as a table' {
        Set-LessonVideoId $first v1

        $text = Get-LessonVideoId $first | Out-String -Width 200

        $text | Should -Match 'LessonId +Course +Title +VideoId'
        $text | Should -Match "(?m)^$first .+ v1"
    }

    It 'takes its settings from files, of which the later wins' {
        $env:DATABASE_URL = $null
        Set-Content .env 'export DATABASE_URL="file:./nowhere.db" # the example'
        Set-Content .env.local "DATABASE_URL='file:./lessons.db'"

        (Get-LessonVideoId $first -EnvironmentFile .env, .env.local).LessonId | Should -Be $first
        $env:DATABASE_URL | Should -BeNullOrEmpty
        Get-ErrorId { Get-LessonVideoId -EnvironmentFile .env } | Should -Be DatabaseNotFound
        Get-ErrorId { Get-LessonVideoId -EnvironmentFile missing.env } | Should -Be EnvironmentFileNotFound
        Get-ErrorId { Get-LessonVideoId -EnvironmentFile . } | Should -Be EnvironmentFileUnreadable
    }
}
