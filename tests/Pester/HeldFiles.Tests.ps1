[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

# Only Windows lets one program keep others from a file by having it open.
Describe 'A file that another program has open' -Skip:(-not $IsWindows) {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $library = Join-Path $TestDrive library
        Write-SampleLibrary $library

        # As a viewer or a tail does: others may read and write, but neither replace nor delete.
        function Open-Reader([string] $Path) {
            [System.IO.FileStream]::new((Convert-Path -LiteralPath $Path), 'Open', 'Read', 'ReadWrite')
        }

        # Lets a file go some time after another one appears, from a thread of its own: as a virus scanner does.
        function Close-WhenThereIs([System.IO.FileStream] $Reader, [string] $Pattern) {
            $watching = [System.Threading.ManualResetEventSlim]::new()
            $shell = [powershell]::Create().AddScript({
                    param($reader, $folder, $pattern, $watching)
                    $watching.Set()
                    while (-not [System.IO.Directory]::GetFiles($folder, $pattern)) { }
                    [System.Threading.Thread]::Sleep(500)
                    $reader.Dispose()
                }).AddArgument($Reader).AddArgument($PWD.ProviderPath).AddArgument($Pattern).AddArgument($watching)
            $run = $shell.BeginInvoke()
            $watching.Wait()
            @{ Shell = $shell; Run = $run }
        }

        function Wait-Closed([hashtable] $Closing) {
            $Closing.Shell.EndInvoke($Closing.Run)
            $Closing.Shell.Dispose()
        }
    }

    AfterAll {
        Restore-Setting $before
        Close-Sandbox $sandbox
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Write-Course 02_ads_m01_001
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    Context 'that is a progress file of over 10 000 lines' {
        BeforeEach {
            Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
            $file = 'kinescope-upload-progress.jsonl'
            [System.IO.File]::WriteAllText((Convert-Path $file), ((@(Get-Content $file) * 4000) -join "`n") + "`n")
            Write-Course 02_ads_m01_001, 02_ads_m01_002
        }

        It 'is rewritten as soon as the reader lets go' {
            $closing = Close-WhenThereIs (Open-Reader $file) "$file.new"

            $sent = Get-LessonVideoMap | Send-KinescopeVideo
            Wait-Closed $closing

            $sent.Status | ForEach-Object ToString | Sort-Object | Should -Be Skipped, Uploaded
            Get-Content $file | Measure-Object | ForEach-Object Count | Should -BeLessThan 100
        }

        It 'stays as long as it is where the reader stays, and the run goes on' {
            $reader = Open-Reader $file
            try {
                $sent = Get-LessonVideoMap | Send-KinescopeVideo
            }
            finally {
                $reader.Dispose()
            }

            $sent.Status | ForEach-Object ToString | Sort-Object | Should -Be Skipped, Uploaded
            Get-Content $file | Measure-Object | ForEach-Object Count | Should -BeGreaterThan 10000
            "$file.new" | Should -Not -Exist
            (Get-KinescopeUpload).Status | ForEach-Object ToString | Should -Be Uploaded, Uploaded
            Assert-StoredOnce 02_ads_m01_001.mp4, 02_ads_m01_002.mp4
        }

        It 'may be looked at by Get-KinescopeUpload at any moment of the run' {
            $stop = [System.Threading.ManualResetEventSlim]::new()
            $shell = (Open-Shell 'param($stop) while (-not $stop.IsSet) { Get-KinescopeUpload | Out-Null }').AddArgument($stop)
            $looking = $shell.BeginInvoke()

            $sent = Get-LessonVideoMap | Send-KinescopeVideo
            $stop.Set()
            $shell.EndInvoke($looking)

            $sent.Status | ForEach-Object ToString | Sort-Object | Should -Be Skipped, Uploaded
            $shell.Streams.Error | Should -BeNullOrEmpty
            $shell.Dispose()
        }
    }

    It 'is no other run, where it is the lock file of the progress file' {
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        $reader = Open-Reader kinescope-upload-progress.jsonl.lock
        try {
            $sent = Get-LessonVideoMap | Send-KinescopeVideo
        }
        finally {
            $reader.Dispose()
        }

        $sent.Status | Should -Be Skipped
    }

    It 'is written to, where it is an undo file' {
        Set-LessonVideoId 02_ads_m01_001 v1
        $reader = Open-Reader kinescope-undo.jsonl
        try {
            Set-LessonVideoId 02_ads_m01_002 v2
        }
        finally {
            $reader.Dispose()
        }

        Restore-LessonVideoId -All -Confirm:$false
        Get-LessonVideoId 02_ads_m01_001, 02_ads_m01_002 | Where-Object VideoId | Should -BeNullOrEmpty
    }

    It 'is replaced by an export as soon as the reader lets go' {
        Set-Content map.csv 'old'
        $closing = Close-WhenThereIs (Open-Reader map.csv) '*.tmp'

        Get-LessonVideoMap | Export-LessonVideoMap map.csv -Force
        Wait-Closed $closing

        Import-LessonVideoMap map.csv | ForEach-Object LessonId | Should -Be 02_ads_m01_001
    }

    It 'is left as it is by an export where the reader stays, which says so' {
        Set-Content map.csv 'old'
        $reader = Open-Reader map.csv
        try {
            $failure = Get-Failure { Get-LessonVideoMap | Export-LessonVideoMap map.csv -Force }
        }
        finally {
            $reader.Dispose()
        }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ExportFileNotWritable,*'
        "$failure" | Should -BeLike '*map.csv cannot be written: The file is open in another program.'
        Get-Content map.csv | Should -Be old
        Get-ChildItem -Filter *.tmp | Should -BeNullOrEmpty
    }

    It 'is a busy database, where it is <Name>' -ForEach @(
        @{ Name = 'one that nobody else may open'; Hold = { [System.IO.FileStream]::new((Convert-Path lessons.db), 'Open', 'ReadWrite', 'None') } }
        @{ Name = 'the journal of one'; Hold = { [System.IO.FileStream]::new((Join-Path $PWD.ProviderPath lessons.db-journal), 'Create', 'ReadWrite', 'None', 1, 'DeleteOnClose') } }
    ) {
        $database = Connect-LessonDatabase -MaxRetry 0
        $holder = & $Hold
        try {
            $failures = @(Get-Failure { Set-LessonVideoId 02_ads_m01_001 v1 -Database $database })
            $failures += Get-Failure { Get-LessonVideoId 02_ads_m01_001 }
        }
        finally {
            $holder.Dispose()
        }

        $failures | ForEach-Object FullyQualifiedErrorId | Should -BeLike 'DatabaseBusy,*'
        Set-LessonVideoId 02_ads_m01_001 v1
        (Get-LessonVideoId 02_ads_m01_001).VideoId | Should -Be v1
    }

    It 'is read while it is written: <Name>' -ForEach @(
        @{ Name = '.env'; Read = { (Get-LessonVideoId 02_ads_m01_001 -EnvironmentFile .env).LessonId } }
        @{ Name = 'manifest.json'; Read = { (Get-LessonVideoMap).LessonId } }
        @{ Name = 'map.csv'; Read = { (Import-LessonVideoMap map.csv).LessonId } }
    ) {
        Set-Content .env 'DATABASE_URL=file:./lessons.db'
        Get-LessonVideoMap | Export-LessonVideoMap map.csv
        $writer = [System.IO.FileStream]::new((Convert-Path -LiteralPath $Name), 'Open', 'ReadWrite', 'ReadWrite')
        try {
            $lesson = & $Read
        }
        finally {
            $writer.Dispose()
        }

        $lesson | Should -Be 02_ads_m01_001
    }
}
