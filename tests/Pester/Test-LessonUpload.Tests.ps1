[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Test-LessonUpload' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive 'library'
        Write-SampleLibrary $library
        $film = [System.IO.File]::ReadAllBytes((Get-LessonVideoMap $library -LessonId 02_ads_m01_001).Path)

        # A course whose files are the film, each changed by a script.
        function Write-Film([System.Collections.Specialized.OrderedDictionary] $Change) {
            Write-Manifest @(foreach ($id in $Change.Keys) {
                [byte[]] $bytes = & $Change[$id] $film.Clone()
                [System.IO.File]::WriteAllBytes((Join-Path $PWD "$id.mp4"), $bytes)
                @{ id = $id; filepath = "$id.mp4"; title_original = "Lesson $id.mp4" }
            })
        }
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
    }

    It 'finds nothing wrong with 405 good lessons, in seconds, and leaves nothing behind' {
        $files = (Get-ChildItem $library -Recurse -File).Count
        $start = [System.Diagnostics.Stopwatch]::StartNew()
        $findings = Get-LessonVideoMap $library | Test-LessonUpload -WarningAction Ignore | Where-Object { $_.Check -and $_.Level -ne 'Information' }

        $findings | Should -BeNullOrEmpty
        $start.Elapsed.TotalSeconds | Should -BeLessThan 10
        (Get-ChildItem $library -Recurse -File).Count | Should -Be $files
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'tells of each file what is wrong with it, all of them, and ends with one error' {
        Write-Film ([ordered]@{
                good    = { $args[0] }
                cut     = { $args[0][0..($film.Length - 100)] }
                hollow  = { [byte[]]::new(5000) }
                page    = { [System.Text.Encoding]::UTF8.GetBytes('<html>Sign in</html>') }
                sound   = { [System.Text.Encoding]::Latin1.GetBytes([System.Text.Encoding]::Latin1.GetString($args[0]).Replace('vide', 'soun')) }
                copy    = { $args[0] }
                endless = { $args[0][52] = 0x7f; $args[0] }
                empty   = { , [byte[]]::new(0) }
            })
        $findings = Get-LessonVideoMap | Test-LessonUpload -ErrorVariable failed -ErrorAction SilentlyContinue | Where-Object LessonId

        $findings | ForEach-Object { "$($_.Level) $($_.LessonId) $($_.ErrorId)" } | Should -Be @(
            'Error cut LessonFileTruncated'
            'Error hollow LessonFileZeroed'
            'Error page LessonFileUnplayable'
            'Error sound LessonFileWithoutVideo'
            'Warning copy LessonContentRepeated'
            'Warning endless LessonBitRateUnlikely'
            'Error empty LessonFileEmpty'
        )
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'PreflightFailed,*'
        "$failed" | Should -BeLike 'The upload is not ready: 5 errors, 2 warnings.*'
    }

    It 'opens no file with -Quick, and says what the map and the disk say' {
        Write-Film ([ordered]@{ hollow = { [byte[]]::new(5000) }; grown = { $args[0] } })
        $map = Get-LessonVideoMap
        [System.IO.File]::WriteAllBytes((Join-Path $PWD 'grown.mp4'), $film[0..400])
        $map[0].GetType().GetProperty('Title').SetValue($map[0], 'x' * 200)

        ($map | Test-LessonUpload -Quick | Where-Object LessonId).ErrorId | Should -Be LessonTitleTooLong, LessonFileChanged
        (@() | Test-LessonUpload -Quick | Where-Object Check -eq Map).ErrorId | Should -Be LessonMapEmpty
    }

    It 'reads the manifest itself, and tells one that cannot be read as a finding' {
        Write-Film ([ordered]@{ hollow = { [byte[]]::new(5000) } })

        (Test-LessonUpload -FailOn Never | Where-Object LessonId).ErrorId | Should -Be LessonFileZeroed
        $findings = Test-LessonUpload nowhere -FailOn Never
        ($findings | Where-Object Level -eq Error).ErrorId | Should -Be ManifestNotFound
    }

    It 'is for scripts: -Quiet, -FailOn, exit codes' {
        Write-Film ([ordered]@{ one = { $args[0] }; copy = { $args[0] } })

        Get-LessonVideoMap | Test-LessonUpload -Quiet | Should -BeTrue
        Get-LessonVideoMap | Test-LessonUpload -Quiet -FailOn Warning | Should -BeFalse
        { Get-LessonVideoMap | Test-LessonUpload -FailOn Warning } | Should -Throw -ErrorId 'PreflightFailed,*'
        Get-LessonVideoMap | Test-LessonUpload | Out-Null
        $? | Should -BeTrue
    }

    It 'estimates the upload, through the timetable and at the prices given' {
        Write-Film ([ordered]@{ one = { $args[0] }; gone = { $args[0] } })
        Remove-Item gone.mp4
        $estimate = Get-LessonVideoMap -WarningAction Ignore |
            Test-LessonUpload -Summary -Rate 1KB -BandwidthLimit 1MB -StoragePrice 1000000 -EncodingPrice 60 -FailOn Never

        $estimate.Count | Should -Be 1
        $estimate.Lessons, $estimate.ToSend, $estimate.Refused, $estimate.Errors | Should -Be 2, 1, 1, 1
        $estimate.LengthLeft | Should -Be $film.Length
        [math]::Abs($estimate.Time.TotalSeconds - $film.Length / 1KB) | Should -BeLessThan 0.01
        $estimate.StorageCost | Should -Be ($film.Length / 1000)
        [math]::Abs($estimate.EncodingCost - $estimate.Video.TotalSeconds) | Should -BeLessThan 0.001
        { Test-LessonUpload -Rate nonsense } | Should -Throw -ErrorId 'BandwidthLimitInvalid,*'
    }

    It 'shows findings and estimate one after the other, within 80 columns' {
        Write-Film ([ordered]@{ hollow = { [byte[]]::new(5000) }; one = { $args[0] } })
        $shown = Get-LessonVideoMap | Test-LessonUpload -FailOn Never -Rate 1MB | Out-String -Width 80 -Stream

        ($shown | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual 80
        "$shown" | Should -Match 'Error +hollow +The file begins with zeros'
        "$shown" | Should -Match 'Lessons +: 2: 2 to send, 0 to continue, 0 there already'
        "$shown" | Should -Match 'Findings +: 1 error, 0 warnings'

        $summary = Get-LessonVideoMap | Test-LessonUpload -Summary -FailOn Never -Rate 1MB
        "$($summary | Format-Table Lessons, ToSend | Out-String)" | Should -Match 'Lessons +ToSend'
        "$($summary | Out-String)" | Should -Match 'Findings +: 1 error, 0 warnings'
    }

    Context 'beyond the files' {
        BeforeAll {
            $sandbox = Open-Sandbox
        }

        AfterAll {
            Close-Sandbox $sandbox
        }

        BeforeEach {
            Use-Sandbox $sandbox
            Write-Film ([ordered]@{ '02_ads_m01_001' = { $args[0] }; 'other' = { $args[0][-1] = 0; $args[0] } })
            Copy-Item (Join-Path $library lessons.db) .
        }

        It 'says what was not looked at where nothing is set up' {
            Use-EmptyFolder
            Write-Film ([ordered]@{ one = { $args[0] } })
            $findings = Get-LessonVideoMap | Test-LessonUpload | Where-Object Check

            "$($findings.Level)" | Should -Be 'Information Information'
            $findings.Check | Should -Be Kinescope, Database
        }

        It 'reads the project and the rows, sends nothing and locks nothing' {
            Set-LessonVideoId 02_ads_m01_001 v1 -DatabaseUrl file:./lessons.db -UndoFile $TestDrive/undo.jsonl
            $before = Get-FileHash *
            $findings = Get-LessonVideoMap | Test-LessonUpload -DatabaseUrl file:./lessons.db -FailOn Never | Where-Object Check

            $findings | ForEach-Object { "$($_.Level) $($_.Check) $($_.LessonId) $($_.ErrorId)".Trim() } | Should -Be @(
                'Information Kinescope'
                'Warning Database 02_ads_m01_001 VideoIdAlreadySet'
                'Error Database other LessonNotFound'
            )
            $findings[0].Message | Should -BeLike "*'Test'*"
            (Get-FileHash *).Hash | Should -Be $before.Hash
            Get-SandboxRequest POST / | Should -BeNullOrEmpty
            Get-SandboxRequest DELETE / | Should -BeNullOrEmpty
        }

        It 'looks as a run with -Replace would: how many, how much, and what is above -ReplaceLimit' {
            Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
            Write-Film ([ordered]@{ '02_ads_m01_001' = { $args[0][-1] = 1; $args[0] }; 'other' = { $args[0] + [byte[]] (0, 0, 0, 8, 102, 114, 101, 101) } })

            $found = Get-LessonVideoMap | Test-LessonUpload -Replace -ReplaceLimit $film.Length -FailOn Never
            $without = Get-LessonVideoMap | Test-LessonUpload -Summary -FailOn Never
            $shown = $found | Out-String -Width 80

            ($found | Where-Object LessonId | ForEach-Object { "$($_.Level) $($_.LessonId) $($_.ErrorId)".Trim() }) | Should -Be @(
                'Information 02_ads_m01_001', 'Error other ReplacementTooLarge')
            $found[-1].ToReplace, $found[-1].LengthToReplace, $found[-1].ToSend, $found[-1].Refused | Should -Be 1, $film.Length, 0, 1
            $shown | Should -Match 'Lessons +: 2: 0 to send, 0 to continue, 1 to replace \('
            $without.ToSend, $without.ToReplace | Should -Be 2, 0
        }

        It 'tells a key, a project and a folder that are not, and a host out of reach' {
            $map = Get-LessonVideoMap

            ($map | Test-LessonUpload -Quick -FailOn Never -ApiKey (ConvertTo-SecureString nonsense -AsPlainText) | Where-Object Level -eq Error).ErrorId | Should -Be TokenRejected
            ($map | Test-LessonUpload -Quick -FailOn Never -ProjectId (New-Guid) | Where-Object Level -eq Error).ErrorId | Should -Be ProjectNotFound
            ($map | Test-LessonUpload -Quick -FailOn Never -ParentId (New-Guid) | Where-Object Level -eq Error).ErrorId | Should -Be FolderNotFound
            $env:KINESCOPE_API_URL = 'http://127.0.0.1:1'
            ($map | Test-LessonUpload -Quick -FailOn Never | Where-Object Level -eq Error).ErrorId | Should -Be HostUnreachable
            ($map | Test-LessonUpload -Quick -FailOn Never -DatabaseUrl file:./nowhere.db | Where-Object Check -eq Database).ErrorId | Should -Be DatabaseNotFound
        }

        It 'tells a clock that is off' {
            Use-Fault @{ match = @{ path = '/v1/' }; fault = @{ kind = 'alter'; headers = @{ Date = [datetime]::UtcNow.AddHours(-1).ToString('r') } } }
            $finding = Get-LessonVideoMap | Test-LessonUpload -Quick | Where-Object ErrorId -eq ClockDiffers

            "$($finding.Level)" | Should -Be Warning
            $finding.Message | Should -Be "This machine's clock is 60 minutes ahead of Kinescope's."
        }

        It 'tells a progress file that another run holds, that is damaged, and that is none' {
            Get-LessonVideoMap -LessonId other | Send-KinescopeVideo | Out-Null
            Add-Content kinescope-upload-progress.jsonl 'nonsense'
            $held = [System.IO.File]::Open("$PWD/kinescope-upload-progress.jsonl.lock", 'Open', 'ReadWrite', ($IsWindows ? 'Read' : 'None'))
            try {
                (Get-LessonVideoMap | Test-LessonUpload -Quick -FailOn Never | Where-Object Check -eq ProgressFile).ErrorId | Should -Be ProgressFileDamaged, ProgressFileLocked
            }
            finally {
                $held.Dispose()
            }

            Set-Content none.jsonl 'something else'
            (Get-LessonVideoMap | Test-LessonUpload -Quick -FailOn Never -ProgressFile none.jsonl | Where-Object Check -eq ProgressFile).ErrorId | Should -Be ProgressFileInvalid
        }
    }
}
