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

    It 'says what is wrong: <Error>' -ForEach @(
        @{ Text = '{'; Error = 'ImportFileInvalid' }
        @{ Text = '{"matched": [{"lessonId": "l0"}]}'; Error = 'ImportEntryInvalid' }
        @{ Text = '{"matched": [{"lessonId": "l0", "filePath": "../x.mp4"}]}'; Error = 'LessonFilePathRefused' }
        @{ Text = $null; Error = 'ImportFileNotFound' }
    ) {
        if ($Text) {
            Set-Content map.json $Text
        }

        Get-ErrorId { Import-LessonVideoMap map.json } | Should -Be $Error
    }
}
