[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'A scheduled run' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        . $PSScriptRoot/night.ps1
    }

    AfterAll {
        Restore-Setting $before
        Close-Sandbox $sandbox
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Write-Course 02_ads_m01_001, 02_ads_m01_002, 02_ads_m01_003
        1..3 | ForEach-Object { Write-Film "02_ads_m01_00$_.mp4" $_ }
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    Context 'that ends with 2, because a part failed' {
        It 'names an upload that failed, and the next run makes it good' {
            Use-UploadFault @{ kind = 'answer'; status = 500 } 02_ads_m01_002.mp4
            $receiver = Open-Receiver
            Set-Content tell.env "KINESCOPE_NOTIFY_URI=$($receiver.Uri)/hook/s3cr3t", "KINESCOPE_PING_URI=$($receiver.Uri)/ping/s3cr3t"
            $night = Invoke-Night -MaxRetry 0 -Patience 0 -EnvironmentFile tell.env
            Clear-Fault
            $next = Invoke-Night -EnvironmentFile tell.env -NotifyOn Problem -KeepLog 1
            Close-Receiver $receiver

            $night.ExitCode | Should -Be 2
            $night.Output | Should -BeLike 'PartialFailure: 3 mapped, 2 uploaded, 0 skipped, 1 failed, 0 left, 2 linked, 1 errors;*'
            ($night.Log | Where-Object event -eq error).id | Should -Be KinescopeUnavailable
            $night.Errors | Should -Match '02_ads_m01_002'
            $next.ExitCode | Should -Be 0
            $next.Output | Should -BeLike '*1 uploaded, 2 skipped, 0 failed, 0 left, 3 linked*'

            # The message of the bad night, and the ping of the good one.
            $receiver.Requests.Line | Should -Be 'POST /hook/s3cr3t HTTP/1.1', 'GET /ping/s3cr3t HTTP/1.1'
            $message = $receiver.Requests[0].Body | ConvertFrom-Json
            $message.outcome, $message.exitCode, $message.uploaded, $message.failed | Should -Be PartialFailure, 2, 2, 1
            $message.failures.lesson | Should -Be 02_ads_m01_002
            $message.text | Should -Match '(?m)^- 02_ads_m01_002: KinescopeUnavailable: .+$'
            "$($receiver.Requests.Body)$($night.Errors)$($night.Output)$(Get-Content logs/*)" | Should -Not -Match "s3cr3t|$env:KINESCOPE_API_KEY|/v2/upload/"
            (Get-KinescopeNight).Outcome | Should -Be Success
        }

        It 'names a file that is missing and a lesson that the site does not have' {
            Write-Manifest @{ id = '02_ads_m01_001'; filepath = '02_ads_m01_001.mp4' }, @{ id = '02_ads_m01_002'; filepath = 'gone.mp4' }, @{ id = 'unknown'; filepath = '02_ads_m01_003.mp4' }

            $night = Invoke-Night

            $night.ExitCode | Should -Be 2
            ($night.Log | Where-Object event -eq error).id | Sort-Object | Should -Be LessonFileNotFound, LessonNotFound
            $night.Log[-1].linked | Should -Be 1
        }

        It 'names a film that is not whole yet, and leaves it for the next night' {
            [System.IO.File]::WriteAllBytes((Join-Path $PWD.ProviderPath 02_ads_m01_003.mp4), $film[0..($film.Length - 20)])

            $night = Invoke-Night -EventLog
            Write-Film 02_ads_m01_003.mp4 3
            $next = Invoke-Night -Report night.html

            $night.ExitCode | Should -Be 2
            $night.Output | Should -BeLike 'PartialFailure: 3 mapped, 2 uploaded, 0 skipped, 0 failed, 1 left, 2 linked, 1 errors;*'
            $night.Log | Where-Object event -eq error | ForEach-Object { $_.id, $_.lesson } | Should -Be LessonFileTruncated, 02_ads_m01_003
            ($night.Log | Where-Object event -eq left).lesson | Should -Be 02_ads_m01_003
            # Wine's event log takes everything and keeps nothing.
            @($night.Log[-1].event) | Should -Be ($IsWindows ? 'summary' : 'warning')
            $next.ExitCode | Should -Be 0
            Get-Content -Raw night.html | Should -Match '02_ads_m01_003'
            (Get-KinescopeNight).Outcome | Should -Be PartialFailure, Success
            Get-KinescopeNight -Last 1 | Select-Object -ExpandProperty Uploaded | Should -Be 1
        }

        It 'uploads all the same where the database is out of reach' {
            $env:DATABASE_URL = 'postgresql://u:p@127.0.0.1:1/d?connect_timeout=1'

            $night = Invoke-Night

            $night.ExitCode | Should -Be 2
            $night.Log[-1].uploaded, $night.Log[-1].linked | Should -Be 3, 0
            ($night.Log | Where-Object event -eq error).id | Should -Contain DatabaseUnreachable
        }
    }

    Context 'that ends with 3, because a setting is wrong' {
        # The ids are the same on every system, and on Wine a night takes a third of a minute.
        It 'says which: <Id>' -Skip:([bool] $env:KINESCOPEPS_WINDOWS) -ForEach @(
            @{ Id = 'ApiKeyMissing'; Change = { $env:KINESCOPE_API_KEY = $null }; Arguments = @() }
            @{ Id = 'ParentMissing'; Change = { $env:KINESCOPE_PROJECT_ID = $null }; Arguments = @() }
            @{ Id = 'ProjectNotFound'; Change = { $env:KINESCOPE_PROJECT_ID = '11111111-1111-4111-8111-111111111111' }; Arguments = @() }
            @{ Id = 'ManifestNotFound'; Change = { Remove-Item manifest.json }; Arguments = @() }
            @{ Id = 'ManifestNotJson'; Change = { Set-Content manifest.json '{' }; Arguments = @() }
            @{ Id = 'DatabaseUrlMissing'; Change = { $env:DATABASE_URL = $null }; Arguments = @() }
            @{ Id = 'DatabaseNotFound'; Change = { Remove-Item lessons.db }; Arguments = @() }
            @{ Id = 'DatabaseError'; Change = { Set-Content lessons.db ('no database ' * 100) }; Arguments = @() }
            @{ Id = 'BandwidthLimitInvalid'; Change = { }; Arguments = '-BandwidthLimit', 'fast' }
            @{ Id = 'EnvironmentFileNotFound'; Change = { }; Arguments = '-EnvironmentFile', 'none.env' }
            @{ Id = 'ParameterArgumentTransformationError'; Change = { }; Arguments = '-ThrottleLimit', '0' }
            @{ Id = 'CourseNotFound'; Change = { }; Arguments = '-Course', '2_ads' }
            @{ Id = 'NightlyUploadSetting'; Change = { }; Arguments = '-Course', '2_ads*' }
            @{ Id = 'NightlyUploadSetting'; Change = { }; Arguments = '-Course', ',' }
            @{ Id = 'NightlyUploadSetting'; Change = { }; Arguments = '-Module', 'NoSuchModule' }
        ) {
            $key = $env:KINESCOPE_API_KEY
            & $Change

            $process = if ($Arguments -contains '-Module') {
                $saved, $module = $module, 'NoSuchModule'
                Open-Night @()
                $module = $saved
            }
            else {
                Open-Night $Arguments
            }

            $env:KINESCOPE_API_KEY = $key
            $night = Wait-Night $process
            $night.ExitCode | Should -Be 3
            ($night.Log | Where-Object event -eq error).id | Should -Be $Id
            $night.Log[-1].exitCode | Should -Be 3
            $night.Errors.Trim() | Should -Not -BeNullOrEmpty
        }

        It 'says so where there is no such folder, or no log can be written' {
            $receiver = Open-Receiver
            $env:KINESCOPE_NOTIFY_URI = "$($receiver.Uri)/hook"
            (Invoke-Night -Path nowhere).ExitCode | Should -Be 3
            Set-Content logs 'a file'
            $night = Invoke-Night -PingUri "$($receiver.Uri)/{exitCode}"
            Close-Receiver $receiver

            $night.ExitCode | Should -Be 3
            $night.Errors | Should -Match 'log cannot be written'
            # Whoever waits for a message gets one.
            $receiver.Requests.Line | Should -Be 'POST /hook HTTP/1.1', 'POST /hook HTTP/1.1', 'GET /3 HTTP/1.1'
            ($receiver.Requests[0].Body | ConvertFrom-Json).failures.message | Should -Match 'no manifest or folder nowhere'
        }
    }

    Context 'that ends with 4, because Kinescope refuses' {
        It 'says why: <Id>' -ForEach @{ Id = 'TokenRejected'; Status = 401; Code = 100102 }, @{ Id = 'AccessDenied'; Status = 403; Code = 100103 }, @{ Id = 'PaymentRequired'; Status = 402; Code = 400207 } {
            Use-Fault @{ match = @{ method = 'POST'; path = '/v2/init' }; fault = @{ kind = 'answer'; status = $Status; code = $Code } }

            $night = Invoke-Night

            $night.ExitCode | Should -Be 4
            ($night.Log | Where-Object event -eq error).id | Select-Object -Unique | Should -Be $Id
            $night.Output | Should -BeLike 'Refused: *'
        }
    }
}
