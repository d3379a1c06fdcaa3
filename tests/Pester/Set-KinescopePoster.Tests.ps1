[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Set-KinescopePoster' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $jpeg = [byte[]] (0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0x3F, 0, 0, 0xFF, 0xD9)
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

    It 'takes the picture beside a lesson or an upload, a file, and a moment' {
        [System.IO.File]::WriteAllBytes((Join-Path $PWD l0.jpg), $jpeg)
        $none = (Get-KinescopeVideo $id).PosterUrl

        Get-LessonVideoMap | Set-KinescopePoster -PassThru | ForEach-Object VideoId | Should -Be $id
        $first = (Get-KinescopeVideo $id).PosterUrl
        Get-KinescopeUpload l0 | Set-KinescopePoster
        $same = (Get-KinescopeVideo $id).PosterUrl
        Set-KinescopePoster $id l0.jpg -Force
        $forced = (Get-KinescopeVideo $id).PosterUrl
        Get-KinescopeVideo $id | Set-KinescopePoster -At 0:01.5

        $none | Should -BeNullOrEmpty
        $first | Should -Be $same
        $forced | Should -Not -Be $first
        (Get-KinescopeVideo $id).PosterUrl | Should -Not -Be $forced
    }

    It 'takes a lesson by its id alone, and counts many on a last line' {
        [System.IO.File]::WriteAllBytes((Join-Path $PWD l0.jpg), $jpeg)
        Set-KinescopePoster -LessonId l0
        (Get-KinescopeVideo $id).PosterUrl | Should -Not -BeNullOrEmpty

        Get-ErrorId { Set-KinescopePoster -LessonId gone } | Should -Be VideoIdMissing
        Get-ErrorId { Set-KinescopePoster } | Should -Be VideoIdMissing
        $lesson = Get-LessonVideoMap -LessonId l0
        $said = @($lesson) * 11 | Set-KinescopePoster 6>&1
        "$said" | Should -Be '11 videos: 0 sent, 11 there already, 0 without a file, 0 failed.'
    }

    It 'PosterInvalid: another picture than JPEG, whatever its name says' {
        [System.IO.File]::WriteAllBytes((Join-Path $PWD l0.jpg), [byte[]] (0x89, 0x50, 0x4E, 0x47))

        $failure = Get-Failure { Get-LessonVideoMap | Set-KinescopePoster }

        $failure.FullyQualifiedErrorId | Should -BeLike 'PosterInvalid,*'
        "$failure" | Should -BeLike "Lesson 'l0': *"
        "$failure" | Should -BeLike '*is PNG*Save it as JPEG*'
        Get-ErrorId { Set-KinescopePoster $id } | Should -Be RequestInvalid
        Get-ErrorId { Set-KinescopePoster $id l0.jpg -At 0:01 } | Should -Be RequestInvalid
        { Set-KinescopePoster $id -At soon } | Should -Throw '*no moment*'
    }

    It 'does nothing with -WhatIf' {
        [System.IO.File]::WriteAllBytes((Join-Path $PWD l0.jpg), $jpeg)
        Get-LessonVideoMap | Set-KinescopePoster -WhatIf

        (Get-KinescopeVideo $id).PosterUrl | Should -BeNullOrEmpty
    }
}
