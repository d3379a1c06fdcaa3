[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Wait-KinescopeVideo' {
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

    It 'writes what can be played' {
        Get-KinescopeUpload | Wait-KinescopeVideo -IntervalSeconds 0.1 | ForEach-Object Title | Sort-Object | Should -Be 'Lesson l0', 'Lesson l1', 'Lesson l2'
    }

    It 'refuses <Given> as a time span FoundC02' -ForEach @{ Given = 8 }, @{ Given = '8' }, @{ Given = '-0:01' } {
        $failure = Get-Failure { Wait-KinescopeVideo x -Timeout $Given }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -BeLike "*'Timeout'*8h, 90m or 1h30m*"
    }

    It 'reports what failed, with the reason' {
        $broken = (Get-KinescopeUpload l1).VideoId
        Invoke-Sandbox Post "/sandbox/videos/$broken/status" @{ status = 'error'; message = 'no video stream' } | Out-Null

        $ready = Get-KinescopeUpload | Wait-KinescopeVideo -IntervalSeconds 0.1 -ErrorVariable failure -ErrorAction SilentlyContinue

        $failure.FullyQualifiedErrorId | Should -BeLike 'VideoProcessingFailed,*'
        $failure.TargetObject | Should -Be $broken
        "$failure" | Should -BeLike '*no video stream*'
        $ready | Should -HaveCount 2
    }

    It 'gives up in time, and writes the others, of which some are not there' {
        $slow = (Get-KinescopeUpload l1).VideoId
        Invoke-Sandbox Post "/sandbox/videos/$slow/status" @{ status = 'pre-processing' } | Out-Null

        $ready = (Get-KinescopeUpload l0).VideoId, $slow, 'no-id-at-all', '11111111-1111-4111-8111-111111111111' |
            Wait-KinescopeVideo -IntervalSeconds 0.1 -Timeout 00:00:01 -ErrorVariable failure -ErrorAction SilentlyContinue

        $ready.Title | Should -Be 'Lesson l0'
        $failure.FullyQualifiedErrorId -replace ',.*' | Sort-Object | Should -Be IdInvalid, VideoNotFound, VideoNotProcessed
        "$failure" | Should -BeLike '*pre-processing*'
    }

    It 'carries each lesson through to its row: FoundD17' {
        Write-SampleLibrary (Join-Path $PWD.ProviderPath library)
        $env:DATABASE_URL = 'file:./library/lessons.db'
        $ids = '02_ads_m01_001', '02_ads_m01_002', '02_ads_m01_003'
        Write-Course $ids
        # Two lessons of one file have one video.
        Copy-Item "$($ids[0]).mp4" "$($ids[1]).mp4"

        $sent = Get-LessonVideoMap | Send-KinescopeVideo -OutVariable uploads
        $links = $sent | Wait-KinescopeVideo -IntervalSeconds 0.1 | Set-LessonVideoId -PassThru
        $links.LessonId | Sort-Object | Should -Be $ids
        $links.Status | Should -Be Linked, Linked, Linked
        foreach ($upload in $uploads) {
            $row = Get-LessonVideoId $upload.LessonId
            $row.VideoId, $row.VideoUrl | Should -Be $upload.VideoId, $upload.EmbedUrl
        }

        (Get-LessonVideoId $ids | Get-KinescopeVideo | Set-LessonVideoId -PassThru).Status | Should -Be Unchanged, Unchanged, Unchanged
        Get-ErrorId { Get-KinescopeVideo $uploads[0].VideoId | Set-LessonVideoId } | Should -Be LessonIdMissing
        Invoke-Sandbox Post "/sandbox/videos/$($uploads[2].VideoId)/status" @{ status = 'aborted' } | Out-Null
        Get-LessonVideoId $uploads[2].LessonId | Get-KinescopeVideo | Set-LessonVideoId -PassThru | Should -BeNullOrEmpty
    }

    It 'passes over what has no video, as all commands do that take videos: FoundD16' {
        $linked = Get-KinescopeUpload l0
        $lessons = [pscustomobject]@{ LessonId = 'l9'; VideoId = $null }, [pscustomobject]@{ LessonId = 'l8'; VideoId = '' }, $linked

        $lessons | Wait-KinescopeVideo -IntervalSeconds 0.1 | Should -HaveCount 1
        $lessons | Get-KinescopeVideo | Should -HaveCount 1
        $lessons | Set-KinescopeVideo -Tag t -PassThru | Should -HaveCount 1
        $lessons[0..1] | Move-KinescopeVideo -ProjectId Test -PassThru | Should -BeNullOrEmpty
        $lessons[0..1] | Get-KinescopeVideo | Should -BeNullOrEmpty
        $said = $lessons | Remove-KinescopeVideo -Confirm:$false -Verbose 4>&1
        "$said" | Should -BeLike '*passed over*'
        Get-KinescopeVideo | Should -HaveCount 2

        # What was typed is a mistake.
        foreach ($command in 'Get', 'Wait', 'Set', 'Remove') {
            Get-ErrorId { & "$command-KinescopeVideo" $null -Confirm:$false } | Should -BeIn VideoIdMissing, NamedParameterNotFound
        }
    }
}
