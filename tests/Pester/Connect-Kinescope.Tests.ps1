[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Connect-Kinescope' {
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
        Disconnect-Kinescope -ErrorAction Ignore
    }

    It 'takes the key from the environment and shows the account' {
        $session = Connect-Kinescope -WarningVariable warnings

        $warnings | Should -BeNullOrEmpty
        $session.ProjectId | Should -Be $env:KINESCOPE_PROJECT_ID
        $session.ProjectName | Should -Be Test
        $session.Scopes | Should -Be read
        $session.IsConnected | Should -BeTrue
        (Get-SandboxRequest GET /v).path | Should -Be /v1/projects
    }

    It 'takes it from the .env of the site' {
        Set-Content .env "KINESCOPE_API_KEY=$env:KINESCOPE_API_KEY", "KINESCOPE_API_URL=$env:KINESCOPE_API_URL"
        $env:KINESCOPE_API_KEY = $env:KINESCOPE_API_URL = $null

        (Connect-Kinescope -EnvironmentFile .env).IsConnected | Should -BeTrue
        Get-KinescopeProject Test | Should -HaveCount 1
    }

    It 'shows the key to nobody' {
        $said = Connect-Kinescope -Verbose -Debug 4>&1 5>&1
        $session = $said | Select-Object -Last 1
        $shown = @(
            $said | Out-String
            $session | Format-List * -Force | Out-String
            $session | ConvertTo-Json -WarningAction Ignore
            [System.Management.Automation.PSSerializer]::Serialize($session)
            $session | Get-Member -Force | Out-String
            "$session"
        )

        $shown | Should -Not -Match $env:KINESCOPE_API_KEY
        $shown | Should -Not -Match 'ApiKey'
    }

    It 'takes it from a vault, where SecretManagement is installed' {
        $modules = Join-Path $PWD modules
        $secretManagement = New-Item (Join-Path $modules Microsoft.PowerShell.SecretManagement) -ItemType Directory
        Set-Content (Join-Path $secretManagement Microsoft.PowerShell.SecretManagement.psm1) @'
            function Get-Secret([string] $Name, [string] $Vault) {
                if ($Name -ne 'Kinescope' -or $Vault -ne 'Team') { throw "The secret $Name was not found." }
                ConvertTo-SecureString $env:TEST_SECRET -AsPlainText -Force
            }
'@
        Invoke-Pwsh @"
            `$env:TEST_SECRET = `$env:KINESCOPE_API_KEY
            `$env:KINESCOPE_API_KEY = `$null
            `$env:PSModulePath = '$modules' + [System.IO.Path]::PathSeparator + `$env:PSModulePath
            Import-Module `$module
            (Connect-Kinescope -Secret Kinescope -Vault Team).IsConnected
            try { Connect-Kinescope -Secret Other } catch { (`$_.FullyQualifiedErrorId -split ',')[0]; `$_.Exception.Message -like '*Other was not found*' }
"@ | Should -Be True, SecretUnreadable, True
    }

    It 'says what is missing without that module' {
        Invoke-Pwsh @'
            $env:PSModulePath = ''
            Import-Module $module
            try { Connect-Kinescope -Secret Kinescope } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
'@ | Should -Be SecretManagementMissing
    }

    It 'makes no session of a key that is refused' {
        $env:KINESCOPE_API_KEY = New-Guid

        $failure = Get-Failure { Connect-Kinescope }

        $failure.FullyQualifiedErrorId | Should -BeLike 'TokenRejected,*'
        $failure.Exception.RequestId | Should -Not -BeNullOrEmpty
        Get-ErrorId { Disconnect-Kinescope } | Should -Be SessionMissing
    }

    It 'ends with <Id> for -<Name> <Value>, before anything is asked' -ForEach @(
        @{ Id = 'UriInvalid'; Name = 'ApiUri'; Value = 'http://example.com' }
        @{ Id = 'UriInvalid'; Name = 'UploaderUri'; Value = 'nonsense' }
        @{ Id = 'UriInvalid'; Name = 'Proxy'; Value = 'nonsense' }
        @{ Id = 'UriInvalid'; Name = 'UploadHost'; Value = '*.example.org', 'https://cdn.example.org' }
        @{ Id = 'UriInvalid'; Name = 'DownloadHost'; Value = 'cdn.example.org:x' }
        @{ Id = 'IdInvalid'; Name = 'WorkspaceId'; Value = 'a b' }
        @{ Id = 'CertificateAuthorityInvalid'; Name = 'CertificateAuthority'; Value = 'no.pem' }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'MaxRetry'; Value = 101 }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'RetryDelaySeconds'; Value = 61 }
        @{ Id = 'ParameterArgumentValidationError'; Name = 'StallTimeoutSeconds'; Value = 0 }
    ) {
        $parameters = @{ $Name = $Value }

        { Connect-Kinescope @parameters } | Should -Throw -ErrorId "$Id,*"

        Get-SandboxRequest GET / | Should -BeNullOrEmpty
    }

    It 'excludes a key and an environment file at each cmdlet: -Session with -<Name> at <Command>' -ForEach @(
        foreach ($command in 'Get-KinescopeProject', 'Get-KinescopeVideo', 'Wait-KinescopeVideo', 'Move-KinescopeVideo', 'Send-KinescopeVideo') {
            foreach ($name in 'ApiKey', 'EnvironmentFile') {
                @{ Command = $command; Name = $name }
            }
        }
    ) {
        Set-Content .env KINESCOPE_PROJECT_ID=none
        $key = [System.Net.NetworkCredential]::new('', $env:KINESCOPE_API_KEY).SecurePassword
        $arguments = @{ Session = Connect-Kinescope; $Name = $Name -eq 'ApiKey' ? $key : '.env' }
        $given = @{ 'Wait-KinescopeVideo' = 'v'; 'Move-KinescopeVideo' = 'v', 'f'; 'Send-KinescopeVideo' = 'l0.mp4' }[$Command] ?? @()

        Get-ErrorId { & $Command @given @arguments } | Should -BeIn AmbiguousParameterSet, SessionConflict
    }

    It 'is current in its own runspace only' {
        $shell = Open-Shell 'Connect-Kinescope | Out-Null'
        $shell.Invoke()
        $env:KINESCOPE_API_KEY = $null

        Get-ErrorId { Get-KinescopeProject } | Should -Be ApiKeyMissing
    }
}
