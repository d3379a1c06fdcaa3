[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Export-KinescopeReport' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox

        function Get-Report([string] $Path = 'report.html') {
            [System.Net.WebUtility]::HtmlDecode((Get-Content $Path -Raw))
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    It 'tells what was done, what failed with its advice, and what there is to do, of a map and the progress file beside it' {
        Write-Manifest @{ id = 'l0'; title_original = 'Привет & <b>мир</b>.mp4'; filepath = 'l0.mp4' }, @{ id = 'l1'; filepath = 'l1.mp4' }, @{ id = 'l2'; filepath = 'gone.mp4' }, @{ id = 'l3'; filepath = 'l1.mp4' }
        Write-Video l0.mp4 1000 0
        Write-Video l1.mp4 1000 1
        Connect-Sandbox -MaxRetry 0
        Use-UploadFault @{ kind = 'answer'; status = 502 } l1.mp4
        $sent = Get-LessonVideoMap -LessonId l0, l1, l2 | Send-KinescopeVideo -ErrorAction SilentlyContinue

        $file = Get-LessonVideoMap | Export-KinescopeReport report.html -Culture en-US -PassThru
        $report = Get-Report

        ($sent | Sort-Object LessonId).ErrorId | Should -Be $null, KinescopeUnavailable, LessonFileNotFound
        (Get-KinescopeUpload l1).ErrorId | Should -Be KinescopeUnavailable
        $file | Should -BeOfType System.IO.FileInfo
        $file.FullName | Should -Be (Join-Path $PWD report.html)
        $report | Should -Match '2 lessons failed, 1 lesson is left to do, of 4\.'
        $report | Should -Match '<code>LessonFileNotFound</code>'
        $report | Should -Match '<code>KinescopeUnavailable</code>'
        $report | Should -Match 'a page|look at the network'
        $report | Should -Match "Get-LessonVideoMap -LessonId 'l2' \| Send-KinescopeVideo"
        $report | Should -Match 'Send-KinescopeVideo</td>'
        Get-Content report.html -Raw | Should -Match 'Привет &amp; &lt;b&gt;мир&lt;/b&gt;'
        [System.IO.File]::ReadAllBytes("$PWD/report.html")[0] | Should -Be ([byte][char] '<')

        # The progress file is beside the manifest, wherever the command is typed.
        Set-Location (New-Item elsewhere -ItemType Directory)
        Get-LessonVideoMap .. | Export-KinescopeReport report.html -Culture en-US
        Get-Report | Should -Match '2 lessons failed, 1 lesson is left to do, of 4\.'
    }

    It 'tells of what is piped in, live and read back from <_>' -ForEach 'nothing', 'Export-Clixml', 'ConvertTo-Json', 'Export-Csv' {
        Write-Course l0, l1
        $there = switch ($_) {
            'nothing' { { $input } }
            'Export-Clixml' { { $input | Export-Clixml o.xml; Import-Clixml o.xml } }
            'ConvertTo-Json' { { $input | ConvertTo-Json | ConvertFrom-Json } }
            'Export-Csv' { { $input | Export-Csv o.csv; Import-Csv o.csv } }
        }
        $sent = Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -InformationVariable said
        $map = Get-LessonVideoMap
        $finding = [KinescopePS.LessonFinding]@{ Status = 'NotLinked'; LessonId = 'l0'; Message = 'Its row holds none.'; Command = 'Set-LessonVideoId' }
        $before = [KinescopePS.LessonUploadFinding]@{ Level = 'Error'; Check = 'File'; ErrorId = 'LessonFileZeroed'; LessonId = 'l1'; Message = 'zeros' }
        $link = [KinescopePS.LessonLink]@{ LessonId = 'l0'; VideoId = $sent.VideoId }

        @($map | & $there) + @($sent | & $there) + @($finding | & $there) + @($before | & $there) + @($link | & $there) + @(Get-KinescopeUpload | & $there) + $said |
            Export-KinescopeReport report.html -Culture en-US -ErrorVariable problems
        $report = Get-Report

        $problems | Should -BeNullOrEmpty
        $report | Should -Match '1 lesson is left to do, of 2\. 1 thing does not agree\. Before the upload: 1 finding\.'
        $report | Should -Match 'uploaded and linked'
        $report | Should -Match ([regex]::Escape("https://kinescope.io/embed/$($sent.VideoId)"))
        $report | Should -Match '<code>NotLinked</code>'
        $report | Should -Match '<code>LessonFileZeroed</code>'
        $report | Should -Match '<h2 id="runs-head">'
    }

    It 'joins nights, runs and links that lie beside the progress file, and has no upload address' {
        Write-Course l0
        New-Item logs -ItemType Directory | Out-Null
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        $at = [datetime]::UtcNow.AddSeconds(-60).ToString('o')
        Set-Content logs/kinescope-a.ndjson "{`"at`":`"$at`",`"event`":`"start`"}",
            "{`"at`":`"$at`",`"event`":`"error`",`"id`":`"DatabaseBusy`",`"message`":`"Told by https://uploader.kinescope.io/v2/files/SECRET.`",`"target`":`"`"}",
            "{`"at`":`"$at`",`"event`":`"summary`",`"outcome`":`"PartialFailure`",`"seconds`":120}"

        Export-KinescopeReport report.html -Culture ru-RU
        $report = Get-Report

        $report | Should -Match 'закончен, удалось не всё'
        $report | Should -Match '<code>DatabaseBusy</code>'
        $report | Should -Not -Match 'SECRET'
        ([regex]::Matches($report, '<h2 id="runs-head">[\s\S]*?</section>').Value | Select-String '<tr>' -AllMatches).Matches.Count | Should -Be 2
        Get-ChildItem logs | Export-KinescopeReport logs.html -Culture en-US
        Get-Content logs/kinescope-a.ndjson | ConvertFrom-Json | Export-KinescopeReport lines.html -Culture en-US
        Export-KinescopeReport by-name.html -Log logs/*.ndjson -Culture en-US
        Get-KinescopeNight | Export-KinescopeReport nights.html -Culture en-US
        foreach ($name in 'logs', 'lines', 'by-name', 'nights') {
            Get-Report "$name.html" | Should -Match 'done, some failed'
        }

        Export-KinescopeReport later.html -ProgressFile kinescope-upload-progress.jsonl -Since ([datetime]::Now.AddDays(1)) -Culture en-US
        Get-Report later.html | Should -Match 'Nothing is known of any upload\.'
    }

    It 'leaves out what it does not understand, with an error for each kind, and tells of the rest' {
        $upload = [KinescopePS.LessonUpload]@{ LessonId = 'l0'; Status = 'Failed'; Error = 'no'; ErrorId = 'VideoDiffers' }
        Set-Content other.ndjson '{"some":"thing"}'

        $upload, 5, 6, (Get-Date) | Export-KinescopeReport report.html -Log other.ndjson, none.ndjson -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems.FullyQualifiedErrorId | ForEach-Object { ($_ -split ',')[0] } | Should -Be ReportInputUnknown, ReportInputUnknown, NightlyLogNotFound, NightlyLogNotFound
        Get-Report | Should -Match '<code>VideoDiffers</code>'
    }

    It 'replaces a file with -Force only, writes nothing with -WhatIf, and wants something to tell of' {
        Get-ErrorId { Export-KinescopeReport report.html } | Should -Be ProgressFileNotFound
        Get-ChildItem | Should -BeNullOrEmpty
        $upload = [KinescopePS.LessonUpload]@{ LessonId = 'l0'; Status = 'Uploaded' }
        Set-Content report.html mine

        Get-ErrorId { $upload | Export-KinescopeReport report.html } | Should -Be ExportFileExists
        $upload | Export-KinescopeReport other.html -WhatIf
        Get-ChildItem -Name | Should -Be report.html
        $upload | Export-KinescopeReport report.html -Force | Should -BeNullOrEmpty
        Get-Report | Should -Match '(The lesson is uploaded|Урок загружен)\.'
    }
}
