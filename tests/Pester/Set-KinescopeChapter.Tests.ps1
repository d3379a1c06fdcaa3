[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Set-KinescopeChapter' {
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

    It 'takes the file beside a lesson, and sends it again only after a change' {
        Set-Content l0.chapters.txt "00:00 Начало`n0:00.002 - Настройка"

        Get-LessonVideoMap | Set-KinescopeChapter | Should -BeNullOrEmpty

        $video = Get-KinescopeVideo $id
        $video.Chapters.Title | Should -Be Начало, Настройка
        $video.Chapters.Time.TotalMilliseconds | Should -Be 0, 2
        ($video | Format-List | Out-String) | Should -BeLike '*Chapters*: 2*'
        $said = Get-LessonVideoMap | Set-KinescopeChapter -Verbose 4>&1
        "$said" | Should -BeLike '*was sent before*nothing of the kind*'
    }

    It 'takes objects and tables with Time and Title, and none for none' {
        Set-KinescopeChapter $id -Chapter @{ Time = '0:00'; Title = 'a' }, ([pscustomobject]@{ Time = 0.002; Title = ' b ' }) -PassThru | ForEach-Object { $_.Chapters.Title } | Should -Be a, b
        (Get-KinescopeVideo $id).Chapters.ForEach{ $_ } | Set-Variable chapters
        Set-KinescopeChapter (Get-KinescopeUpload l1).VideoId -Chapter $chapters
        (Get-KinescopeVideo (Get-KinescopeUpload l1).VideoId).Chapters.Time | Should -Be $chapters.Time
        Set-KinescopeChapter $id -Chapter @()
        (Get-KinescopeVideo $id).Chapters | Should -BeNullOrEmpty
    }

    It 'ChapterInvalid: names the line, and goes on with the next lesson' {
        Set-Content l0.chapters.txt "00:00 a`n00:00 b"
        Set-Content l1.chapters.txt '00:00 a'

        $failure = Get-Failure { Get-LessonVideoMap | Set-KinescopeChapter }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ChapterInvalid,*'
        "$failure" | Should -BeLike '*l0.chapters.txt, line 2:*'
        (Get-KinescopeVideo).Chapters.Title | Should -Be a
        Get-ErrorId { Set-KinescopeChapter $id -Chapter @{ Title = 'x' } } | Should -Be ChapterInvalid
        Get-ErrorId { Set-KinescopeChapter $id } | Should -Be RequestInvalid
        Get-ErrorId { Get-KinescopeVideo $id | Set-KinescopeChapter } | Should -Be RequestInvalid
        Get-ErrorId { Set-KinescopeChapter $id gone.txt } | Should -Be LessonFileNotFound
    }

    It 'does nothing with -WhatIf' {
        Set-Content l0.chapters.txt '00:00 a'
        Get-LessonVideoMap | Set-KinescopeChapter -WhatIf

        (Get-KinescopeVideo $id).Chapters | Should -BeNullOrEmpty
    }
}
