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

        $map = Import-LessonVideoMap map.json -ErrorAction SilentlyContinue -ErrorVariable failures

        $map.LessonId | Should -Be l0
        $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be (@('LessonFilePathRefused') * 3 + @('ImportEntryInvalid') * 4)
        $failures[4].Exception.Message | Should -Match 'matched\[4\] has no filePath'
    }

    It 'refuses what leaves the base path or is no entry, alone, in CSV' {
        Set-Content map.csv 'LessonId,Path,Title', ',l0.mp4,x', 'l1,,x', 'l2,../x.mp4,y', 'l0,l0.mp4'

        $map = Import-LessonVideoMap map.csv -ErrorAction SilentlyContinue -ErrorVariable failures

        $map.LessonId | Should -Be l0
        $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be ImportEntryInvalid, ImportEntryInvalid, LessonFilePathRefused
        $failures[1].Exception.Message | Should -BeLike '*line 3 has no Path*'
    }
}
