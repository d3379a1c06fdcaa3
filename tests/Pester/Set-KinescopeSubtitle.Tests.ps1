[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Set-KinescopeSubtitle' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        function Get-Srt([string] $Text) { "1`n00:00:01,000 --> 00:00:02,000`n$Text`n" }
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

    It 'replaces those of the language, and leaves the others' {
        Set-Content l0.ru.srt (Get-Srt Раз)
        Set-Content l0.en.srt (Get-Srt One)
        Get-LessonVideoMap | Set-KinescopeSubtitle
        $old = (Get-KinescopeVideo $id).Subtitles
        Set-Content l0.ru.srt (Get-Srt Два)

        Get-LessonVideoMap | Set-KinescopeSubtitle

        $new = (Get-KinescopeVideo $id).Subtitles
        $new.Language | Sort-Object | Should -Be en, ru
        ($new | Where-Object Language -eq en).SubtitleId | Should -Be ($old | Where-Object Language -eq en).SubtitleId
        ($new | Where-Object Language -eq ru).SubtitleId | Should -Not -Be ($old | Where-Object Language -eq ru).SubtitleId
        (Get-KinescopeVideo $id | Format-List | Out-String) | Should -Match 'Subtitles +: \{(en, ru|ru, en)\}'
    }

    It 'reads Windows-1251 with a warning, and needs no record' {
        $file = Join-Path $PWD talk.srt
        [System.IO.File]::WriteAllBytes($file, [System.Text.CodePagesEncodingProvider]::Instance.GetEncoding(1251).GetBytes((Get-Srt Привет)))
        Remove-Item kinescope-upload-progress.jsonl

        Set-KinescopeSubtitle $id $file -Language ru -Description Русские -WarningVariable warned -WarningAction SilentlyContinue
        Set-KinescopeSubtitle $id $file -Language ru -Description Русские -WarningAction SilentlyContinue

        "$warned" | Should -BeLike '*Windows-1251*'
        $subtitles = (Get-KinescopeVideo $id).Subtitles
        $subtitles.Language, $subtitles.Description | Should -Be ru, Русские
        Test-Path kinescope-upload-progress.jsonl | Should -BeFalse
    }

    It 'SubtitleInvalid, SubtitleLanguageMissing: says what is wrong, and where' {
        Set-Content l0.ru.srt "1`n00:00:03,000 --> 00:00:02,000`na"
        Set-Content talk.srt (Get-Srt a)

        $failure = Get-Failure { Get-LessonVideoMap | Set-KinescopeSubtitle }

        $failure.FullyQualifiedErrorId | Should -BeLike 'SubtitleInvalid,*'
        "$failure" | Should -BeLike '*l0.ru.srt, line 2:*'
        Get-ErrorId { Set-KinescopeSubtitle $id talk.srt } | Should -Be SubtitleLanguageMissing
        Get-ErrorId { Set-KinescopeSubtitle $id talk.srt -Language Russian! } | Should -Be SubtitleLanguageMissing
        Get-ErrorId { Set-KinescopeSubtitle $id } | Should -Be RequestInvalid
        (Get-KinescopeVideo $id).Subtitles | Should -BeNullOrEmpty
    }

    It 'SubtitleNotRemoved: the new ones are there, the old ones cannot be deleted' {
        Set-Content l0.ru.srt (Get-Srt Раз)
        Get-LessonVideoMap | Set-KinescopeSubtitle
        Set-Content l0.ru.srt (Get-Srt Два)
        Use-Fault @{ match = @{ method = 'DELETE'; path = '/v1/videos' }; fault = @{ kind = 'answer'; status = 403; code = 100103; message = 'no' } }

        Get-ErrorId { Get-LessonVideoMap | Set-KinescopeSubtitle } | Should -Be SubtitleNotRemoved
        (Get-KinescopeVideo $id).Subtitles.Count | Should -Be 2
    }

    It 'does nothing with -WhatIf' {
        Set-Content l0.ru.srt (Get-Srt a)
        Get-LessonVideoMap | Set-KinescopeSubtitle -WhatIf

        (Get-KinescopeVideo $id).Subtitles | Should -BeNullOrEmpty
    }
}
