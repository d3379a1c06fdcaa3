[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Test-KinescopeAccount' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        $env:KINESCOPE_REQUESTS_PER_SECOND = $env:KINESCOPE_REQUESTS_PER_MINUTE = 'off'
    }

    It 'says before it starts what it makes and what that costs, and does nothing with -WhatIf' {
        $said = Invoke-Pwsh 'Import-Module $module; Test-KinescopeAccount report.json -WhatIf'

        $said | Should -BeLike 'What if: *scratch project*1 MB*remove it again*minutes of transcoding*GB of storage and traffic*requests*minutes*account at 127.0.0.1*'
        # A session without a host has nobody to ask.
        $shell = Open-Shell 'Test-KinescopeAccount report.json'
        $shell.Invoke()
        $shell.Streams.Error | Should -BeLike '*prompts the user*'
        Get-SandboxRequest GET /v | Should -BeNullOrEmpty
        'report.json' | Should -Not -Exist
    }

    It 'asks only what reads with -Quick, without a question before' {
        $found = Test-KinescopeAccount -Quick -ReportPath report.md

        $found.Count | Should -BeGreaterThan 15
        $found.Agrees | Should -Not -Contain $false
        (Get-Content report.json -Raw | ConvertFrom-Json).quick | Should -BeTrue
        Get-SandboxRequest POST /v | Should -BeNullOrEmpty
        Get-ErrorId { Test-KinescopeAccount -Quick -ReportPath report } | Should -Be ExportFileExists
    }

    It 'writes a report without secrets, shows a table, and leaves nothing' {
        $table = Test-KinescopeAccount report -Confirm:$false -IntervalSeconds 0.1 | Format-Table | Out-String -Width 100

        $table | Should -Match 'Subject: Upload'
        $table | Should -Match '(?m)^yes\s+tus-resume'
        foreach ($file in 'report.json', 'report.md') {
            $text = Get-Content $file -Raw
            $text | Should -Match 'tus-head-complete'
            $text | Should -Not -Match "$env:KINESCOPE_API_KEY|$env:KINESCOPE_PROJECT_ID|/v2/upload|://"
        }

        (Get-KinescopeProject).Name | Should -Not -BeLike '*probe*'
    }

    It 'removes what it made when a command further down has enough, and when it is stopped' {
        Test-KinescopeAccount -Confirm:$false | Where-Object Id -EQ tus-head | Select-Object -First 1 -ExpandProperty Id | Should -Be tus-head
        (Get-KinescopeProject).Name | Should -Not -BeLike '*probe*'

        Use-Fault @{ match = @{ method = 'POST'; path = '/v2/init' }; fault = @{ kind = 'stall' } }
        $shell = Open-Shell 'Test-KinescopeAccount -Confirm:$false'
        $shell.BeginInvoke() | Out-Null
        Wait-Sandbox stalled=1
        $shell.Stop()
        Clear-Fault
        (Get-KinescopeProject).Name | Should -Not -BeLike '*probe*'
        Get-KinescopeVideo | Should -BeNullOrEmpty
    }
}
