[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Set-KinescopeVideo' {
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
        Write-Course l0, l1, l2
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
    }

    It 'says that nothing says what to change: FoundD20' {
        $failure = Get-Failure { Set-KinescopeVideo (Get-KinescopeUpload l0).VideoId }

        $failure.FullyQualifiedErrorId | Should -BeLike 'RequestInvalid,*'
        "$failure" | Should -BeLike '*-Title*'
    }

    It 'changes what is given, by a rule for each' {
        Get-KinescopeVideo | Set-KinescopeVideo -Title { $_.Title -replace 'Lesson', 'Part' } -Tag a, b | Should -BeNullOrEmpty

        (Get-KinescopeVideo).Title | Sort-Object | Should -Be 'Part l0', 'Part l1', 'Part l2'
        (Get-KinescopeVideo)[0].Tags | Should -Be a, b
    }

    It 'keeps the mark that an upload is recognised by' {
        $mark = (Get-KinescopeVideo -Title '*l1').Description
        Get-KinescopeVideo -Title '*l1' | Set-KinescopeVideo -Tag kept
        (Get-KinescopeVideo -Title '*l1').VideoId | Set-KinescopeVideo -Description 'About ads' -PrivacyType custom -PrivacyDomain school.example
        Remove-Item kinescope-upload-progress.jsonl

        (Get-LessonVideoMap | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped, Skipped
        $video = Get-KinescopeVideo -Title '*l1'
        $video.Description | Should -Be "About ads`n$mark"
        $mark | Should -Match '^KPS1-'
        $video.Tags, $video.PrivacyType, $video.PrivacyDomains | Should -Be kept, custom, school.example
    }

    It 'takes a list' {
        Get-KinescopeVideo | Select-Object VideoId, @{ Name = 'Title'; Expression = { 'From a list' } } | Export-Csv titles.csv
        Import-Csv titles.csv | Set-KinescopeVideo -PassThru | ForEach-Object Title | Should -Be 'From a list', 'From a list', 'From a list'
    }

    It 'says with -WhatIf what would change, with a total' {
        Get-KinescopeVideo -Title '*l0' | Set-KinescopeVideo -Privacy nowhere
        Get-KinescopeVideo | Set-KinescopeVideo -Privacy nowhere -WhatIf -InformationVariable words -InformationAction SilentlyContinue
        Get-ErrorId { Set-KinescopeVideo 11111111-1111-4111-8111-111111111111 -Title x } | Should -Be VideoNotFound

        "$words" | Should -Be '2 videos would change, 1 is so already. Privacy from anywhere to nowhere: 2. Nothing was done.'
        (Get-KinescopeVideo).PrivacyType | Sort-Object | Should -Be anywhere, anywhere, nowhere
    }

    It 'refuses what is no domain, and custom without any' {
        $failure = Get-Failure { Get-KinescopeVideo | Set-KinescopeVideo -Privacy custom -Domain school.example, https://school.example/lessons }
        $failure.FullyQualifiedErrorId | Should -BeLike 'PrivacyDomainInvalid,*'
        "$failure" | Should -BeLike '*write only the domain: school.example*'
        Get-ErrorId { Get-KinescopeVideo | Set-KinescopeVideo -Privacy custom } | Should -Be PrivacyDomainMissing
        Get-ErrorId { Get-KinescopeVideo | Set-KinescopeVideo -Privacy custom -Domain @() } | Should -Be PrivacyDomainMissing

        (Get-KinescopeVideo).PrivacyType | Should -Be anywhere, anywhere, anywhere
    }

    It 'warns that domains have no effect without custom' {
        Get-KinescopeVideo | Set-KinescopeVideo -Domain school.example -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeLike '*no effect for 3 videos*-Privacy custom*'
    }

    It 'says what was changed where the pipeline has enough: what was begun is done' {
        $script = 'Get-KinescopeVideo | Set-KinescopeVideo -Privacy nowhere -PassThru | Select-Object -First 1'
        $shell = Open-Shell $script
        $shell.Invoke().PrivacyType | Should -Be nowhere

        (Get-KinescopeVideo).PrivacyType | Should -Be nowhere, nowhere, nowhere
        "$($shell.Streams.Warning)" | Should -BeLike '*3 videos were changed. Restore-KinescopeVideo takes it back, from the undo file *kinescope-video-undo.jsonl.'
    }

    It 'says of a few, with -Verbose, what became of them' {
        $lines = Get-KinescopeVideo | Set-KinescopeVideo -Tag a -Verbose 4>&1
        $lines[-1].Message | Should -BeLike '3 videos: 3 changed, 0 were so already, 0 failed. Restore-KinescopeVideo takes it back*'
    }

    It 'changes nothing without its undo file' {
        New-Item folder -ItemType Directory | Out-Null
        Get-ErrorId { Get-KinescopeVideo | Set-KinescopeVideo -Privacy nowhere -UndoFile folder } | Should -Be UndoFileNotWritable

        (Get-KinescopeVideo).PrivacyType | Should -Not -Contain nowhere
    }
}
