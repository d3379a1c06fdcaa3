[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Export-KinescopeUpload' {
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

    It 'writes a copy that a run goes on with, without sending anything twice' {
        Write-Course l0, l1
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null

        Export-KinescopeUpload copy.jsonl | Should -BeNullOrEmpty

        "$(Get-KinescopeUpload -ProgressFile copy.jsonl | ForEach-Object { $_.LessonId, $_.Status, $_.VideoId, $_.Path })" |
            Should -Be "$(Get-KinescopeUpload | ForEach-Object { $_.LessonId, $_.Status, $_.VideoId, $_.Path })"
        (Get-LessonVideoMap | Send-KinescopeVideo -ProgressFile copy.jsonl).Status | Should -Be Skipped, Skipped
        Assert-StoredOnce l0.mp4, l1.mp4
    }

    It 'replaces a file with -Force only, and writes nothing with -WhatIf' {
        Write-Course l0
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        Set-Content taken.jsonl 'mine'

        Get-ErrorId { Export-KinescopeUpload taken.jsonl } | Should -Be ExportFileExists
        Export-KinescopeUpload other.jsonl -WhatIf
        Get-Content taken.jsonl | Should -Be mine
        Test-Path other.jsonl | Should -BeFalse
        Export-KinescopeUpload taken.jsonl -Force
        (Get-KinescopeUpload -ProgressFile taken.jsonl).LessonId | Should -Be l0
        Set-Content undo.jsonl '{"event":"undo","at":"2026-01-01T00:00:00Z","version":1,"check":"0"}'
        Get-ErrorId { Export-KinescopeUpload undo.jsonl -Force } | Should -Be ExportFileExists
    }

    It 'refuses a record that is not there, and makes none' {
        Get-ErrorId { Export-KinescopeUpload copy.jsonl -ProgressFile none.jsonl } | Should -Be ProgressFileNotFound
        Get-ChildItem | Should -BeNullOrEmpty
    }
}
