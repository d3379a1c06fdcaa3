[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Set-KinescopeProject' {
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

    It 'renames a project, and changes where later videos may be shown' {
        $project = Get-KinescopeProject Test | Set-KinescopeProject -Name 'Курсы' -Privacy custom -Domain school.example -PassThru

        $project.Name, $project.PrivacyType, "$($project.PrivacyDomains)" | Should -Be 'Курсы', custom, school.example
        (Set-KinescopeProject 'Курсы' -Domain other.example -PassThru).PrivacyDomains | Should -Be other.example
        (Get-KinescopeVideo).PrivacyType | Should -Be anywhere, anywhere
        'kinescope-video-undo.jsonl' | Should -Not -Exist
        Set-KinescopeProject 'Курсы' -Domain other.example -Verbose 4>&1 | Should -BeLike "*'Курсы'*is so already."
    }

    It 'gives its privacy to the videos in it, once it has asked, and they can be given back' {
        $shell = Open-Shell 'Set-KinescopeProject Test -Privacy nowhere -ApplyToVideo'
        $shell.Invoke()
        "$($shell.Streams.Error)" | Should -BeLike "*privacy from anywhere to nowhere: 'Test' (*) and 2 videos in it*"
        Set-KinescopeProject Test -Privacy nowhere -ApplyToVideo -WhatIf
        (Get-KinescopeVideo).PrivacyType | Should -Be anywhere, anywhere

        Get-KinescopeVideo | Set-KinescopeProject -Privacy nowhere -ApplyToVideo -Confirm:$false
        (Get-KinescopeVideo).PrivacyType | Should -Be nowhere, nowhere
        Restore-KinescopeVideo -Confirm:$false
        (Get-KinescopeVideo).PrivacyType | Should -Be anywhere, anywhere
    }

    It 'refuses what cannot be meant' {
        Get-ErrorId { Set-KinescopeProject Test } | Should -Be RequestInvalid
        Get-ErrorId { Set-KinescopeProject Test -Privacy custom } | Should -Be PrivacyDomainMissing
        Get-ErrorId { Set-KinescopeProject Test -Privacy custom -Domain @() } | Should -Be PrivacyDomainMissing
        Get-ErrorId { Set-KinescopeProject Test -Domain https://school.example } | Should -Be PrivacyDomainInvalid
        Get-ErrorId { Set-KinescopeProject Nobody -Name x } | Should -Be ProjectNotFound
        New-Item folder -ItemType Directory | Out-Null
        Get-ErrorId { Set-KinescopeProject Test -Privacy nowhere -ApplyToVideo -UndoFile folder -Confirm:$false } | Should -Be UndoFileNotWritable
        (Get-KinescopeProject Test).PrivacyType | Should -Be anywhere
        Set-KinescopeProject Test -Domain school.example -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -BeLike '*no effect*-Privacy custom*'
    }
}
