[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

# The record itself is made in the .NET tests, which have a PostgreSQL of their own.
Describe 'Initialize-KinescopeUpload' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        $env:DATABASE_URL = $null
    }

    It 'writes the script for an administrator, a role quoted in it, without a database' {
        $sql = Initialize-KinescopeUpload -AsSql -Role 'up"loads'

        $sql | Should -BeLike '*CREATE SCHEMA IF NOT EXISTS kinescopeps*GRANT USAGE ON SCHEMA kinescopeps TO "up""loads"*'
    }

    It 'makes nothing of a file''s name' {
        Get-ErrorId { Initialize-KinescopeUpload progress.jsonl -Confirm:$false } | Should -Be RecordNotShared
        Get-ChildItem | Should -BeNullOrEmpty
    }
}
