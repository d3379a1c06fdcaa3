[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

# Machines at work are stopped in the .NET tests, which have a PostgreSQL of their own.
Describe 'Stop-KinescopeUpload' {
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

    It 'ends with <Id> for <Name>' -ForEach @(
        @{ Name = 'a progress file'; Address = 'kinescope-upload-progress.jsonl'; Id = 'RecordNotShared'; Says = '*Ctrl+C*-MaxDuration*' }
        @{ Name = 'the address of something else'; Address = 'postgressql://user:secret@db/site'; Id = 'RecordNotShared'; Says = '*postgressql://*' }
        @{ Name = 'a lesson database that nobody named'; Address = 'LessonDatabase'; Id = 'DatabaseUrlMissing'; Says = '*Connect-LessonDatabase*DATABASE_URL*' }
        @{ Name = 'a URL that is none'; Address = 'postgresql://user:sec/ret@db/site'; Id = 'DatabaseUrlInvalid'; Says = '*' }
    ) {
        $failure = Get-Failure { Stop-KinescopeUpload -ProgressFile $Address }

        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        "$failure" | Should -BeLike $Says
        "$failure" | Should -Not -BeLike '*secret*'
        Get-ChildItem | Should -BeNullOrEmpty
    }
}
