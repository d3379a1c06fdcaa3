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

    It 'ends with 0 where all is uploaded and linked, and again where it was before' {
        $first = Invoke-Night
        $second = Invoke-Night

        $first.ExitCode | Should -Be 0
        $first.Output | Should -HaveCount 1
        $first.Output | Should -BeLike 'Success: 3 mapped, 3 uploaded, 0 skipped, 0 failed, 0 left, 3 linked, 0 errors;*'
        $first.Errors | Should -BeNullOrEmpty
        $second.ExitCode | Should -Be 0
        $second.Output | Should -BeLike 'Success: 3 mapped, 0 uploaded, 3 skipped, 0 failed, 0 left, 3 linked, 0 errors;*'
        Assert-StoredOnce 02_ads_m01_001.mp4, 02_ads_m01_002.mp4, 02_ads_m01_003.mp4
        (Get-LessonVideoMap -CheckDatabase).VideoId | Sort-Object | Should -Be ((Get-StoredVideo).Id | Sort-Object)
    }

    It 'leaves a log of objects, one a line, that ends with the summary' {
        $log = (Invoke-Night).Log

        $log[0].event | Should -Be start
        ($log | Where-Object event -eq lesson).lesson | Sort-Object | Should -Be 02_ads_m01_001, 02_ads_m01_002, 02_ads_m01_003
        ($log | Where-Object event -eq link).status | Should -Be Linked, Linked, Linked
        $log[-1].event, $log[-1].outcome, $log[-1].exitCode, $log[-1].uploaded, $log[-1].linked, $log[-1].bytesSent | Should -Be summary, Success, 0, 3, 3, 3000
        $log.at | ForEach-Object { [datetime] $_ } | Should -Not -BeNullOrEmpty
    }

    It 'ends with 2 where a film is there and its poster is not, and says how many' {
        Set-Content 02_ads_m01_001.jpg 'no picture'
        Set-Content 02_ads_m01_002.chapters.txt '00:00 a'

        $night = Invoke-Night -WithCompanions -SkipVerify

        $night.ExitCode | Should -Be 2
        $night.Output | Should -BeLike 'PartialFailure: 3 mapped, 3 uploaded, 0 skipped, 0 failed, 0 left, 3 linked, beside them 1 sent, 1 failed, 1 errors;*'
        $night.Errors | Should -BeLike '*02_ads_m01_001.jpg*JPEG*'
        ($night.Log | Where-Object companionsFailed).lesson | Should -Be 02_ads_m01_001, $null
        (Get-KinescopeNight)[-1].CompanionsSent | Should -Be 1
    }

    It 'takes settings from a file, and shows none of them' {
        $key = $env:KINESCOPE_API_KEY
        Set-Content .env "KINESCOPE_API_KEY=$key", "KINESCOPE_PROJECT_ID=$env:KINESCOPE_PROJECT_ID", 'DATABASE_URL=file:./lessons.db'
        $env:KINESCOPE_API_KEY = $env:KINESCOPE_PROJECT_ID = $env:DATABASE_URL = $null

        $night = Invoke-Night -EnvironmentFile .env -Course 02_* -MaxDuration 1h -BandwidthLimit 100MB -ThrottleLimit Auto

        $env:KINESCOPE_API_KEY = $key
        $night.ExitCode | Should -Be 0
        "$($night.Output)$($night.Errors)$(Get-Content logs/*.ndjson)" | Should -Not -Match "$key|/v2/upload/"
    }

    It 'takes a list that a scheduler hands over as one text: FoundC05 <Courses>' -ForEach @(
        @{ Courses = 'a,b'; Expected = 'a', 'b' }, @{ Courses = 'a, c*'; Expected = 'a', 'c' }, @{ Courses = 'b'; Expected = 'b' }
    ) {
        $ids = Get-LessonVideoId -DatabaseUrl file:./lessons.db | Select-Object -First 3 | ForEach-Object LessonId
        $written = foreach ($i in 0..2) {
            Write-Film "$i.mp4" $i
            @{ id = 'abc'[$i]; modules = @(@{ id = 'm'; lessons = @(@{ id = $ids[$i]; filepath = "$i.mp4" }) }) }
        }

        ConvertTo-Json @{ courses = @($written) } -Depth 7 | Set-Content manifest.json
        Set-Content one.env "KINESCOPE_PROJECT_ID=$env:KINESCOPE_PROJECT_ID"
        Set-Content 'two,three.env' 'DATABASE_URL=file:./lessons.db'
        $env:DATABASE_URL = $null
        Copy-Item 'two,three.env' two.env

        $night = Invoke-Night -Course $Courses -EnvironmentFile 'one.env,two.env'
        $again = Invoke-Night -Course $Courses -EnvironmentFile 'two,three.env'

        "$($night.Errors)$($again.Errors)" | Should -BeNullOrEmpty
        $night.ExitCode, $again.ExitCode | Should -Be 0, 0
        ($night.Log | Where-Object event -eq lesson).course | Sort-Object | Should -Be $Expected
    }

    # A scheduler starts in a folder of its own choice.
    Context 'that starts elsewhere' {
        BeforeEach {
            $school = $PWD.ProviderPath
            Use-EmptyFolder
            $elsewhere = $PWD.ProviderPath
            [System.Environment]::SetEnvironmentVariable('KINESCOPE_API_URL', $sandbox.Settings.KINESCOPE_API_URL)
            [System.Environment]::SetEnvironmentVariable('KINESCOPE_UPLOADER_URL', $sandbox.Settings.KINESCOPE_UPLOADER_URL)
            Set-Content $school/.env "KINESCOPE_API_KEY=$($sandbox.Settings.KINESCOPE_API_KEY)", "KINESCOPE_PROJECT_ID=$($sandbox.Project)"
        }

        AfterEach {
            $env:KINESCOPE_API_KEY = $sandbox.Settings.KINESCOPE_API_KEY
        }

        It 'finds the database that .env names, and keeps everything beside the manifest' {
            Add-Content $school/.env 'DATABASE_URL=file:./lessons.db'

            $process = Open-Night '-Path', $school, '-EnvironmentFile', (Join-Path $school .env)
            $process.WaitForExit(60000) | Should -BeTrue

            $process.ExitCode | Should -Be 0
            'kinescope-upload-progress.jsonl', 'kinescope-undo.jsonl', 'logs' | ForEach-Object { Join-Path $school $_ | Should -Exist }
            Get-ChildItem $elsewhere | Should -BeNullOrEmpty
        }

        It 'keeps its progress in the home folder, where that is asked for' -Skip:$IsWindows {
            Add-Content $school/.env 'DATABASE_URL=file:./lessons.db'
            $userHome, $env:HOME = $env:HOME, $elsewhere
            $process = Open-Night '-Path', $school, '-EnvironmentFile', (Join-Path $school .env), '-ProgressFile', '~/night.jsonl'
            $env:HOME = $userHome
            $process.WaitForExit(60000) | Should -BeTrue

            $process.ExitCode | Should -Be 0
            'night.jsonl', 'kinescope-undo.jsonl' | ForEach-Object { Join-Path $elsewhere $_ | Should -Exist }
        }

        It 'finds the database that a variable names, as <_> starts it' -Skip:$IsWindows -ForEach 'kinescope-upload.cron', 'systemd/kinescope-upload.service' {
            $text = Get-Content -Raw (Join-Path $PSScriptRoot ../../examples $_)
            $command = if ($text -match '(?m)^[\d* ]+ (?<command>cd .+)$') {
                $Matches.command
            }
            else {
                'cd {0} && {1}' -f [regex]::Match($text, '(?m)^WorkingDirectory=(.+)$').Groups[1].Value, [regex]::Match($text, '(?m)^ExecStart=(.+)$').Groups[1].Value
            }

            $command = $command.Replace('/usr/bin/pwsh', "'$($pwsh -join "' '")'").Replace('/opt/kinescope/Invoke-NightlyUpload.ps1', $script).Replace('/srv/school', $school)
            $env:DATABASE_URL = 'file:./lessons.db'
            $modules = $env:PSModulePath
            $env:PSModulePath = "$(Split-Path $module)$([System.IO.Path]::PathSeparator)$modules"
            sh -c $command
            $code = $LASTEXITCODE
            $env:PSModulePath = $modules

            $code | Should -Be 0
            Get-ChildItem $elsewhere | Should -BeNullOrEmpty
        }
    }

    It 'ends with 5 where another run is active, and does not disturb it' {
        Use-UploadFault @{ kind = 'stall'; after_bytes = 100 } 02_ads_m01_002.mp4 1
        $first = Open-Night @()
        Wait-Sandbox 'stalled=1'

        $second = Invoke-Night
        Invoke-Sandbox Post /sandbox/release | Out-Null
        $first = Wait-Night $first

        $second.ExitCode | Should -Be 5
        ($second.Log | Where-Object event -eq error).id | Should -Be ProgressFileLocked
        $second.Errors | Should -Match 'kinescope-upload-progress.jsonl'
        $second.Output | Should -BeLike 'AlreadyRunning: 3 mapped, *, 0 left, *'
        $first.ExitCode | Should -Be 0
        Assert-StoredOnce 02_ads_m01_001.mp4, 02_ads_m01_002.mp4, 02_ads_m01_003.mp4
    }

    It 'leaves the rest for the next night after -MaxDuration, by name and with an exit code of its own: FoundD24' {
        Use-UploadFault @{ kind = 'delay'; seconds = 6 } 02_ads_m01_001.mp4 1
        $receiver = Open-Receiver

        $night = Invoke-Night -MaxDuration 5s -ThrottleLimit 1 -NotifyUri "$($receiver.Uri)/hooks/x" -PingUri "$($receiver.Uri)/ping/{exitCode}"
        Close-Receiver $receiver

        $night.ExitCode | Should -Be 6
        $night.Output | Should -BeLike 'Unfinished: 3 mapped, 1 uploaded, 0 skipped, 0 failed, 2 left, 1 linked, 0 errors;*'
        $night.Log[-1].left | Should -Be 2
        ($night.Log | Where-Object event -eq left).lesson | Should -Be 02_ads_m01_002, 02_ads_m01_003
        $receiver.Requests.Line | Should -Be 'POST /hooks/x HTTP/1.1', 'GET /ping/6 HTTP/1.1'
        ($receiver.Requests[0].Body | ConvertFrom-Json).text | Should -Match 'Left: 02_ads_m01_002, 02_ads_m01_003'
        ($night.Log | Where-Object event -eq warning).message | Should -Match 'not begun'
    }

    It 'lets a film wait that is still being copied, and troubles nobody with it' {
        Get-ChildItem *.mp4 | ForEach-Object { $_.LastWriteTime = (Get-Date).AddHours(-1) }
        (Get-Item 02_ads_m01_002.mp4).LastWriteTime = Get-Date
        $receiver = Open-Receiver

        $night = Invoke-Night -MinimumAge 10m -NotifyOn Problem -NotifyUri "$($receiver.Uri)/hooks/x" -PingUri "$($receiver.Uri)/ping/{exitCode}"
        Close-Receiver $receiver
        (Get-Item 02_ads_m01_002.mp4).LastWriteTime = (Get-Date).AddMinutes(-11)
        $next = Invoke-Night -MinimumAge 10m

        $night.ExitCode | Should -Be 6
        $night.Output | Should -BeLike 'Unfinished: 3 mapped, 2 uploaded, 0 skipped, 0 failed, 1 left, 2 linked, 0 errors;*'
        ($night.Log | Where-Object event -eq left).lesson | Should -Be 02_ads_m01_002
        ($night.Log | Where-Object event -eq warning).message | Should -BeLike '*02_ads_m01_002*changed within -MinimumAge*'
        $receiver.Requests.Line | Should -Be 'GET /ping/6 HTTP/1.1'
        $next.ExitCode | Should -Be 0
        $next.Output | Should -BeLike 'Success: 3 mapped, 1 uploaded, 2 skipped,*'
    }

    It 'replaces with -Replace what was changed, and what is above -ReplaceLimit is an error of its lesson: nobody is asked' {
        Invoke-Night | Out-Null
        $videos = (Get-KinescopeUpload).VideoId | Sort-Object
        1..2 | ForEach-Object { Write-Film "02_ads_m01_00$_.mp4" (10 + $_) }
        [System.IO.File]::WriteAllBytes((Join-Path $PWD.ProviderPath 02_ads_m01_002.mp4), [System.IO.File]::ReadAllBytes((Join-Path $PWD.ProviderPath 02_ads_m01_002.mp4)) + [byte[]] (0, 0, 0, 8, 102, 114, 101, 101))

        $night = Invoke-Night -Replace -ReplaceLimit 1000

        $night.ExitCode | Should -Be 2
        ($night.Log | Where-Object event -eq error).id | Should -Be ReplacementTooLarge
        ($night.Log | Where-Object event -eq error).lesson | Should -Be 02_ads_m01_002
        ($night.Log | Where-Object { $_.event -eq 'finding' -and $_.id }).id | Should -Be ReplacementTooLarge
        $night.Output | Should -BeLike 'PartialFailure: 3 mapped, 1 uploaded, 1 skipped,*'
        (Get-KinescopeUpload).VideoId | Sort-Object | Should -Be $videos
        Get-StoredVideo | Should -HaveCount 3
    }

    It 'lets a lesson wait whose film is not there yet, with -AwaitMissing' {
        Remove-Item 02_ads_m01_003.mp4
        $receiver = Open-Receiver

        $without = Invoke-Night
        $with = Invoke-Night -AwaitMissing -NotifyOn Problem -NotifyUri "$($receiver.Uri)/hooks/x" -PingUri "$($receiver.Uri)/ping/{exitCode}"
        Close-Receiver $receiver

        $without.ExitCode | Should -Be 2
        $with.ExitCode | Should -Be 6
        $with.Output | Should -BeLike 'Unfinished: 3 mapped, 0 uploaded, 2 skipped, 0 failed, 1 left, 2 linked, 0 errors;*'
        ($with.Log | Where-Object event -eq left).lesson | Should -Be 02_ads_m01_003
        $receiver.Requests.Line | Should -Be 'GET /ping/6 HTTP/1.1'
    }

    It 'is no success where -MaxDuration lets nothing begin, and does not guess what a number counts: <Given> FoundC02' -ForEach @(
        @{ Given = '8'; ExitCode = 3; Id = 'ParameterArgumentTransformationError' }
        @{ Given = '0:00'; ExitCode = 3; Id = 'ParameterArgumentTransformationError' }
        @{ Given = '0.001s'; ExitCode = 2; Id = 'MaxDurationTooShort' }
    ) {
        $night = Invoke-Night -MaxDuration $Given

        $night.ExitCode | Should -Be $ExitCode
        ($night.Log | Where-Object event -eq error).id | Should -Be $Id
        $night.Log[-1].sent | Should -BeNullOrEmpty
    }

    It 'can be ended by the system at any time, and the next run goes on' {
        Use-UploadFault @{ kind = 'stall'; after_bytes = 100 } 02_ads_m01_002.mp4 1
        $first = Open-Night @()
        Wait-Sandbox 'stalled=1'

        # The Task Scheduler knows no signals: it kills.
        $IsWindows ? $first.Kill() : (kill -TERM $first.Id)
        $first.WaitForExit(10000) | Should -BeTrue
        Clear-Fault
        $second = Invoke-Night

        $first.ExitCode | Should -Be ($IsWindows ? -1 : 143)
        $second.ExitCode | Should -Be 0
        Assert-StoredOnce 02_ads_m01_001.mp4, 02_ads_m01_002.mp4, 02_ads_m01_003.mp4
    }

    It 'asks nothing on a terminal either' -Skip:(-not $IsLinux -or -not (Get-Command script -ErrorAction Ignore)) {
        $key, $env:KINESCOPE_API_KEY = $env:KINESCOPE_API_KEY, $null
        $said = timeout 60 script -qec "'$($pwsh -join "' '")' -NoProfile -File '$script' -Module '$module'" /dev/null
        $code = $LASTEXITCODE
        $env:KINESCOPE_API_KEY = $key

        $code | Should -Be 3
        "$said" | Should -Match 'Configuration: 0 mapped'
    }

    It 'ends with 1, as PowerShell does, where it cannot even begin' {
        (Invoke-Night -NoSuchParameter x).ExitCode | Should -Be 1
    }
}

Describe 'What starts it' {
    BeforeAll {
        $examples = Join-Path $PSScriptRoot ../../examples -Resolve
    }

    It 'is a script without a mistake of syntax: <_>' -ForEach Invoke-NightlyUpload.ps1, Register-NightlyUpload.ps1 {
        [System.Management.Automation.Language.Parser]::ParseFile((Join-Path $examples $_), [ref] $null, [ref] ($mistakes = $null)) | Out-Null

        $mistakes | Should -BeNullOrEmpty
    }

    It 'uses parameters that the script has: <_>' -ForEach 'systemd/kinescope-upload.service', 'kinescope-upload.cron' {
        $known = (Get-Command (Join-Path $examples Invoke-NightlyUpload.ps1)).Parameters.Keys
        $line = Get-Content (Join-Path $examples $_) | Where-Object { $_ -match '-File ' -and $_ -match '-Path ' }

        $line | Should -HaveCount 1
        $call = ($line -split '-File ')[1]
        [regex]::Matches($call, '(?<= )-(\w+)') | ForEach-Object { $_.Groups[1].Value } | Should -BeIn $known
    }

    It 'is a unit that systemd takes' -Skip:(-not (Get-Command systemd-analyze -ErrorAction Ignore)) {
        $said = systemd-analyze verify "$examples/systemd/kinescope-upload.timer" 2>&1 | Where-Object { $_ -match 'kinescope-upload' -and $_ -notmatch 'not executable|No such file' }

        $said | Should -BeNullOrEmpty
    }
}
