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

    It 'says with -WhatIf what would change' {
        Get-KinescopeVideo | Set-KinescopeVideo -PrivacyType nowhere -WhatIf
        Get-ErrorId { Set-KinescopeVideo 11111111-1111-4111-8111-111111111111 -Title x } | Should -Be VideoNotFound

        (Get-KinescopeVideo).PrivacyType | Should -Not -Contain nowhere
    }
}
