[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Restore-KinescopeVideo' {
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
    }

    It 'takes back what the last command did, and then the one before' {
        Get-KinescopeVideo | Set-KinescopeVideo -Privacy custom -Domain school.example
        Get-KinescopeVideo -Title '*l0' | Set-KinescopeVideo -Title Other -Privacy nowhere

        Restore-KinescopeVideo -WhatIf -InformationAction SilentlyContinue
        (Restore-KinescopeVideo -Confirm:$false -PassThru -InformationVariable words).Title | Should -BeLike '*l0'
        "$words" | Should -BeLike '1 video of 1 given back*The command before it changed at most 2 videos at *: run Restore-KinescopeVideo again*-All*'
        (Get-KinescopeVideo).PrivacyType | Should -Be custom, custom
        Restore-KinescopeVideo -Confirm:$false
        (Get-KinescopeVideo).PrivacyType | Should -Be anywhere, anywhere
        Restore-KinescopeVideo -Confirm:$false -WarningVariable warnings -WarningAction Ignore
        $warnings | Should -BeLike '*kinescope-video-undo.jsonl tells of nothing*'
    }

    It 'leaves what somebody else wrote, and gives the rest back' {
        Get-KinescopeVideo | Set-KinescopeVideo -Tag mine -Privacy nowhere
        Get-KinescopeVideo -Title '*l0' | Set-KinescopeVideo -Privacy anywhere -UndoFile theirs.jsonl
        Get-KinescopeVideo -Title '*l0' | Set-KinescopeVideo -Privacy custom -Domain their.example -UndoFile theirs.jsonl

        $failure = Get-Failure { Restore-KinescopeVideo -Confirm:$false }

        $failure.FullyQualifiedErrorId | Should -BeLike 'VideoChangedSince,*'
        "$failure" | Should -BeLike '*but privacy custom (their.example)*'
        $video = Get-KinescopeVideo -Title '*l0'
        $video.PrivacyType, $video.Tags.Count | Should -Be custom, 0
        (Get-KinescopeVideo -Title '*l1').PrivacyType | Should -Be anywhere
    }

    It 'takes the videos that are named, and asks once' {
        Get-KinescopeVideo | Set-KinescopeVideo -Privacy nowhere
        $shell = Open-Shell "Restore-KinescopeVideo"
        $shell.Invoke()
        "$($shell.Streams.Error)" | Should -BeLike '*Take back the changes of 2 videos at http*, which were made *'

        Get-KinescopeVideo -Title '*l0' | Restore-KinescopeVideo -Confirm:$false
        Get-ErrorId { Restore-KinescopeVideo -Confirm:$false nobody } | Should -Be VideoNotFound
        Get-KinescopeVideo | Sort-Object Title | ForEach-Object PrivacyType | Should -Be anywhere, nowhere
    }

    It 'takes what a wildcard names, what was changed since a time, and all' {
        Get-KinescopeVideo | Set-KinescopeVideo -Privacy nowhere
        $first, $second = Get-KinescopeVideo | Sort-Object Title
        $between = [datetime]::Now
        $second | Set-KinescopeVideo -Privacy custom -Domain school.example

        Restore-KinescopeVideo "$($first.VideoId.Substring(0, 13))*" -Confirm:$false
        Get-KinescopeVideo | Sort-Object Title | ForEach-Object PrivacyType | Should -Be anywhere, custom
        Restore-KinescopeVideo -After $between.AddDays(1) -Confirm:$false -WarningVariable warnings -WarningAction Ignore
        $warnings | Should -BeLike '*nothing since then*'
        Restore-KinescopeVideo -After $between -Confirm:$false
        (Get-KinescopeVideo $second.VideoId).PrivacyType | Should -Be nowhere
        $second | Set-KinescopeVideo -Title Other
        Restore-KinescopeVideo -All -Confirm:$false
        $video = Get-KinescopeVideo $second.VideoId
        $video.Title, $video.PrivacyType | Should -Be $second.Title, anywhere
    }

    It 'needs an undo file of videos' {
        Get-ErrorId { Restore-KinescopeVideo -Confirm:$false } | Should -Be UndoFileNotFound
        Set-Content notes.txt 'Buy milk'
        Get-ErrorId { Restore-KinescopeVideo -UndoFile notes.txt } | Should -Be UndoFileInvalid
    }
}
