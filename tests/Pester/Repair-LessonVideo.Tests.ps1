[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Repair-LessonVideo' {
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
        Use-EmptyFolder
        Use-Sandbox $sandbox
    }

    It 'shows each step in its order, and changes nothing' {
        Write-Course
        Get-LessonVideoMap -LessonId l0, l1 | Send-KinescopeVideo -ProgressFile other.jsonl | Out-Null
        Remove-Item other.jsonl*

        $said = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap | Compare-LessonVideo -All -WarningAction Ignore | Sort-Object LessonId -Descending | Repair-LessonVideo -WhatIf'

        $said[0] | Should -BeLike "What if: *Note as uploaded, video*'l1'*"
        $said[1] | Should -BeLike "What if: *Note as uploaded, video*'l0'*"
        $said[2] | Should -BeLike "What if: Upload lesson 'l2', l2.mp4 (*)"
        $said[3] | Should -BeLike 'To send: 1 (*'
        $said | Should -HaveCount 4
        Get-ChildItem *.jsonl | Should -BeNullOrEmpty
        Get-StoredVideo | Should -HaveCount 2
    }

    It 'takes findings from a file, and asks with -Confirm' {
        Write-Course l0
        Get-LessonVideoMap | Compare-LessonVideo -All -WarningAction Ignore | Export-Csv findings.csv

        $shell = Open-Shell 'Import-Csv findings.csv | Repair-LessonVideo -Confirm'
        $shell.Invoke()
        $shell.Streams.Error[0] | Should -BeLike '*prompts the user*'
        $repaired = Import-Csv findings.csv | Repair-LessonVideo -ErrorAction SilentlyContinue

        $repaired.Status | Should -Be NeverSent
        $repaired.Message | Should -Be 'sent, not linked: no lesson table can be written.'
        ($repaired | Format-Table | Out-String) | Should -Match '(?m)^l0 +NeverSent +Failed +sent, not'
        ($repaired | ConvertTo-Csv | ConvertFrom-Csv).Outcome | Should -Be Failed
    }

    It 'FindingInvalid: what is no finding' {
        Get-ErrorId { 'text' | Repair-LessonVideo } | Should -Contain FindingInvalid
    }
}
