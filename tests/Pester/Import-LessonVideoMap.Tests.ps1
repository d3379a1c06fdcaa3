[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Import-LessonVideoMap' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
    }

    AfterAll {
        Restore-Setting $before
        Close-Sandbox $sandbox
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Write-Course
    }

    It 'makes lessons again, which are uploaded: <_>' -ForEach 'map.json', 'map.csv' {
        Get-LessonVideoMap | Export-LessonVideoMap $_

        $sent = Import-LessonVideoMap $_ | Where-Object Course -eq 02_ads | Send-KinescopeVideo

        $sent.Status | Select-Object -Unique | Should -Be Uploaded
        $sent.LessonId | Sort-Object | Should -Be l0, l1, l2
        Assert-StoredOnce l0.mp4, l1.mp4, l2.mp4
    }

    It 'finds the files of a map from another machine below -BasePath' {
        Get-LessonVideoMap | Export-LessonVideoMap map.json
        $map = (Get-Content map.json -Raw).Replace((ConvertTo-Json $PWD.ProviderPath).Trim('"'), 'E:\\Courses')
        $there = (New-Item there -ItemType Directory).FullName
        Move-Item *.mp4 $there
        Set-Content map.json $map

        (Import-LessonVideoMap map.json).State | Select-Object -Unique | Should -Be Missing
        (Import-LessonVideoMap map.json -BasePath there).Path | Should -Be (0..2 | ForEach-Object { Join-Path $there "l$_.mp4" })
        Get-ErrorId { Import-LessonVideoMap map.json -BasePath nowhere } | Should -Be BasePathNotFound
    }

    It 'reads what a spreadsheet makes of a map: semicolons, fewer columns, another order' {
        Set-Content map.csv "`u{FEFF}Path;Title;LessonId", 'l1.mp4;"Two; parts";l1', "l0.mp4;'=x;l0" -Encoding utf8NoBOM

        $map = Import-LessonVideoMap map.csv

        $map.LessonId | Should -Be l1, l0
        $map.Title | Should -Be 'Two; parts', '=x'
        $map.State | Select-Object -Unique | Should -Be Ready
    }

    It 'takes files from Get-ChildItem' {
        Get-LessonVideoMap -LessonId l0 | Export-LessonVideoMap a.json
        Get-LessonVideoMap -LessonId l1 | Export-LessonVideoMap b.csv

        Get-ChildItem a.json, b.csv | Import-LessonVideoMap | ForEach-Object LessonId | Should -Be l0, l1
    }

    It 'says <Error> of <Path> with <Text>, and reads the next file' -ForEach @(
        @{ Path = 'none.json'; Text = $null; Error = 'ImportFileNotFound' }
        @{ Path = 'folder'; Text = $null; Error = 'ImportFileUnreadable' }
        @{ Path = 'map.json'; Text = '{'; Error = 'ImportFileInvalid' }
        @{ Path = 'map.json'; Text = '[]'; Error = 'ImportFileInvalid' }
        @{ Path = 'map.json'; Text = '{"matched": {}}'; Error = 'ImportFileInvalid' }
        @{ Path = 'map.json'; Text = '{"matched": []} x'; Error = 'ImportFileInvalid' }
        @{ Path = 'map.csv'; Text = ''; Error = 'ImportFileInvalid' }
        @{ Path = 'map.csv'; Text = "Course,Title`nx,y`n"; Error = 'ImportFileInvalid' }
        @{ Path = 'map.csv'; Text = "LessonId,Path`nl0,`"l0.mp4`n"; Error = 'ImportFileInvalid' }
    ) {
        New-Item folder -ItemType Directory | Out-Null
        if ($null -ne $Text) {
            Set-Content $Path $Text -NoNewline
        }

        Get-LessonVideoMap | Export-LessonVideoMap good.csv
        $map = [System.Collections.Generic.List[object]]::new()

        Get-ErrorId { $Path, 'good.csv' | Import-LessonVideoMap | ForEach-Object { $map.Add($_) } } | Should -Be $Error

        $map.LessonId | Should -Be l0, l1, l2
    }

    It 'refuses what leaves the base path or is no entry, alone, in JSON' {
        Set-Content map.json @'
            {"matched": [{"filePath": "../manifest.json", "lessonId": "a"}, {"filePath": "/etc/passwd", "lessonId": "b"}, {"filePath": "C:\\x.mp4", "lessonId": "c"},
            7, {"lessonId": "d"}, {"filePath": "l0.mp4"}, {"filePath": {"x": [1]}, "lessonId": "e"}, {"filePath": "l0.mp4", "lessonId": "l0"}]}
'@

        $map = Import-LessonVideoMap map.json -BasePath . -ErrorAction SilentlyContinue -ErrorVariable failures

        $map.LessonId | Should -Be l0
        $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be (@('LessonFilePathRefused', 'MapBasePathUnknown') + @('ImportEntryInvalid') * 4)
        $failures[3].Exception.Message | Should -Match 'matched\[4\] has no filePath'
    }

    It 'refuses what leaves the base path or is no entry, alone, in CSV' {
        Set-Content map.csv 'LessonId,Path,Title', ',l0.mp4,x', 'l1,,x', 'l2,../x.mp4,y', 'l0,l0.mp4'

        $map = Import-LessonVideoMap map.csv -ErrorAction SilentlyContinue -ErrorVariable failures

        $map.LessonId | Should -Be l0
        $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be ImportEntryInvalid, ImportEntryInvalid, LessonFilePathRefused
        $failures[1].Exception.Message | Should -BeLike '*line 3 has no Path*'
    }

    It 'leaves out a lesson whose id a spreadsheet changed, by the manifest that the map names: FoundA17' {
        Write-Course '001', '1-2', '123456789012345', '1234567890123456789', good
        Get-LessonVideoMap | Export-LessonVideoMap map.csv
        Get-LessonVideoMap | Export-LessonVideoMap map.json
        foreach ($file in 'map.csv', 'map.json') {
            $text = (Get-Content $file -Raw) -replace '"001"', '"1"' -replace ',001,', ',1,' -replace '([",])1-2([",])', '${1}02.янв$2'
            $text = $text -replace '([",])123456789012345([",])', '${1}1.23E+14$2' -replace '([",])1234567890123456789([",])', '${1}1234567890123450000$2'
            Set-Content $file $text

            $map = Import-LessonVideoMap $file -ErrorAction SilentlyContinue -ErrorVariable failures

            $map.LessonId | Should -Be good
            $failures.FullyQualifiedErrorId | Should -BeLike 'LessonNotInManifest,*'
            $failures.TargetObject | Should -Be 1, 02.янв, 1.23E+14, 1234567890123450000
            $failures[0].Exception.Message | Should -BeLike "*$($file -eq 'map.csv' ? 'line 2' : 'matched?0?'), lesson '1'*manifest.json has no such lesson, but '001'*"
            $failures[2].Exception.Message | Should -BeLike "*but '123456789012345',*"
            $failures[3].Exception.Message | Should -BeLike "*but '1234567890123456789',*"
        }
    }

    It 'points out, without a manifest, what looks as if a spreadsheet had changed it: FoundA17' {
        $changed = '1,23E+14', '1.23E+14', '1E+15', '123456789012340000', '02.янв', '2-Jan', 'Jan-02', '01.02.2026', '2026-02-01', '#####', '#ИМЯ?'
        $sound = '001', '12', '1-2', 'l0', '02_ads_m01_001', 'ads-01', 'skill_analytics_assortment_003', '12may3', '3e', 'E14', 'урок 1'
        ConvertTo-Json @{ matched = @($changed + $sound | ForEach-Object { @{ lessonId = $_; filePath = 'l0.mp4' } }) } -Depth 3 | Set-Content map.json

        foreach ($id in $changed + $sound) {
            Set-Content one.csv 'LessonId;Path', "$id;l0.mp4"
            (Import-LessonVideoMap one.csv -WarningVariable warnings -WarningAction SilentlyContinue).LessonId | Should -Be $id
            "$warnings" | Should -BeLike ($id -in $changed ? "*one.csv: 1 lesson ids*'$id' (line 2)*" : '')
        }

        $all = Import-LessonVideoMap map.json -WarningVariable warnings -WarningAction SilentlyContinue
        $all.LessonId | Should -Be ($changed + $sound)
        "$warnings" | Should -BeLike "*map.json: $($changed.Count) lesson ids*'1,23E+14' (matched?0?)*, ...*"
    }

    It 'reads a map whose manifest is elsewhere or no longer readable: FoundA17' {
        Get-LessonVideoMap | Export-LessonVideoMap map.csv
        Set-Content manifest.json '{'
        (Import-LessonVideoMap map.csv -WarningVariable warnings -WarningAction SilentlyContinue).LessonId | Should -Be l0, l1, l2
        "$warnings" | Should -BeLike '*map.csv*could not be compared*manifest.json, line*'
        Remove-Item manifest.json
        (Import-LessonVideoMap map.csv -WarningVariable warnings).LessonId | Should -Be l0, l1, l2
        $warnings | Should -BeNullOrEmpty
    }

    # As it was made by hand for the second wave of a course: absolute paths of one machine, and no base path.
    Context 'of a map made by hand' {
        BeforeEach {
            $names = 'update 21.04.26/Аналитика/1.1 Тема.mp4', 'update 21.04.26/Аналитика/1.2. Итоги 2.0.MP4', 'update 21.04.26/WB и Ozon/Урок 3.mov'
            $here = Join-Path $PWD.ProviderPath Courses
            foreach ($i in 0..2) {
                New-Item (Join-Path $here (Split-Path $names[$i])) -ItemType Directory -Force | Out-Null
                Write-Video "Courses/$($names[$i])" 1000 $i
            }

            $files = $names | ForEach-Object { [System.IO.Path]::GetFullPath((Join-Path $here $_)) }
            $ids = 'skill_analytics_assortment_003', 'skill_analytics_assortment_004', '05_ozon_001'

            function Write-HandMap([string[]] $File, [string] $Path = 'map.json') {
                $matched = foreach ($i in 0..($File.Count - 1)) {
                    [ordered]@{
                        lessonId = $ids[$i]; courseId = ('01_analytics', '01_analytics', '05_ozon')[$i]; title = "Тема $i"; filePath = $File[$i]
                        fileExists = $true; fileSizeMB = (0, 12.34, 100)[$i]; extension = [System.IO.Path]::GetExtension($File[$i])
                    }
                }

                ConvertTo-Json ([ordered]@{ generated = '2026-04-21T10:00:00.000Z'; matched = @($matched); stats = @{ total = 3 } }) -Depth 4 | Set-Content -LiteralPath $Path
            }
        }

        It 'goes from its paths, which are here, to linked rows: FoundA18 <Separator>' -ForEach @{ Separator = '/' }, @{ Separator = [string][System.IO.Path]::DirectorySeparatorChar } {
            & $dotnet $sandboxProgram sample library --scale 0.01 | Out-Null
            $ids = Get-LessonVideoId -DatabaseUrl file:./library/lessons.db | Select-Object -First 3 | ForEach-Object LessonId
            Write-HandMap $files.Replace('\', '/').Replace('/', $Separator)

            $links = Import-LessonVideoMap map.json -WarningVariable warnings | Send-KinescopeVideo |
                Set-LessonVideoId -DatabaseUrl file:./library/lessons.db -Force -PassThru

            $warnings | Should -BeNullOrEmpty
            $links.LessonId | Sort-Object | Should -Be ($ids | Sort-Object)
            (Get-LessonVideoId $ids -DatabaseUrl file:./library/lessons.db).VideoId | Sort-Object | Should -Be ($links.VideoId | Sort-Object)
            Assert-StoredOnce $files
        }

        It 'finds the files of <Root> below -BasePath, and says so: FoundA18' -ForEach @(
            @{ Root = 'E:/Courses/' }, @{ Root = 'E:\Courses\' }, @{ Root = '\\nas\Курсы\' }, @{ Root = '//nas/Курсы/' }, @{ Root = '\\?\E:\Courses\' }, @{ Root = '/mnt/nowhere/' }, @{ Root = 'E:/' }, @{ Root = '/' }
        ) {
            Write-HandMap ($names | ForEach-Object { $Root + ($Root -match '\\' ? $_.Replace('/', '\') : $_) })
            $there = Join-Path $here 'update 21.04.26'

            $map = Import-LessonVideoMap map.json -BasePath $there -WarningVariable warnings -WarningAction SilentlyContinue
            $above = Import-LessonVideoMap map.json -BasePath $here -WarningAction SilentlyContinue
            $named = Import-LessonVideoMap map.json -BasePath $here -OldBasePath $Root.ToLowerInvariant().Replace('курсы', 'Курсы') -WarningVariable +none

            $map.Path | Should -BeExactly $files
            $map.State | Should -Be Ready, Ready, Ready
            $map.LessonId | Should -Be $ids
            "$warnings" | Should -BeLike '*takes the place of*update 21.04.26, *-OldBasePath*'
            $above.Path + $named.Path | Should -BeExactly ($files + $files)
            $none | Should -BeNullOrEmpty
        }

        It 'takes no file of an equal name beside it for one whose path is not here: FoundA18' {
            $foreign = $IsWindows ? '/mnt/nowhere' : 'E:/Courses'
            Write-HandMap ($names | ForEach-Object { "$foreign/$_" }) Courses/map.json

            Import-LessonVideoMap Courses/map.json -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty

            $failures.FullyQualifiedErrorId | Should -BeLike 'MapBasePathUnknown,*'
            "$failures" | Should -BeLike "*map.json: its files were below $foreign*-BasePath*"
            (Import-LessonVideoMap Courses/map.json -BasePath Courses -WarningAction SilentlyContinue).Path | Should -BeExactly $files
        }

        It 'uses no file outside of -BasePath: FoundA18' {
            Write-HandMap $files

            $map = Import-LessonVideoMap map.json -BasePath (Split-Path $files[0]) -ErrorAction SilentlyContinue -ErrorVariable failures

            $map.Path | Should -BeExactly $files[0], $files[1]
            $failures.FullyQualifiedErrorId | Should -BeLike 'LessonFilePathRefused,*'
            $failures.TargetObject | Should -Be $ids[2]
            (Import-LessonVideoMap map.json -BasePath $PWD).Path | Should -BeExactly $files
        }

        It 'refuses a path that goes up again, alone: FoundA18' {
            $up = Join-Path $here 'update 21.04.26/../../secret.mp4'
            Write-Video secret.mp4 10 9
            Write-HandMap $files[0], $up, $files[2]

            foreach ($options in @{}, @{ BasePath = $here }, @{ BasePath = $here; OldBasePath = $here }) {
                $map = Import-LessonVideoMap map.json @options -ErrorAction SilentlyContinue -ErrorVariable failures

                $map.Path | Should -BeExactly $files[0], $files[2]
                $failures.FullyQualifiedErrorId | Should -BeLike 'LessonFilePathRefused,*'
                $failures.TargetObject | Should -Be $ids[1]
            }
        }

        It 'asks for -OldBasePath where the paths have no folder in common: FoundA18 <Paths>' -ForEach @(
            @{ Paths = 'E:/Courses/a.mp4', 'D:/Courses/b.mp4'; Old = 'D:\Courses'; Left = 1 }
            @{ Paths = '\\nas\one\a.mp4', '\\nas\two\b.mp4'; Old = '//NAS/two'; Left = 1 }
            @{ Paths = '/nowhere/a.mp4', '/elsewhere/b.mp4'; Old = '/elsewhere'; Left = 1 }
            @{ Paths = '/nowhere/a.mp4', 'E:/b.mp4'; Old = 'E:'; Left = 1 }
        ) {
            Write-HandMap $Paths
            Write-HandMap $files good.json

            $failures = Get-Failure { Import-LessonVideoMap map.json -BasePath $here }
            $both = 'map.json', 'good.json' | Import-LessonVideoMap -BasePath $here -ErrorAction SilentlyContinue
            $map = Import-LessonVideoMap map.json -BasePath $here -OldBasePath $Old -ErrorAction SilentlyContinue -ErrorVariable refused

            $failures.FullyQualifiedErrorId | Should -BeLike 'MapBasePathUnknown,*'
            $failures.Exception.Message | Should -BeLike '*map.json*-OldBasePath*-BasePath*'
            $both.Path | Should -BeExactly $files
            $map.Path | Should -BeExactly (Join-Path $here b.mp4)
            $refused.FullyQualifiedErrorId | Should -BeLike 'LessonFilePathRefused,*'
            Get-ErrorId { Import-LessonVideoMap map.json -OldBasePath Courses } | Should -Be MapBasePathUnknown
        }

        It 'takes files of several folders as they are, where they are here: FoundA18' {
            $other = (New-Item other -ItemType Directory).FullName
            Write-Video other/x.mp4 10 9
            Write-HandMap $files[0], $files[1], (Join-Path $other x.mp4)

            (Import-LessonVideoMap map.json).State | Should -Be Ready, Ready, Ready
        }
    }
}
