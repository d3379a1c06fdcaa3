[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '', Justification = 'The sandbox''s key is no secret.')]
param()

Describe 'Secrets' {
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
        $key = $env:KINESCOPE_API_KEY
        # The upload addresses that the sandbox gave out, as the progress file has them.
        function Get-Endpoint {
            Get-Content kinescope-upload-progress.jsonl | ConvertFrom-Json | ForEach-Object endpoint | Where-Object { $_ } | Select-Object -Unique
        }
    }

    It 'are in no stream, no error and no transcript, whatever goes wrong' {
        Set-Content job.ps1 @'
            param($module)
            Import-Module $module
            Start-Transcript transcript.txt | Out-Null
            $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
            $env:DATABASE_URL = 'postgresql://site:sql-secret@127.0.0.1:1/site'
            Connect-Kinescope -MaxRetry 1 -RetryDelaySeconds 0.05 | Format-List * -Force
            Get-LessonVideoMap | Send-KinescopeVideo -OutVariable sent
            Connect-LessonDatabase -MaxRetry 0
            $sent | Format-List * -Force
            Get-KinescopeUpload | Format-List * -Force
            $Error | Format-List * -Force
            $Error | ForEach-Object { $_.Exception.ToString(); $_.TargetObject | Out-String; Get-Error -InputObject $_ }
            $Error | ConvertTo-Json -Depth 3 -WarningAction SilentlyContinue
            Stop-Transcript | Out-Null
'@
        Use-Fault @(
            @{ match = @{ method = 'PATCH'; path = '/v2/upload/'; file = 'l0.mp4'; times = 1 }; fault = @{ kind = 'cut'; after_bytes = 500 } }
            @{ match = @{ method = 'PATCH'; path = '/v2/upload/'; file = 'l1.mp4' }; fault = @{ kind = 'answer'; status = 500 } }
        )

        $said = (& $pwsh[0] @($pwsh | Select-Object -Skip 1) -NoProfile -NonInteractive -File job.ps1 $module *>&1 | Out-String) + (Get-Content transcript.txt -Raw)

        $said | Should -Match 'Failed'
        $said | Should -Match 'DatabaseUnreachable'
        foreach ($secret in @($key, 'sql-secret') + @(Get-Endpoint)) {
            $said.Contains($secret) | Should -BeFalse -Because "this is one: $($secret.Substring(0, 4))..."
        }

        @(Get-Endpoint).Count | Should -BeGreaterThan 1
        (Get-Content kinescope-upload-progress.jsonl -Raw).Contains($key) | Should -BeFalse
    }

    It 'are on no command line while files are sent' -Skip:(-not $IsLinux) {
        Use-UploadFault @{ kind = 'stall'; after_bytes = 100 }
        $run = Open-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo'
        try {
            Wait-Sandbox 'requests=1&method=PATCH&path=/v2/upload/'

            $lines = Get-ChildItem /proc -Directory | Where-Object Name -match '^\d+$' | ForEach-Object { Get-Content -LiteralPath "$_/cmdline" -Raw -ErrorAction Ignore }

            $lines.Count | Should -BeGreaterThan 2
            @($lines | Where-Object { $_.Contains($key) }) | Should -BeNullOrEmpty
            Get-ChildItem "/proc/$($run.Id)/task" | ForEach-Object { Get-Content "$_/children" -Raw } | Where-Object { $_.Trim() } | Should -BeNullOrEmpty
        }
        finally {
            $run.Kill()
            $run.WaitForExit()
        }
    }

    It 'are read by their owner only' -Skip:$IsWindows {
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null

        [int] (Get-Item kinescope-upload-progress.jsonl).UnixFileMode | Should -Be 0x180
        [int] (Get-Item kinescope-upload-progress.jsonl.lock).UnixFileMode | Should -Be 0x180
    }
}
