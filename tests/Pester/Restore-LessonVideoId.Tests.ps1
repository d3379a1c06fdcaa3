[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Restore-LessonVideoId' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $library = Join-Path $TestDrive 'library'
        Write-SampleLibrary $library
        $first, $second, $third = '02_ads_m01_001', '02_ads_m01_002', '02_ads_m01_003'
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
        Copy-Item (Join-Path $library lessons.db) .
        $env:DATABASE_URL = 'file:./lessons.db'
    }

    It 'takes back what was linked, once' {
        Set-LessonVideoId $first v1
        Set-LessonVideoId $first v2 -Force

        $link = Restore-LessonVideoId -All -Confirm:$false -PassThru

        $link.Status, $link.PreviousVideoId, $link.VideoId | Should -Be Restored, v2, $null
        (Get-LessonVideoId $first).VideoId | Should -BeNullOrEmpty
        Restore-LessonVideoId -All -Confirm:$false -PassThru -WarningVariable warnings -WarningAction Ignore | Should -BeNullOrEmpty
        $warnings | Should -BeLike '*kinescope-undo.jsonl tells of nothing*'
    }

    It 'asks once, and takes back what the last command did: FoundD01' {
        Set-LessonVideoId $first v1
        Get-LessonVideoId $second, $third | Select-Object LessonId, @{ n = 'VideoId'; e = { "v-$($_.LessonId)" } } | Set-LessonVideoId

        # A session without a host has nobody to ask.
        $shell = Open-Shell "Restore-LessonVideoId -DatabaseUrl file:./lessons.db"
        $shell.Invoke()
        $shell.Streams.Error | Should -HaveCount 1
        "$($shell.Streams.Error)" | Should -BeLike "*Take back the links of 2 lessons in Lesson of *lessons.db, which were set *(Of 1 earlier change none is taken back.)*"
        (Get-LessonVideoId $first, $second, $third).VideoId | Should -Not -Contain $null

        Restore-LessonVideoId -Confirm:$false
        (Get-LessonVideoId $first, $second, $third).VideoId | Should -Be v1, $null, $null
        Restore-LessonVideoId -Confirm:$false
        (Get-LessonVideoId $first).VideoId | Should -BeNullOrEmpty
    }

    It 'asks before it clears: FoundD01' {
        Set-LessonVideoId $first v1
        $shell = Open-Shell "Set-LessonVideoId $first -Clear"
        try {
            $shell.Invoke()
        }
        catch {
            $asked = $_
        }

        "$($shell.Streams.Error)$asked" | Should -BeLike '*prompts the user*'
        (Get-LessonVideoId $first).VideoId | Should -Be v1
    }

    It 'takes back a cleared lesson' {
        Set-LessonVideoId $first v1 -EmbedUrl https://example.com/1 -UndoFile other.jsonl
        Set-LessonVideoId $first -Clear -Confirm:$false
        (Get-LessonVideoId $first).VideoId | Should -BeNullOrEmpty

        Restore-LessonVideoId -Confirm:$false

        $lesson = Get-LessonVideoId $first
        $lesson.VideoId, $lesson.VideoUrl | Should -Be v1, https://example.com/1
    }

    It 'leaves what somebody else wrote' {
        Set-LessonVideoId $first v1
        Set-LessonVideoId $second v2
        Set-LessonVideoId $third v3
        Set-LessonVideoId $first theirs -Force -UndoFile theirs.jsonl
        # The same video at an address of theirs.
        Set-LessonVideoId $second -Clear -Confirm:$false -UndoFile theirs.jsonl
        Set-LessonVideoId $second v2 -EmbedUrl https://their.example/v2 -UndoFile theirs.jsonl

        $failures = Get-Failure { Restore-LessonVideoId -All -Confirm:$false }

        $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be LessonVideoDiffers, LessonVideoDiffers
        $failures[0].Exception.Message | Should -BeLike '*theirs*'
        (Get-LessonVideoId $first, $second, $third).VideoId | Should -Be theirs, v2, $null
    }

    It 'shows with -WhatIf and does nothing' {
        Set-LessonVideoId $first v1
        $undo = Get-Content kinescope-undo.jsonl

        Restore-LessonVideoId -WhatIf

        (Get-LessonVideoId $first).VideoId | Should -Be v1
        Get-Content kinescope-undo.jsonl | Should -Be $undo
    }

    It 'takes the lessons that are piped in' {
        Set-LessonVideoId $first v1
        Set-LessonVideoId $second v2

        Get-LessonVideoMap $library -LessonId $second | Restore-LessonVideoId -Confirm:$false

        (Get-LessonVideoId $first, $second).VideoId | Should -Be v1, $null
    }

    It 'takes the lessons that are named, also by wildcard' {
        Set-LessonVideoId $first v1
        Set-LessonVideoId $second v2
        Set-LessonVideoId 01_start_m01_001 v3

        Restore-LessonVideoId -Confirm:$false $second
        (Get-LessonVideoId $first, $second).VideoId | Should -Be v1, $null

        Get-ErrorId { Restore-LessonVideoId -Confirm:$false nobody, 02_ads_m01_00?, nothing* } | Should -Be LessonNotFound
        (Get-LessonVideoId $first, 01_start_m01_001).VideoId | Should -Be $null, v3
    }

    It 'needs an undo file, and makes none' {
        Get-ErrorId { Restore-LessonVideoId -Confirm:$false } | Should -Be UndoFileNotFound
        Test-Path kinescope-undo.jsonl | Should -BeFalse
    }

    It 'keeps the undo file to its owner' -Skip:$IsWindows {
        Set-LessonVideoId $first v1

        [int] (Get-Item kinescope-undo.jsonl).UnixFileMode | Should -Be 0x180
    }

    It 'makes no undo file for a preview or for nothing' {
        Set-LessonVideoId $first v1 -WhatIf
        @() | Set-LessonVideoId

        Test-Path kinescope-undo.jsonl | Should -BeFalse
    }

    It 'has ids for a file that is none and one that cannot be written' {
        Set-Content notes.txt 'Buy milk'
        New-Item folder -ItemType Directory | Out-Null

        Get-ErrorId { Restore-LessonVideoId -UndoFile notes.txt } | Should -Be UndoFileInvalid
        Get-ErrorId { Set-LessonVideoId $first v1 -UndoFile notes.txt } | Should -Be UndoFileInvalid
        Get-ErrorId { Set-LessonVideoId $first v1 -UndoFile folder } | Should -Be UndoFileNotWritable
        Get-ErrorId { Connect-LessonDatabase -IdColumn title } | Should -Be LessonColumnNotUnique
        (Get-LessonVideoId $first).VideoId | Should -BeNullOrEmpty
        Get-Content notes.txt | Should -Be 'Buy milk'
    }

    It 'keeps another undo file, in a folder that it makes' {
        Set-LessonVideoId $first v1 -UndoFile other/undo.jsonl
        (Get-LessonVideoId $first).VideoId | Should -Be v1

        Restore-LessonVideoId -Confirm:$false -UndoFile other/undo.jsonl

        (Get-LessonVideoId $first).VideoId | Should -BeNullOrEmpty
        Test-Path kinescope-undo.jsonl | Should -BeFalse
    }
}
