[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Send-KinescopeNotification' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        $receiver = Open-Receiver
    }

    AfterEach {
        Close-Receiver $receiver
    }

    It 'sends a text, to the address of a parameter or of a file' {
        Set-Content .env "KINESCOPE_NOTIFY_URI=$($receiver.Uri)/hook"
        'The disk is back.', 'Урок' | Send-KinescopeNotification -EnvironmentFile .env
        "<!channel>" | Send-KinescopeNotification "$($receiver.Uri)/x" -Format Slack
        Send-KinescopeNotification -InputObject not-sent -Uri "$($receiver.Uri)/x" -WhatIf

        $receiver.Requests.Line | Should -Be 'POST /hook HTTP/1.1', 'POST /hook HTTP/1.1', 'POST /x HTTP/1.1'
        $receiver.Requests.Body | ForEach-Object { ($_ | ConvertFrom-Json).text } | Should -Be 'The disk is back.', 'Урок', '&lt;!channel&gt;'
    }

    It 'sends the last word of a run as it was said' {
        $summary = [KinescopePS.UploadSummary]::new()
        Write-Information $summary -InformationVariable said 6> $null
        $said | Send-KinescopeNotification -Uri $receiver.Uri

        ($receiver.Requests[0].Body | ConvertFrom-Json).text | Should -Be "$summary"
    }

    It 'calls an address for a night that needs nobody: <Outcome>' -ForEach @(
        @{ Outcome = 'Success'; Plain = 1; ExitCode = 0 }, @{ Outcome = 'Unfinished'; Plain = 1; ExitCode = 6 }, @{ Outcome = 'Refused'; Plain = 0; ExitCode = 4 }
    ) {
        New-Item logs -ItemType Directory | Out-Null
        Set-Content logs/kinescope-1.ndjson '{"event":"start","at":"2026-11-26T01:30:00Z"}', "{`"event`":`"summary`",`"outcome`":`"$Outcome`",`"exitCode`":$ExitCode}"

        Get-KinescopeNight | Send-KinescopeNotification -Ping -Uri "$($receiver.Uri)/plain"
        Get-KinescopeNight | Send-KinescopeNotification -Ping -Uri "$($receiver.Uri)/{exitCode}/{outcome}"

        $receiver.Requests.Line | Should -Be (@('GET /plain HTTP/1.1') * $Plain + "GET /$ExitCode/$Outcome HTTP/1.1")
    }

    It 'calls an address for a script of somebody else' {
        Send-KinescopeNotification -Ping -Uri "$($receiver.Uri)/plain"

        $receiver.Requests.Line | Should -Be 'GET /plain HTTP/1.1'
    }

    It 'names the host of an address only, and goes on with the others: NotificationFailed' {
        $receiver.Status = '410 Gone'
        $failures = Get-Failure { 1..2 | Send-KinescopeNotification -Uri "$($receiver.Uri)/hooks/s3cr3t-key" }

        $failures.FullyQualifiedErrorId | Should -BeLike 'NotificationFailed,*'
        $failures | Should -HaveCount 2
        "$($failures | Select-Object * | Out-String)$($failures.Exception | Format-List * -Force | Out-String)" | Should -Not -Match 's3cr3t'
        "$($failures[0])" | Should -BeLike 'The message did not reach 127.0.0.1:*: it answers with 410.'
    }

    It 'refuses what is no address, and repeats none: <Id>' -ForEach @(
        @{ Uri = $null; Id = 'NotificationUriMissing' }, @{ Uri = 's3cr3t'; Id = 'UriInvalid' }, @{ Uri = 'http://example.org/s3cr3t'; Id = 'UriInvalid' }
    ) {
        $env:KINESCOPE_NOTIFY_URI = $Uri
        $failure = Get-Failure { 'text' | Send-KinescopeNotification }

        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$failure" | Should -Match KINESCOPE_NOTIFY_URI
        "$failure" | Should -Not -Match s3cr3t
    }
}
