[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Add-KinescopeSubtitle' {
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
        Write-Course l0, l1
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        $id = (Get-KinescopeUpload l0).VideoId
    }

    It 'adds, finds the same there, and leaves what others made: CompanionAlreadySet' {
        Set-Content l0.ru.srt "1`n00:00:01,000 --> 00:00:02,000`na`n"
        Get-LessonVideoMap | Add-KinescopeSubtitle
        Remove-Item kinescope-upload-progress.jsonl
        Add-KinescopeSubtitle $id l0.ru.srt
        $one = (Get-KinescopeVideo $id).Subtitles
        Set-Content l0.ru.srt "1`n00:00:01,000 --> 00:00:02,000`nb`n"

        $failure = Get-Failure { Add-KinescopeSubtitle $id l0.ru.srt }

        $failure.FullyQualifiedErrorId | Should -BeLike 'CompanionAlreadySet,*'
        "$failure" | Should -BeLike '*Set-KinescopeSubtitle*'
        Get-ErrorId { Add-KinescopeSubtitle $id l0.ru.srt -WhatIf } | Should -Be CompanionAlreadySet
        (Get-KinescopeVideo $id).Subtitles.SubtitleId | Should -Be $one.SubtitleId
        Add-KinescopeSubtitle $id l0.ru.srt -Language en -WhatIf
        Add-KinescopeSubtitle $id l0.ru.srt -Language en
        (Get-KinescopeVideo $id).Subtitles.Language | Should -Be ru, en
    }
}
