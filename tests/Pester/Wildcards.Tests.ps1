[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'A name with wildcard characters in it' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox

        # The first of them are also patterns that the last ones match.
        $ids = 'a[1]', 'b*', 'a1', 'bc'

        function Get-Row {
            (Get-LessonVideoId | Sort-Object LessonId).ForEach{ "$($_.LessonId)=$($_.VideoId)" } -join ' '
        }

        function Open-Database {
            & $dotnet $sandboxProgram sample library --scale 0.01 | Out-Null
            Connect-LessonDatabase file:./library/lessons.db | Out-Null
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    It 'in -Path stand for files, and in -LiteralPath for themselves: FoundD12' {
        Write-Course a1, a2, 'a[1]'
        Write-Video notes.txt 10 9
        $null = New-Item maps -ItemType Directory
        Get-LessonVideoMap -LessonId a1 | Export-LessonVideoMap maps/one.json
        Get-LessonVideoMap -LessonId a2 | Export-LessonVideoMap maps/two.csv

        (Send-KinescopeVideo *.mp4 -ProgressFile 1.jsonl -ThrottleLimit 1).Path | Split-Path -Leaf | Should -Be a1.mp4, a2.mp4, 'a[1].mp4'
        (Send-KinescopeVideo a1.mp4, a[2].mp4 -ProgressFile 2.jsonl -ThrottleLimit 1).Path | Split-Path -Leaf | Should -Be a1.mp4, a2.mp4
        (Send-KinescopeVideo 'a[1].mp4' -ProgressFile 3.jsonl -ThrottleLimit 1).Path | Split-Path -Leaf | Should -Be 'a[1].mp4'
        (Send-KinescopeVideo -LiteralPath 'a[1].mp4', a2.mp4 -ProgressFile 4.jsonl -ThrottleLimit 1).Path | Split-Path -Leaf | Should -Be 'a[1].mp4', a2.mp4
        (Get-ChildItem a2* | Send-KinescopeVideo -ProgressFile 5.jsonl -ThrottleLimit 1).Path | Split-Path -Leaf | Should -Be a2.mp4
        Get-ErrorId { Send-KinescopeVideo -LiteralPath 'a[2].mp4' } | Should -Be LessonFileNotFound
        Send-KinescopeVideo b*.mp4 -WarningVariable warnings -WarningAction Ignore | Should -BeNullOrEmpty
        $warnings | Should -BeLike '*b*.mp4*names no file*'
        Get-ErrorId { Send-KinescopeVideo a*.mp4 -LessonId l1 } | Should -Be LessonIdDuplicate

        (Import-LessonVideoMap maps/*).LessonId | Should -Be a1, a2
        (Import-LessonVideoMap -LiteralPath maps/two.csv).LessonId | Should -Be a2
        (Get-LessonVideoMap ., ./manifest.json).LessonId | Should -HaveCount 6
        (Import-KinescopeUpload ?.jsonl -PassThru).LessonId | Sort-Object -Unique | Should -HaveCount 3
    }

    It 'are silent where they find nothing, and whole names are not: FoundD13' {
        Open-Database
        Write-Course l0, l1
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        New-KinescopeFolder courses | Out-Null

        foreach ($case in @(
                @{ Run = { Get-LessonVideoMap -Course 2_ads }; Id = 'CourseNotFound'; Near = "*Near to it: '02_ads'*" }
                @{ Run = { Get-LessonVideoMap -LessonId l0, m0 }; Id = 'LessonNotFound'; Near = "*'l0'*" }
                @{ Run = { Get-LessonVideoMap -FromDatabase -BasePath . -Course 2_ads }; Id = 'CourseNotFound'; Near = "*Near to it: '02_ads'*" }
                @{ Run = { Get-LessonVideoId -Course 2_ads }; Id = 'CourseNotFound'; Near = "*Near to it: '02_ads'*" }
                @{ Run = { Get-KinescopeUpload -Course 2_ads }; Id = 'CourseNotFound'; Near = "*Near to it: '02_ads'*" }
                @{ Run = { Get-KinescopeUpload l2 }; Id = 'UploadNotFound'; Near = "*'l0'*" }
                @{ Run = { Get-KinescopeFolder course }; Id = 'FolderNotFound'; Near = "*Near to it: 'courses'*" }
                @{ Run = { Get-KinescopeProject Tset }; Id = 'ProjectNotFound'; Near = "*Near to it: 'Test'*" }
                @{ Run = { Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Title 'Lesson 0' }; Id = 'VideoNotFound'; Near = "*'Lesson l0'*" }
            )) {
            $failure = Get-Failure $case.Run
            $failure.FullyQualifiedErrorId | Should -BeLike "$($case.Id),*" -Because $case.Run
            "$failure" | Should -BeLike $case.Near -Because $case.Run
        }

        Get-LessonVideoMap -Course x* | Should -BeNullOrEmpty
        Get-LessonVideoMap -LessonId x* | Should -BeNullOrEmpty
        Get-LessonVideoId -Course x* | Should -BeNullOrEmpty
        Get-KinescopeUpload x* | Should -BeNullOrEmpty
        'm0' | Get-KinescopeUpload | Should -BeNullOrEmpty
        Get-KinescopeUpload l0 -Status Failed | Should -BeNullOrEmpty
        Get-KinescopeFolder x* | Should -BeNullOrEmpty
        Get-KinescopeProject x* | Should -BeNullOrEmpty
    }

    It 'are not looked for in an object without a path: FoundD12' {
        $failures = Get-Failure { [pscustomobject]@{ Name = 'a'; Size = 1 }, @{ Name = 'b' } | Send-KinescopeVideo }

        $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be LessonFilePathMissing, LessonFilePathMissing
        "$($failures[0])" | Should -BeLike '*object has no Path*'
        Get-ErrorId { Send-KinescopeVideo } | Should -Be LessonFilePathMissing
        Get-ErrorId { [pscustomobject]@{ Name = 'a' } | Import-KinescopeUpload } | Should -Be ImportFileNotFound
    }

    It 'means its manifest''s lesson or course alone; a pattern that is nobody''s name means all that match: FoundA06' {
        $lessons = $ids | ForEach-Object { @{ id = $_; filepath = 'x.mp4' } }
        $courses = foreach ($id in $ids) { @{ id = $id; modules = @(@{ id = 'm'; lessons = @(@{ id = "of $id"; filepath = 'x.mp4' }) }) } }
        Write-Manifest $lessons
        ConvertTo-Json @{ courses = @($courses) } -Depth 7 | Set-Content courses.json

        (Get-LessonVideoMap -LessonId 'a[1]' 3>$null).LessonId | Should -Be 'a[1]'
        (Get-LessonVideoMap -LessonId 'B*' 3>$null).LessonId | Should -Be 'b*'
        (Get-LessonVideoMap -LessonId 'a*', 'b?' 3>$null).LessonId | Should -Be 'a[1]', 'b*', 'a1', 'bc'
        (Get-LessonVideoMap -LessonId '?[1]' 3>$null).LessonId | Should -Be 'a1'
        (Get-LessonVideoMap courses.json -Course 'a[1]' 3>$null).Course | Should -Be 'a[1]'
        (Get-LessonVideoMap courses.json -Course 'b*', 'a1' 3>$null).Course | Should -Be 'b*', 'a1'
        (Get-LessonVideoMap courses.json -Course '*' 3>$null).Course | Should -Be $ids
    }

    It 'means the site''s lesson alone, and nothing else from the pipeline: FoundA06' {
        Open-Database
        $rows = Get-LessonVideoId | Select-Object -First 4
        $shape = '{0}[{1}]' -f $rows[0].LessonId.Substring(0, $rows[0].LessonId.Length - 1), $rows[0].LessonId[-1]

        (Get-LessonVideoId $shape).LessonId | Should -Be $rows[0].LessonId
        Get-ErrorId { $shape | Get-LessonVideoId } | Should -Be LessonNotFound
        Get-ErrorId { [pscustomobject]@{ LessonId = $shape } | Get-LessonVideoId } | Should -Be LessonNotFound
        Set-LessonVideoId $rows[0].LessonId v1
        Get-ErrorId { [pscustomobject]@{ LessonId = $shape } | Restore-LessonVideoId -Confirm:$false } | Should -Be LessonNotFound
        (Get-LessonVideoId $rows[0].LessonId).VideoId | Should -Be v1
        (Restore-LessonVideoId $shape -PassThru -Confirm:$false).LessonId | Should -Be $rows[0].LessonId
    }

    It 'means the recorded upload alone, and nothing else from the pipeline: FoundA06' {
        $uploaded = $ids | ForEach-Object { @{ lessonId = $_; videoId = "v-$([array]::IndexOf($ids, $_))"; courseId = $_ } }
        ConvertTo-Json @{ uploaded = @($uploaded) + @{ lessonId = 'A1'; videoId = 'v' } } | Set-Content old.json
        Import-KinescopeUpload old.json

        (Get-KinescopeUpload 'a[1]').LessonId | Should -BeExactly 'a[1]'
        (Get-KinescopeUpload '[a]1').LessonId | Should -BeExactly a1, A1
        ('a[1]', 'b*', 'a1' | Get-KinescopeUpload).LessonId | Should -BeExactly 'a[1]', 'b*', 'a1'
        [pscustomobject]@{ LessonId = '[a]1' } | Get-KinescopeUpload | Should -BeNullOrEmpty
        (Get-KinescopeUpload -Course 'b*').LessonId | Should -Be 'b*'
        (Get-KinescopeUpload -Course '[a]1').LessonId | Should -Be a1
    }

    It 'means the folder, the project and the video of Kinescope alone: FoundA06' {
        foreach ($name in $ids) {
            New-KinescopeFolder $name | Out-Null
            New-KinescopeProject "p $name" | Out-Null
        }

        0..3 | ForEach-Object { Write-Video "$_.mp4" 10 $_ }
        0..3 | ForEach-Object { [pscustomobject]@{ Path = "$_.mp4"; Title = $ids[$_] } } | Send-KinescopeVideo | Out-Null

        (Get-KinescopeFolder 'a[1]').Name | Should -Be 'a[1]'
        (Get-KinescopeFolder 'b*').Name | Should -Be 'b*'
        (Get-KinescopeFolder 'a*').Name | Sort-Object | Should -Be ('a[1]', 'a1' | Sort-Object)
        (Get-KinescopeProject 'p a[1]').Name | Should -Be 'p a[1]'
        (Get-KinescopeProject 'p b*').Name | Should -Be 'p b*'
        (Get-KinescopeProject 'p [ab][1c]').Name | Sort-Object | Should -Be 'p a1', 'p bc'
        (Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Title 'a[1]').Title | Should -Be 'a[1]'
        (Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Title 'b*').Title | Should -Be 'b*'
        (Get-KinescopeVideo -ProjectId $env:KINESCOPE_PROJECT_ID -Title '[ab][1c]').Title | Sort-Object | Should -Be a1, bc
    }
}
