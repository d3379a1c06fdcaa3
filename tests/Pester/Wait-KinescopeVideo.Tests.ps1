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

    It 'passes over uploads that failed' {
        [pscustomobject]@{ VideoId = $null }, (Get-KinescopeUpload l0) | Wait-KinescopeVideo -IntervalSeconds 0.1 | Should -HaveCount 1
    }
}
