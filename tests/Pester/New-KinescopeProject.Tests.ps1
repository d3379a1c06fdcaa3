[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'New-KinescopeProject' {
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
    }

    AfterEach {
        Get-KinescopeProject 'Made*' | ForEach-Object { Invoke-KinescopeApi "projects/$($_.ProjectId)" DELETE -Confirm:$false | Out-Null }
    }

    It 'makes a project for each name' {
        $made = 'Made 1', 'Made 2' | New-KinescopeProject -PrivacyType custom -PrivacyDomain school.example

        $made.Name | Should -Be 'Made 1', 'Made 2'
        (Get-KinescopeProject 'Made 1').PrivacyType | Should -Be custom
        (Get-KinescopeProject 'Made 1').PrivacyDomains | Should -Be school.example
    }

    It 'refuses what is no domain, and custom without any' {
        Get-ErrorId { New-KinescopeProject 'Made 5' -Privacy custom } | Should -Be PrivacyDomainMissing
        Get-ErrorId { New-KinescopeProject 'Made 5' -Privacy custom -Domain https://school.example } | Should -Be PrivacyDomainInvalid
        Get-ErrorId { Get-KinescopeProject 'Made 5' } | Should -Be ProjectNotFound
    }

    It 'makes nothing with -WhatIf' {
        New-KinescopeProject 'Made 3' -WhatIf

        Get-ErrorId { Get-KinescopeProject 'Made 3' } | Should -Be ProjectNotFound
    }

    It 'does not make one twice where the response is lost, and stops where the plan has no more' {
        Use-Fault @{ match = @{ method = 'POST'; path = '/v1/projects'; times = 1 }; fault = @{ kind = 'lost-answer' } }
        Get-Failure { New-KinescopeProject 'Made 6' } | Should -BeLike '*may have been done all the same*'
        @(Get-KinescopeProject 'Made 6').Count | Should -Be 1
        Use-Fault @{ match = @{ method = 'POST'; path = '/v1/projects' }; fault = @{ kind = 'answer'; status = 402 } }
        Get-ErrorId { 'Made 7', 'Made 8' | New-KinescopeProject } | Should -Be PaymentRequired
        Clear-Fault
    }

    It 'says where the key lacks the right' {
        $token = Invoke-Sandbox Post /sandbox/tokens @{ permissions = @('read') }
        $env:KINESCOPE_API_KEY = $token.value

        Get-ErrorId { New-KinescopeProject 'Made 4' } | Should -Be AccessDenied
        $env:KINESCOPE_API_KEY = $sandbox.Settings.KINESCOPE_API_KEY
    }
}
