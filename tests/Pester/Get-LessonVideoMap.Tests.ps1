[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-LessonVideoMap' {
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
    }

    Context 'on a library of 405 lessons' {
        It 'finds the file of every lesson, in the order of the manifest' {
            $manifest = Get-Content (Join-Path $library manifest.json) -Raw
            $titles, $names = foreach ($pattern in '"title_original": (".*\.(?:mp4|mov)")', '"filename": (".*")') {
                , ([regex]::Matches($manifest, $pattern) | ForEach-Object { $_.Groups[1].Value | ConvertFrom-Json })
            }

            $map = Get-LessonVideoMap $library

            $map.Title | Should -Be ($titles -replace '\.(mp4|mov)$')
            $map.Path | Split-Path -Leaf | ForEach-Object Normalize | Should -Be $names
            $map.State | Select-Object -Unique | Should -Be Ready
            ($map | Measure-Object Length -Sum).Sum | Should -Be (Get-ChildItem $library -Recurse -File -Include *.mp4, *.mov | Measure-Object Length -Sum).Sum
        }

        It 'knows course, category, module and submodule of a lesson' {
            $lesson = Get-LessonVideoMap $library -LessonId 02_ads_m01_practice_002

            $lesson.Course, $lesson.Category, $lesson.Module, $lesson.Submodule, $lesson.Order |
                Should -Be '02_ads', 'MARKETING', '02_ads_m01', '02_ads_m01_practice', 2
        }

        It 'shows a table by course that fits 100 columns' {
            $lessons = Get-LessonVideoMap $library -Course 01*, 02* | Where-Object Order -eq 1

            $lines = ($lessons | Out-String -Width 100) -split '\r?\n'

            $lines | Should -Contain '   Course: 01_start'
            $lines | Should -Contain '   Course: 02_ads'
            $lines | Should -Contain ('{0,-30} {1,-9} {2,10} {3}' -f 'LessonId', 'State', 'Size', 'Title')
            $first = $lessons[0]
            $size = $first.Length -lt 1KB ? "$($first.Length) bytes" : '{0:0.0} KiB' -f ($first.Length / 1KB)
            $row = '{0,-30} {1,-9} {2,10} {3}' -f $first.LessonId, 'Ready', $size, $first.Title
            $lines | Should -Contain ($row.Length -gt 100 ? $row.Substring(0, 99) + [char] 0x2026 : $row)
            ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
        }

        It 'takes courses and lessons by wildcard, and by Where-Object' {
            (Get-LessonVideoMap $library -Course 04*, 06_service).Count | Should -Be (24 + 64)
            (Get-LessonVideoMap $library | Where-Object Course -eq 02_ads).Count | Should -Be 67
            (Get-LessonVideoMap $library -LessonId *_practice_001).Count | Should -Be 16
            (Get-LessonVideoMap $library -Course 02* -LessonId *_practice_001, no-such-lesson -ErrorAction Ignore).Course | Select-Object -Unique | Should -Be 02_ads
            Get-ErrorId { Get-LessonVideoMap $library -LessonId no-such-lesson } | Should -Be LessonNotFound
        }

        It 'adds the video ids of the site with -CheckDatabase' {
            Copy-Item (Join-Path $library lessons.db) .
            $env:DATABASE_URL = 'file:./lessons.db'
            Set-LessonVideoId 02_ads_m01_002 v1

            $linked = Get-LessonVideoMap $library -CheckDatabase | Where-Object VideoId

            $linked.LessonId | Should -Be 02_ads_m01_002
            $linked.VideoId | Should -Be v1
        }

        It 'adds them to what comes before a manifest breaks off, and none to a lesson that the site lacks' {
            Copy-Item (Join-Path $library lessons.db) .
            $env:DATABASE_URL = 'file:./lessons.db'
            Set-LessonVideoId 02_ads_m01_002 v1
            Write-Manifest ('02_ads_m01_001', '02_ads_m01_002', 'nobody' | ForEach-Object { @{ id = $_; filepath = "$_.mp4" } })
            Add-Content manifest.json 'not JSON'
            $map = [System.Collections.Generic.List[object]]::new()

            Get-ErrorId { Get-LessonVideoMap -CheckDatabase | ForEach-Object { $map.Add($_) } } | Should -Be ManifestNotJson

            $map.VideoId | Should -Be $null, v1, $null
        }
    }

    Context 'with a downstream that has enough' {
        It 'reads no further than Select-Object -First needs' {
            Write-Manifest @{ id = 'a'; filepath = 'a.mp4' }, @{ id = 'b'; filepath = 'b.mp4' }
            # What stands last is not JSON: whoever reads on meets it.
            Set-Content manifest.json ((Get-Content manifest.json -Raw).TrimEnd() + 'not JSON')

            (Get-LessonVideoMap | Select-Object -First 1).LessonId | Should -Be a
            { Get-LessonVideoMap | Select-Object -First 3 } | Should -Throw -ErrorId 'ManifestNotJson,*'
        }
    }

    Context 'looking for the manifest' {
        BeforeEach {
            New-Item site, elsewhere -ItemType Directory | Out-Null
            Write-Manifest @{ id = 'here'; filepath = 'a.mp4' }
            Write-Manifest @{ id = 'there'; filepath = 'a.mp4' } site/manifest.json
            Write-Video a.mp4 1
            Write-Video site/a.mp4 2
            Write-Video elsewhere/a.mp4 3
        }

        It 'takes that of the current folder, whatever KINESCOPE_MANIFEST says' {
            $env:KINESCOPE_MANIFEST = 'site'

            (Get-LessonVideoMap).LessonId | Should -Be here
        }

        It 'takes that of KINESCOPE_MANIFEST where the current folder has none' {
            Remove-Item manifest.json
            $env:KINESCOPE_MANIFEST = 'site'

            (Get-LessonVideoMap).LessonId | Should -Be there
        }

        It 'takes <_>' -ForEach 'a folder', 'a file', 'a path of a PowerShell drive' {
            New-PSDrive -Name Site -PSProvider FileSystem -Root ./site | Out-Null
            $path = @{ 'a folder' = 'site'; 'a file' = 'site/manifest.json'; 'a path of a PowerShell drive' = 'Site:/' }[$_]

            $lesson = Get-LessonVideoMap $path

            $lesson.LessonId | Should -Be there
            $lesson.Length | Should -Be 2
        }

        It 'takes folders and files from the pipeline' {
            (Get-Item site | Get-LessonVideoMap).LessonId | Should -Be there
            (Get-ChildItem . -Recurse -Filter manifest.json | Get-LessonVideoMap).LessonId | Sort-Object | Should -Be here, there
            ('site', 'manifest.json' | Get-LessonVideoMap).LessonId | Should -Be there, here
        }

        It 'takes brackets in a name as they are' {
            Rename-Item site '[1] site'

            (Get-LessonVideoMap '[1] site').Length | Should -Be 2
            (Get-ChildItem -Directory | Where-Object Name -like '*1*' | Get-LessonVideoMap).Length | Should -Be 2
        }

        It 'looks for the files below -BasePath' {
            (Get-LessonVideoMap site elsewhere).Length | Should -Be 3
            (Get-LessonVideoMap -BasePath elsewhere).Length | Should -Be 3
        }

        It 'does without one where -Path names none' {
            Get-ErrorId { Get-LessonVideoMap nowhere } | Should -Be ManifestNotFound
        }
    }

    Context 'on files that are not ready' {
        BeforeEach {
            Write-Video ready.mov 2097152
            Write-Video empty.mp4 0
            Write-Video notes.pdf 5
            Write-Manifest @(
                @{ id = 'a'; filepath = 'ready.mov' }, @{ id = 'b'; filepath = 'empty.mp4' }
                @{ id = 'c'; filepath = 'notes.pdf' }, @{ id = 'd'; filepath = 'gone.mp4' }
            )
        }

        It 'says why by State and goes on' {
            $map = Get-LessonVideoMap

            $map.State | Should -Be Ready, Empty, NotVideo, Missing
            $map.Exists | Should -Be $true, $true, $true, $false
            $map | ForEach-Object Length | Should -Be 2097152, 0, 5, $null
            $map[3].Path | Should -Be (Join-Path $PWD.ProviderPath gone.mp4)
        }

        It 'shows no size for a file that is not there' {
            $lines = (Get-LessonVideoMap | Out-String -Width 100) -split '\r?\n'

            $lines | Should -Contain ('{0,-30} {1,-9} {2,10} {3}' -f 'a', 'Ready', ('{0:0.0} MiB' -f 2), 'ready')
            $lines | Should -Contain ('{0,-30} {1,-9} {2,10} {3}' -f 'd', 'Missing', '', 'gone')
        }

        It 'lets -Extension say what a video is' {
            (Get-LessonVideoMap -Extension pdf, .MP4).State | Should -Be NotVideo, Empty, Ready, Missing
        }
    }

    Context 'on a manifest with mistakes' {
        It 'reports <Id> for a lesson <Why> and goes on' -ForEach @(
            @{ Id = 'LessonIdMissing'; Why = 'without id'; Lesson = @{ filepath = 'a.mp4' }; Category = 'InvalidData' }
            @{ Id = 'LessonFilePathMissing'; Why = 'without file path'; Lesson = @{ id = 'bad' }; Category = 'InvalidData'; Target = 'bad' }
            @{ Id = 'LessonFilePathRefused'; Why = 'outside the library'; Lesson = @{ id = 'bad'; filepath = '../a.mp4' }; Category = 'PermissionDenied'; Target = 'bad' }
            @{ Id = 'LessonFilePathRefused'; Why = 'that leaves the library by a detour'; Lesson = @{ id = 'bad'; filepath = 'a/../../a.mp4' }; Category = 'PermissionDenied'; Target = 'bad' }
            @{ Id = 'LessonFilePathRefused'; Why = 'that leaves the library by backslashes'; Lesson = @{ id = 'bad'; filepath = '..\a.mp4' }; Category = 'PermissionDenied'; Target = 'bad' }
            @{ Id = 'LessonFilePathRefused'; Why = 'on an absolute path'; Lesson = @{ id = 'bad'; filepath = '/etc/passwd' }; Category = 'PermissionDenied'; Target = 'bad' }
            @{ Id = 'LessonFilePathRefused'; Why = 'on a drive'; Lesson = @{ id = 'bad'; filepath = 'C:\Windows\a.mp4' }; Category = 'PermissionDenied'; Target = 'bad' }
            @{ Id = 'LessonIdDuplicate'; Why = 'whose id is taken'; Lesson = @{ id = 'first'; filepath = 'b.mp4' }; Category = 'InvalidData'; Target = 'first' }
        ) {
            Write-Manifest @{ id = 'first'; filepath = 'a.mp4' }, $Lesson, @{ id = 'last'; filepath = './x/../c.mp4' }

            $map = Get-LessonVideoMap -ErrorAction SilentlyContinue -ErrorVariable failures

            $map.LessonId | Should -Be first, last
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failures[0].CategoryInfo.Category | Should -Be $Category
            $failures[0].Exception.Message | Should -BeLike '*manifest.json, line *'
            if ($Target) {
                $failures[0].TargetObject | Should -Be $Target
            }
        }

        It 'names the line of a mistake, and the lesson' {
            Set-Content manifest.json '{ "courses": [ { "id": "c", "modules": [ { "id": "m", "lessons": [', '{ "id": "good", "filepath": "a.mp4" },',
                '{ "id": "bad", "filepath": "../a.mp4" } ] } ] } ] }'

            { Get-LessonVideoMap } | Should -Throw "*manifest.json, line 3, lesson 'bad'*"
        }

        It 'ends at the first mistake with -ErrorAction Stop' {
            Write-Manifest @{ id = 'first'; filepath = 'a.mp4' }, @{ id = 'bad' }, @{ id = 'last'; filepath = 'c.mp4' }
            $map = [System.Collections.Generic.List[object]]::new()

            { Get-LessonVideoMap -ErrorAction Stop | ForEach-Object { $map.Add($_) } } | Should -Throw -ErrorId 'LessonFilePathMissing,*'

            $map.LessonId | Should -Be first
        }

        It 'names twins that differ in case only' -Skip:(-not $IsLinux) {
            Write-Video Lesson.mp4 1
            Write-Video LESSON.mp4 1
            Write-Manifest @{ id = 'twin'; filepath = 'lesson.mp4' }, @{ id = 'exact'; filepath = 'Lesson.mp4' }

            $map = Get-LessonVideoMap -ErrorAction SilentlyContinue -ErrorVariable failures

            $map.LessonId | Should -Be exact
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'LessonFileAmbiguous,*'
            $failures[0].Exception.Message | Should -BeLike "*'LESSON.mp4'*"
        }

        It 'warns of two lessons on one file' {
            Write-Video a.mp4 1
            Write-Manifest @{ id = 'l1'; filepath = 'a.mp4' }, @{ id = 'l2'; filepath = 'a.mp4' }

            (Get-LessonVideoMap -WarningVariable warnings -WarningAction SilentlyContinue).State | Should -Be Ready, Ready

            $warnings.Count | Should -Be 1
            $warnings[0].Message | Should -BeLike "*lesson 'l2'*"
        }

        It 'ends with <Id> where there is no manifest to speak of: <Text>' -ForEach @(
            @{ Id = 'ManifestNotFound'; Text = $null }
            @{ Id = 'ManifestNotJson'; Text = ''; Says = 'JSON' }
            @{ Id = 'ManifestNotJson'; Text = '{ "courses": [ nonsense ] }' }
            @{ Id = 'ManifestNotJson'; Text = '{ "courses": [] } trailing'; Says = 'JSON' }
            @{ Id = 'ManifestShapeInvalid'; Text = '{ "films": [] }'; Says = 'the document' }
            @{ Id = 'ManifestShapeInvalid'; Text = '[]'; Says = 'the document' }
            @{ Id = 'ManifestShapeInvalid'; Text = '{ "courses": 5 }'; Says = '``courses``' }
        ) {
            if ($null -ne $Text) {
                Set-Content manifest.json $Text -NoNewline
            }

            { Get-LessonVideoMap } | Should -Throw "*$Says*" -ErrorId "$Id,KinescopePS.Commands.GetLessonVideoMapCommand"
        }

        It 'says where the text stops being JSON' {
            Set-Content manifest.json "{`n  `"courses`": [ `"`u{443}`u{440}`u{43E}`u{43A}`", what ] }"

            { Get-LessonVideoMap } | Should -Throw '*manifest.json, line 2, column 24:*'
        }

        It 'tells how to save a manifest that is UTF-16' {
            Set-Content manifest.json '{ "courses": [] }' -Encoding unicode

            { Get-LessonVideoMap } | Should -Throw '*Set-Content -Encoding utf8*' -ErrorId 'ManifestUnreadable,*'
        }

        It 'ends with BasePathNotFound for a -BasePath that is none' {
            Write-Manifest @{ id = 'l1'; filepath = 'a.mp4' }

            { Get-LessonVideoMap -BasePath nowhere } | Should -Throw -ErrorId 'BasePathNotFound,*'
        }

        It 'ends with <Id> before a lesson comes where -CheckDatabase finds no lesson table' -ForEach @(
            @{ Id = 'DatabaseUrlMissing'; Parameters = @{} }
            @{ Id = 'DatabaseUrlInvalid'; Parameters = @{ DatabaseUrl = 'mysql://host/site' } }
            @{ Id = 'DatabaseNotFound'; Parameters = @{ DatabaseUrl = 'file:./nowhere.db' } }
            @{ Id = 'LessonTableNotFound'; Parameters = @{ DatabaseUrl = 'file:./empty.db' } }
        ) {
            New-Item empty.db -ItemType File | Out-Null

            $map = [System.Collections.Generic.List[object]]::new()
            $ids = Get-ErrorId { Get-LessonVideoMap $library -CheckDatabase @Parameters | ForEach-Object { $map.Add($_) } }

            $ids | Should -Be $Id
            $map | Should -BeNullOrEmpty
        }
    }

    Context 'with common parameters' {
        BeforeEach {
            Write-Course a, b
        }

        It 'fills -OutVariable and -PipelineVariable' {
            $titles = Get-LessonVideoMap -OutVariable mapped -PipelineVariable lesson | ForEach-Object { $lesson.Title }

            $titles | Should -Be 'Lesson a', 'Lesson b'
            $mapped.LessonId | Should -Be a, b
        }

        It 'says with -Verbose where it looks when base_path is of another machine' {
            Set-Content manifest.json '{ "base_path": "nowhere", "courses": [] }'

            $messages = Get-LessonVideoMap -Verbose 4>&1

            "$messages" | Should -BeLike "*'nowhere'*$($PWD.ProviderPath)*"
        }
    }

    Context 'whose output is kept' {
        BeforeEach {
            Write-Course a
            $lesson = Get-LessonVideoMap
        }

        It 'is of one type with these properties' {
            $lesson | Should -HaveCount 1
            $lesson.PSTypeNames[0] | Should -Be KinescopePS.LessonVideo
            $lesson.PSObject.Properties.Name | Should -Be @(
                'LessonId', 'Title', 'Course', 'Module', 'Submodule', 'Category', 'Order', 'Path', 'Exists', 'Length', 'Extension', 'State', 'MatchedBy', 'Confidence', 'RunnerUp',
                'PosterPath', 'SubtitlePath', 'ChapterPath', 'VideoId', 'BasePath', 'ManifestPath'
            )
        }

        It 'names the files that stand beside the video, and a list shows them' {
            'a.jpg', 'a.ru.srt', 'a.en.vtt', 'a.chapters.txt', 'b.jpg' | ForEach-Object { Set-Content -LiteralPath $_ x }
            $lesson = Get-LessonVideoMap

            Split-Path $lesson.PosterPath -Leaf | Should -Be a.jpg
            $lesson.SubtitlePath | Split-Path -Leaf | Should -Be a.en.vtt, a.ru.srt
            Split-Path $lesson.ChapterPath -Leaf | Should -Be a.chapters.txt
            ($lesson | Format-Table -View Beside | Out-String) -replace '\s+', ' ' | Should -BeLike '*jpg en, ru txt a.mp4*'
            ($lesson | Format-List | Out-String) -replace '\s+', ' ' | Should -BeLike '*Poster : a.jpg Subtitles : a.en.vtt, a.ru.srt Chapters : a.chapters.txt*'
        }

        It 'holds what the manifest and the disk say' {
            $lesson.LessonId, $lesson.Title, $lesson.Course, $lesson.Module, $lesson.Submodule | Should -Be a, 'Lesson a', 02_ads, m1, $null
            $lesson.Path, $lesson.Exists, $lesson.Length, $lesson.Extension | Should -Be (Join-Path $PWD.ProviderPath a.mp4), $true, 1000, .mp4
            $lesson.Category, $lesson.State, $lesson.BasePath | Should -Be MARKETING, Ready, $PWD.ProviderPath
        }

        It 'comes back from Export-Clixml and looks the same' {
            $lesson | Export-Clixml map.xml

            $back = Import-Clixml map.xml

            $back.Length | Should -Be $lesson.Length
            $back | Out-String | Should -Be ($lesson | Out-String)
        }

        It 'comes back from Export-Csv and ConvertTo-Json with its values' {
            $lesson | Export-Csv map.csv
            $lesson | ConvertTo-Json -EnumsAsStrings | Set-Content map.json

            foreach ($back in (Import-Csv map.csv), (Get-Content map.json -Raw | ConvertFrom-Json)) {
                $back.LessonId, $back.Title, $back.Path, $back.State | Should -Be $lesson.LessonId, $lesson.Title, $lesson.Path, 'Ready'
            }
        }
    }

    Context 'as Get-Command shows it' {
        BeforeAll {
            $command = Get-Command Get-LessonVideoMap
        }

        It 'has this syntax' {
            ($command | Get-Command -Syntax) -replace '\s+', ' ' | Should -BeLike '*Get-LessonVideoMap `[`[-Path`] <string`[`]>`] `[`[-BasePath`] <string>`] `[-LiteralPath <string`[`]>`] `[-Course <string`[`]>`]*`[-CheckDatabase`]*'
        }

        It 'takes -Path from the pipeline, by value and as FullName or PSPath' {
            $path = $command.Parameters['Path']
            $path.Aliases | Should -Be FullName, PSPath
            $path.Attributes.ValueFromPipeline | Should -Contain $true
            $path.Attributes.ValueFromPipelineByPropertyName | Should -Contain $true
        }

        It 'says that -<_> takes wildcards' -ForEach Course, LessonId {
            $command.Parameters[$_].Attributes.TypeId.Name | Should -Contain SupportsWildcardsAttribute
        }

        It 'says what it writes' {
            $command.OutputType.Name | Should -Be KinescopePS.LessonVideo
        }
    }

    Context 'of a name that only looks the same' {
        It 'points out what differs: <Name>: FoundC07' -ForEach @(
            @{ Name = 'a no-break blank'; Disk = "Урок`u{A0}1.mp4"; Tells = 'character 5 is a no-break blank (U+00A0), and that of*is a blank*' }
            @{ Name = 'a zero-width blank'; Disk = "Урок 1`u{200B}.mp4"; Tells = "character 7 is U+200B, and that of*is '.' (U+002E)*" }
            @{ Name = 'a byte order mark'; Disk = "`u{FEFF}Урок 1.mp4"; Tells = 'character 1 is U+FEFF*' }
            @{ Name = 'two blanks'; Disk = 'Урок  1.mp4'; Tells = 'character 6 is a blank*' }
            @{ Name = 'a blank at the end'; Disk = 'Урок 1.mp4 '; Tells = 'character 11 is a blank, and that of*is its end*'; Linux = $true }
            @{ Name = 'a full-width digit'; Disk = "Урок `u{FF11}.mp4"; Tells = "character 6 is '`u{FF11}' (U+FF11)*" }
            @{ Name = 'a Latin letter'; Disk = "Уp`u{43E}к 1.mp4"; Tells = "character 2 is 'p' (U+0070), and that of*'р' (U+0440)*" }
            @{ Name = 'decomposed and a no-break blank'; Disk = "Урок`u{A0}1.mp4".Normalize('FormD'); Tells = '*U+00A0*' }
        ) {
            if ($Linux -and $IsWindows) {
                Set-ItResult -Skipped -Because 'Windows has no such name'
                return
            }

            Use-EmptyFolder
            Write-Video $Disk 10 0
            Write-Manifest @{ id = 'l1'; filepath = 'Урок 1.mp4' }
            ConvertTo-Json @{ matched = @(@{ lessonId = 'l1'; filePath = 'Урок 1.mp4' }) } | Set-Content map.json

            foreach ($script in { Get-LessonVideoMap }, { Import-LessonVideoMap map.json }) {
                $lesson = & $script -WarningVariable warnings 3>&1 | Where-Object { $_ -isnot [System.Management.Automation.WarningRecord] }
                $warning = & $script 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }

                $lesson.State | Should -Be Missing
                "$warning" | Should -BeLike "*lesson 'l1': its file is missing. * holds '$Disk', which looks alike: its $Tells"
            }
        }

        It 'points out a folder once, and says nothing of what is there or has no likeness: FoundC07' {
            Use-EmptyFolder
            New-Item "Модуль`u{A0}1" -ItemType Directory | Out-Null
            Write-Video good.mp4 10 0
            Write-Manifest (0..2 | ForEach-Object { @{ id = "l$_"; filepath = "Модуль 1/$_.mp4" } } -End { @{ id = 'good'; filepath = 'good.mp4' }; @{ id = 'gone'; filepath = 'gone.mp4' } })

            (Get-LessonVideoMap -WarningVariable warnings -WarningAction SilentlyContinue).State | Should -Be Missing, Missing, Missing, Ready, Missing
            $warnings | Should -HaveCount 1
            "$warnings" | Should -BeLike "*'l0'*holds 'Модуль`u{A0}1'*character 7 is a no-break blank*"
        }

        It 'lists a name that is not UTF-8: FoundC07' -Skip:(-not $IsLinux) {
            Use-EmptyFolder
            # "Урок 1.mp4" and "Урок 2.mp4" as Windows-1251 has them.
            & bash -c "printf x > `$'\xd3\xf0\xee\xea 1.mp4'; printf x > `$'\xd3\xf0\xee\xea 2.mp4'; printf x > `$'\xd3\xf0\xee\xeb 2.mp4'"
            Write-Manifest @{ id = 'l1'; filepath = 'Урок 1.mp4' }

            $map = Get-LessonVideoMap -IncludeOrphan -WarningVariable warnings -WarningAction SilentlyContinue

            $map.State | Should -Be Missing, Orphan, Orphan, Orphan
            $map[1..3].Title | Should -Be "`u{FFFD}`u{FFFD}`u{FFFD}`u{FFFD} 1", "`u{FFFD}`u{FFFD}`u{FFFD}`u{FFFD} 2", "`u{FFFD}`u{FFFD}`u{FFFD}`u{FFFD} 2"
            $map[1].Exists | Should -BeFalse
            $warnings[0] | Should -BeLike "*'l1': its file is missing. * holds '???? 1.mp4', whose name is not UTF-8*"
            $warnings[1..3] | Should -BeLike '*its name is not UTF-8*'
            $map | Export-LessonVideoMap map.json
            (Import-LessonVideoMap map.json 3>$null).State | Should -Be Missing, Missing, Missing, Missing
            # Nothing else can remove them.
            & bash -c 'rm -f -- *.mp4'
        }
    }

    Context 'with -MinimumAge' {
        It 'lets a file wait that was changed within it, and no other' {
            Use-EmptyFolder
            $now = [datetime]::UtcNow
            $ages = [ordered]@{ old = -11; young = -1; ahead = 5; mistaken = 600000; empty = -1 }
            foreach ($name in $ages.Keys) {
                Set-Content "$name.mp4" ($name -eq 'empty' ? $null : 'x') -NoNewline
                (Get-Item "$name.mp4").LastWriteTimeUtc = $now.AddMinutes($ages[$name])
            }
            Write-Manifest (@($ages.Keys) + 'none' | ForEach-Object { @{ id = $_; filepath = "$_.mp4" } })

            $map = Get-LessonVideoMap -MinimumAge 10m

            $map.State | Should -Be Ready, Changing, Changing, Ready, Changing, Missing
            ($map | Measure-LessonVideoMap).Changing | Should -Be 3
            $map | Export-LessonVideoMap map.csv
            (Import-LessonVideoMap map.csv -AsRecorded).State | Should -Be $map.State
            (Get-LessonVideoMap).State | Should -Be Ready, Ready, Ready, Ready, Empty, Missing
        }

        It 'takes no time that is none: <Given>' -ForEach @(@{ Given = '10' }, @{ Given = 10 }, @{ Given = '-10m' }) {
            Use-EmptyFolder
            Write-Manifest @{ id = 'l'; filepath = 'l.mp4' }

            { Get-LessonVideoMap -MinimumAge $Given } | Should -Throw '*is no time span that can be used here*'
        }
    }
}
