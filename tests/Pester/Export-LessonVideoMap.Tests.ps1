[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Export-LessonVideoMap' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Write-Course
    }

    It 'writes a table that Import-Csv reads, and JSON that ConvertFrom-Json reads' {
        $map = Get-LessonVideoMap
        $map | Export-LessonVideoMap map.csv
        $map | Export-LessonVideoMap map.json

        (Import-Csv map.csv).LessonId | Should -Be $map.LessonId
        (Import-Csv map.csv).Path | Should -Be $map.Path
        (Get-Content map.json | ConvertFrom-Json).matched.title | Should -Be $map.Title
        (Get-Content map.json | ConvertFrom-Json).stats.byCourse.'02_ads' | Should -Be 3
    }

    It 'takes the file by its place, -LiteralPath, and a path with brackets' {
        Get-LessonVideoMap | Export-LessonVideoMap -LiteralPath 'a[1].csv'

        [System.IO.File]::Exists((Join-Path $PWD 'a[1].csv')) | Should -BeTrue
    }

    It 'writes paths to JSON that open as they stand, wherever one is: FoundA19 <Options>' -ForEach @{ Options = @{} }, @{ Options = @{ Brief = $true } } {
        $map = Get-LessonVideoMap
        $map | Export-LessonVideoMap map.json @Options
        $file = Join-Path $PWD.ProviderPath map.json
        Set-Location ([System.IO.Path]::GetTempPath())

        $read = (Get-Content -LiteralPath $file -Raw | ConvertFrom-Json).matched

        $read.filePath | Should -BeExactly $map.Path
        $read.filePath | ForEach-Object { [System.IO.File]::ReadAllBytes($_).Length } | Should -Be ($map | ForEach-Object Length)
        (Import-LessonVideoMap $file).Path | Should -BeExactly $map.Path
    }

    It 'writes paths to JSON that start from the base path where that is asked for: FoundA19' {
        $folder = Split-Path $PWD.ProviderPath
        $map = Get-LessonVideoMap
        $map | Export-LessonVideoMap own.json -Relative
        $map | Export-LessonVideoMap above.json -BasePath $folder

        (Get-Content own.json | ConvertFrom-Json).matched.filePath | Should -Be l0.mp4, l1.mp4, l2.mp4
        (Get-Content above.json | ConvertFrom-Json).matched[1].filePath | Should -BeExactly "$(Split-Path $PWD.ProviderPath -Leaf)/l1.mp4"
        (Import-LessonVideoMap own.json).Path | Should -BeExactly $map.Path
        (Import-LessonVideoMap above.json).Path | Should -BeExactly $map.Path
    }

    It 'refuses a file that is there: <Error>' -ForEach @{ Path = 'map.json'; Error = 'ExportFileExists' }, @{ Path = '.'; Error = 'ExportFileNotWritable' }, @{ Path = 'no/map.json'; Error = 'ExportFileNotWritable' } {
        Set-Content map.json old
        $passed = [System.Collections.Generic.List[object]]::new()

        Get-ErrorId { Get-LessonVideoMap | Export-LessonVideoMap $Path -PassThru | ForEach-Object { $passed.Add($_) } } | Should -Be $Error

        $passed | Should -BeNullOrEmpty
        Get-Content map.json | Should -Be old
        Get-ChildItem -Filter *.tmp | Should -BeNullOrEmpty
    }

    It 'writes the file that a symbolic link leads to, and replaces no pipe: FoundA04' -Skip:$IsWindows {
        New-Item elsewhere -ItemType Directory | Out-Null
        Set-Content elsewhere/map.json old
        [System.IO.File]::CreateSymbolicLink((Join-Path $PWD link.json), 'elsewhere/map.json') | Out-Null
        & mkfifo pipe.json

        Get-ErrorId { Get-LessonVideoMap | Export-LessonVideoMap link.json } | Should -Be ExportFileExists
        Get-LessonVideoMap | Export-LessonVideoMap link.json -Force
        Get-ErrorId { Get-LessonVideoMap | Export-LessonVideoMap pipe.json -Force } | Should -Be ExportFileNotWritable

        (Get-Item link.json).LinkType | Should -Be SymbolicLink
        (Import-LessonVideoMap elsewhere/map.json).Path | Should -Be (Get-LessonVideoMap).Path
    }

    It 'replaces it with -Force, but no log of ours, and with -WhatIf writes nothing' {
        Set-Content map.json old
        Set-Content undo.jsonl '{"event":"undo","at":"2026-01-01T00:00:00Z","version":1,"check":"0"}'
        Get-ErrorId { Get-LessonVideoMap | Export-LessonVideoMap undo.jsonl -Force } | Should -Be ExportFileExists
        Get-Content undo.jsonl | Should -BeLike '*version*'

        $manifest = Get-Content manifest.json -Raw
        Get-ErrorId { Get-LessonVideoMap | Export-LessonVideoMap manifest.json -Force } | Should -Be ExportFileExists
        Get-ErrorId { Get-LessonVideoMap | Export-LessonVideoMap ./l1.mp4 -Force } | Should -Be ExportFileExists
        Get-Content manifest.json -Raw | Should -Be $manifest

        Get-LessonVideoMap | Export-LessonVideoMap map.json -Force -WhatIf
        Get-Content map.json | Should -Be old
        Get-LessonVideoMap | Export-LessonVideoMap map.json -Force
        (Import-LessonVideoMap map.json).Count | Should -Be 3
    }

    It 'hands lessons on with -PassThru, and a pipeline that ends early leaves no file' {
        Get-LessonVideoMap | Export-LessonVideoMap all.csv -PassThru | ForEach-Object LessonId | Should -Be l0, l1, l2
        Get-LessonVideoMap | Export-LessonVideoMap some.csv -PassThru | Select-Object -First 1 | ForEach-Object LessonId | Should -Be l0

        Get-ChildItem | Where-Object Name -like 'some*' | Should -BeNullOrEmpty
    }

    It 'leaves nothing behind when it is stopped' {
        $shell = Open-Shell 'Get-LessonVideoMap | Export-LessonVideoMap map.json -PassThru | ForEach-Object { $begun.Set(); Start-Sleep 60 }'
        $begun = [System.Threading.ManualResetEventSlim]::new()
        $shell.Runspace.SessionStateProxy.SetVariable('begun', $begun)
        $shell.BeginInvoke() | Out-Null
        $begun.Wait(10000) | Should -BeTrue

        $shell.Stop()

        Get-ChildItem | Where-Object Name -like 'map*' | Should -BeNullOrEmpty
    }

    It 'takes only lessons' {
        { 'l0' | Export-LessonVideoMap map.json } | Should -Throw -ErrorId 'InputObjectNotBound,*'
    }
}
