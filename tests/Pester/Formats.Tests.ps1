[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    # All that a cmdlet writes, what such an object holds, and the summary on the information stream.
    Import-Module $PSScriptRoot/../../out/KinescopePS
    $outputs = @((Get-Command -Module KinescopePS).OutputType.Type) + [KinescopePS.UploadSummary], [KinescopePS.UploadPreview]
    $held = @($outputs.GetProperties().PropertyType | Where-Object IsGenericType | ForEach-Object { $_.GenericTypeArguments } | Where-Object IsEnum -EQ $false)
    $types = @($outputs + $held | Where-Object { "$_" -like 'KinescopePS.*' } | Sort-Object FullName -Unique)
}

Describe 'The views' -ForEach @{ Types = $types } {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $key = '99999999-9999-4999-8999-999999999999'

        # An object with something in every property. Only Connect- makes sessions and databases, with a secret that nothing shows.
        function Get-Sample([type] $Type) {
            $sample = if ($Type -eq [KinescopePS.KinescopeSession]) { New-Session }
            elseif ($Type -eq [KinescopePS.LessonDatabase]) { Get-LostDatabase 'postgresql://site:s3cret@db.example/school' }
            else { [System.Activator]::CreateInstance($Type) }
            foreach ($property in $Type.GetProperties() | Where-Object CanWrite) {
                $of = [System.Nullable]::GetUnderlyingType($property.PropertyType) ?? $property.PropertyType
                $value = if ($of -eq [string]) { "a $($property.Name)" }
                elseif ($of -eq [uri]) { [uri] 'https://kinescope.example/' }
                elseif ($of -eq [KinescopePS.FilePathList]) { , [KinescopePS.FilePathList]::new('/videos/l1.ru.srt') }
                elseif ("$of" -like 'KinescopePS.*' -and $of.IsClass) { Get-Sample $of }
                elseif ($of.IsEnum) { [enum]::GetValues($of) | Select-Object -Last 1 }
                elseif ($of -eq [bool]) { $true }
                elseif ($of -in [int], [long], [double]) { 42 -as $of }
                elseif ($of -eq [timespan]) { [timespan]::FromSeconds(90) }
                elseif ($of -eq [datetimeoffset]) { [datetimeoffset] '2026-01-02T03:04:05Z' }
                elseif ($of -eq [datetime]) { [datetime]::new(2026, 1, 2, 3, 4, 5, 'Utc') }
                elseif ($of.Name -like 'IReadOnlyDictionary*') {
                    $map = [System.Collections.Generic.Dictionary``2].MakeGenericType($of.GenericTypeArguments)::new()
                    $map.Add('RateLimited', ($of.GenericTypeArguments[1] -eq [timespan] ? [timespan]::FromSeconds(5) : 5))
                    $map
                }
                elseif ($of.IsGenericType) {
                    $item = $of.GenericTypeArguments[0]
                    $list = [array]::CreateInstance($item, 1)
                    $list[0] = $item -eq [string] ? 'an item' : (Get-Sample $item)
                    , $list
                }
                else { continue }

                $property.SetValue($sample, ($value -is [psobject] ? $value.psobject.BaseObject : $value))
            }

            $sample
        }

        function New-Session {
            $from = [KinescopePS.KinescopeSession].GetMethod('FromSettings', [System.Reflection.BindingFlags] 'Static, NonPublic')
            $from.Invoke($null, @([System.Func[string, string]] { $args[0] -like '*_URL' ? 'https://kinescope.example' : [NullString]::Value }, [System.Net.NetworkCredential]::new('', $key).SecurePassword))
        }

        function Get-Text([object] $Value) {
            $Value -is [System.Collections.IDictionary] ? "$($Value.GetEnumerator() | ForEach-Object { "$($_.Key)=$($_.Value)" })" : "$Value"
        }

        # One job for all types: a job is a PowerShell of its own.
        Use-EmptyFolder
        $Types | ForEach-Object { Get-Sample $_ } | Export-Clixml jobs.xml
        $file = (Resolve-Path jobs.xml).Path
        $fromJob = @(Start-Job { Import-Clixml $using:file } | Receive-Job -Wait -AutoRemoveJob)
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
    }

    Context 'of <_>' -ForEach $types {
        BeforeAll {
            $sample = Get-Sample $_
            $type, $name = $_, $_.FullName
        }

        It 'are a table, a list and a wide view' {
            $controls = (Get-FormatData -TypeName $name).FormatViewDefinition.Control | ForEach-Object { $_.GetType().Name }

            'TableControl', 'ListControl', 'WideControl' | Should -BeIn $controls
        }

        It 'show something of it, within 100 columns and without an error' {
            foreach ($format in 'Format-Table', 'Format-List', 'Format-Wide') {
                $before = $Error.Count
                $lines = @($sample | & $format | Out-String -Width 100 -Stream | Where-Object { $_.Trim() })

                $lines | Should -Not -BeNullOrEmpty
                ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 100
                "$lines" | Should -Not -Match '#ERR'
                $Error.Count | Should -Be $before
            }
        }

        # A lesson and its video as schools have them; the letters are Russian.
        It 'are tables that are read at <_> columns: whole headers, the lesson whole, sizes with their unit: FoundD18' -ForEach 80, 120 {
            $row, $width = (Get-Sample $type), $_
            $lesson = "$([char] 0x0444)" * 30
            foreach ($property in $type.GetProperties() | Where-Object { $_.CanWrite -and $_.PropertyType -eq [string] }) {
                $value = $property.Name -eq 'LessonId' ? $lesson : $property.Name -like '*Id' ? '019f1c2e-aaaa-7bbb-8ccc-dddddddddddd' : "$([char] 0x0444)" * 60
                $property.SetValue($row, $value)
            }

            $lines = @($row | Format-Table | Out-String -Width $width -Stream)
            $rule = 0..($lines.Count - 1) | Where-Object { $lines[$_] -match '^ *-[- ]+$' } | Select-Object -First 1
            $control = (Get-FormatData -TypeName $name).FormatViewDefinition.Control |
                Where-Object { $_ -is [System.Management.Automation.TableControl] } | Select-Object -First 1

            ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $width
            -split $lines[$rule - 1] | Should -Be $control.Headers.Label
            $lines[$rule - 2] | Should -BeNullOrEmpty
            "$($control.Headers.Label)" | Should -Not -Match 'MiB'
            if ('LessonId' -in $control.Headers.Label) {
                "$lines" | Should -Match $lesson
            }

            if ('Size' -in $control.Headers.Label) {
                $lines[$rule + 1] | Should -Match '\d bytes'
            }
        }

        It 'have properties to show by default, which exist' {
            $default = (Get-TypeData $name).DefaultDisplayPropertySet.ReferencedProperties

            $default | Should -Not -BeNullOrEmpty
            $default | Should -BeIn $sample.psobject.Properties.Name
        }
    }

    Context 'of <_>, elsewhere' -ForEach $types {
        BeforeAll {
            $sample = Get-Sample $_
            $plain = $sample | ConvertTo-Json -Depth 4 -EnumsAsStrings
        }

        It 'keep every property through Export-Clixml' {
            $sample | Export-Clixml object.xml
            $copy = Import-Clixml object.xml

            $copy.pstypenames[0] | Should -Be "Deserialized.$($_.FullName)"
            foreach ($property in $sample.psobject.Properties.Name) {
                Get-Text $copy.$property | Should -Be (Get-Text $sample.$property)
            }
        }

        It 'keep every list and dictionary through Export-Csv as its items: FoundD19' {
            $cells = $sample | ConvertTo-Csv | ConvertFrom-Csv

            foreach ($property in $sample.psobject.Properties | Where-Object TypeNameOfValue -like '*IReadOnlyList*') {
                $cells.($property.Name) | Should -Be (@($property.Value) -join ', ')
            }

            foreach ($property in $sample.psobject.Properties | Where-Object TypeNameOfValue -like '*IReadOnlyDictionary*') {
                $cells.($property.Name) | Should -BeLike 'RateLimited=*5'
            }

            $sample.psobject.Properties.ForEach{ $cells.($_.Name) } | Should -Not -Match '^System\.|__|`'
        }

        It 'keep every property through ConvertTo-Json, a status as a number or by name' {
            $warnings = @()
            $json = $sample | ConvertTo-Json -Depth 4 -WarningVariable warnings
            $copy = $json | ConvertFrom-Json
            $named = $plain | ConvertFrom-Json

            $warnings | Should -BeNullOrEmpty
            $copy.psobject.Properties.Name | Should -Be $sample.psobject.Properties.Name
            foreach ($property in $sample.psobject.Properties | Where-Object { $_.Value -is [enum] }) {
                $copy.($property.Name) | Should -Be ([int] $property.Value)
                $named.($property.Name) | Should -Be "$($property.Value)"
            }
        }

        It 'keep every property through a job' {
            $copy = Start-ThreadJob { $using:sample } | Receive-Job -Wait -AutoRemoveJob
            $copy | ConvertTo-Json -Depth 4 -EnumsAsStrings | Should -Be $plain

            $copy = $fromJob[$Types.IndexOf($_)]
            foreach ($property in $sample.psobject.Properties.Name) {
                Get-Text $copy.$property | Should -Be (Get-Text $sample.$property)
            }
        }
    }

    Context 'of a session' {
        It 'never have its key' {
            $session = Get-Sample ([KinescopePS.KinescopeSession])
            $session | Export-Clixml session.xml

            $said = @(
                $session | Out-String -Width 200
                foreach ($format in 'Format-Table', 'Format-List', 'Format-Wide', 'Format-Custom') {
                    $session | & $format | Out-String -Width 200
                    $session | & $format -Property * -Force -ErrorAction Ignore | Out-String -Width 200
                }

                "$session"
                $session | ConvertTo-Json -Depth 9 -WarningAction Ignore
                $session | ConvertTo-Csv
                $session | ConvertTo-Html
                Get-Content session.xml
            ) -join "`n"

            $said | Should -Match kinescope.example
            $said | Should -Not -Match $key
            $said | Should -Not -Match SecureString
        }
    }

    Context 'on a terminal and off it' {
        It 'have no colour where output goes to a file or NO_COLOR is set' {
            $show = "[KinescopePS.KinescopeUploadTotal] @{ Course = 'c'; Files = 1; Uploaded = 1; Percent = 100 } | Format-Table | Out-String"
            Invoke-Pwsh "Import-Module `$module; $show" | Should -Not -Match "`e"
            Invoke-Pwsh "`$env:NO_COLOR = 1; Import-Module `$module; $show" | Should -Not -Match "`e"
        }

        It 'have coloured bars on a terminal' -Skip:(-not (Get-Command script -ErrorAction Ignore) -or -not $IsLinux) {
            Set-Content show.ps1 "Import-Module '$module'; [KinescopePS.KinescopeUploadTotal] @{ Course = 'c'; Files = 1; Uploaded = 1; Percent = 100 } | Format-Table"
            $here = "'$($pwsh -join "' '")'"
            $green = $PSStyle.Foreground.Green
            $noColor, $env:NO_COLOR = $env:NO_COLOR, $null
            try {
                $lines = script -qc "env -u NO_COLOR TERM=xterm-256color $here -NoProfile -File show.ps1" /dev/null
                $plain = script -qc "env NO_COLOR=1 TERM=xterm-256color $here -NoProfile -File show.ps1" /dev/null
            }
            finally {
                $env:NO_COLOR = $noColor
            }

            "$lines" | Should -Match ([regex]::Escape($green) + "$([char] 0x2588){20}")
            "$plain" | Should -Match "$([char] 0x2588){20}"
            "$plain" | Should -Not -Match ([regex]::Escape($green))
        }
    }
}

Describe 'Objects from elsewhere' {
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
        $library = Join-Path $TestDrive library
        if (-not (Test-Path $library)) {
            Write-SampleLibrary $library
        }

        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    It 'go on in the pipeline as they are: <_>' -ForEach 'Start-Job', 'Export-Clixml', 'ConvertTo-Json', 'ConvertTo-Json -EnumsAsStrings', 'Export-Csv' {
        Write-Manifest @{ id = '02_ads_m01_001'; filepath = 'l0.mp4' }, @{ id = '02_ads_m01_002'; filepath = 'gone.mp4' }
        $there = switch ($_) {
            'Start-Job' { { $input | ForEach-Object { $_ } | Start-Job { $input } | Receive-Job -Wait -AutoRemoveJob } }
            'Export-Clixml' { { $input | Export-Clixml o.xml; Import-Clixml o.xml } }
            'ConvertTo-Json' { { $input | ConvertTo-Json | ConvertFrom-Json } }
            'ConvertTo-Json -EnumsAsStrings' { { $input | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json } }
            'Export-Csv' { { $input | Export-Csv o.csv; Import-Csv o.csv } }
        }

        $map = Get-LessonVideoMap | & $there
        $summary = $map | Measure-LessonVideoMap
        $sent = $map | Send-KinescopeVideo -ErrorAction SilentlyContinue
        $linked = $sent | & $there | Set-LessonVideoId -PassThru

        $uploaded = $sent | Where-Object VideoId
        Assert-StoredOnce l0.mp4
        $summary.Lessons, $summary.Missing | Should -Be 2, 1
        "$($sent.Status | Sort-Object)" | Should -Be 'Uploaded Failed'
        $sent.Title | Sort-Object | Should -Be gone, l0
        $uploaded.LessonId | Should -Be 02_ads_m01_001
        $linked.LessonId, "$($linked.Status)" | Should -Be 02_ads_m01_001, Linked
        $linked.VideoId, $linked.VideoUrl | Should -Be $uploaded.VideoId, $uploaded.EmbedUrl
        $map | Export-LessonVideoMap map.csv
        (Import-LessonVideoMap map.csv).State | Should -Be Ready, Missing
        (Get-KinescopeUpload | & $there | Where-Object VideoId | Set-LessonVideoId -PassThru | & $there).LessonId | Should -Be 02_ads_m01_001
    }
}
