[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Get-KinescopeUpload' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $progressFile = 'kinescope-upload-progress.jsonl'

        # One lesson uploaded, one cut off in the middle.
        function Send-Course {
            Write-Course done, half -Length 300000
            Use-UploadFault @{ kind = 'answer'; status = 500 } -File half.mp4
            Connect-Sandbox -MaxRetry 1
            Get-LessonVideoMap | Send-KinescopeVideo -ErrorAction Ignore | Out-Null
            Clear-Fault
        }

        # Also those of which Kinescope has not all bytes.
        function Get-Video {
            Invoke-Sandbox Get "/v1/videos?per_page=100&project_id=$env:KINESCOPE_PROJECT_ID"
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    Context 'after a run' {
        BeforeEach {
            Send-Course
        }

        It 'shows which lesson is uploaded, which failed and why' {
            $done, $half = Get-KinescopeUpload | Sort-Object LessonId

            $done.LessonId, $done.Status, $done.Course, $done.Title, $done.Offset, $done.Length | Should -Be done, Uploaded, 02_ads, 'Lesson done', 300000, 300000
            $done.VideoId | Should -Be (Get-Video | Where-Object title -eq 'Lesson done').id
            $done.EmbedUrl | Should -Be "https://kinescope.io/embed/$($done.VideoId)"
            $half.Status, $half.Failures, $half.VideoId, $half.EmbedUrl | Should -Be Failed, 1, $null, $null
            $half.UnfinishedVideoId | Should -Be (Get-Video | Where-Object title -eq 'Lesson half').id
            $half.Error | Should -BeLike 'Kinescope answered HTTP 500*'
        }

        It 'feeds Send-KinescopeVideo with what failed' {
            Invoke-Sandbox Delete /sandbox/requests

            $sent = Get-KinescopeUpload -Status Failed | Send-KinescopeVideo

            $sent.LessonId, $sent.Status, $sent.Title, $sent.Course | Should -Be half, Uploaded, 'Lesson half', 02_ads
            Get-SandboxRequest POST /v2/init | Should -BeNullOrEmpty
            Assert-StoredOnce done.mp4, half.mp4
            (Get-KinescopeUpload).Status | Should -Be Uploaded, Uploaded
        }

        It 'shows its lessons in a table of <_> columns' -ForEach 80, 100 {
            $lines = (Get-KinescopeUpload | Sort-Object LessonId | Out-String -Width $_) -split '\r?\n' | Where-Object { $_ }

            $lines[0] | Should -Be ('{0,-30} {1,-9} {2,10} {3,4} {4}' -f 'LessonId', 'Status', 'Size', 'Sent', 'Error')
            $size = '{0:0.0} KiB' -f (300000 / 1KB)
            $lines[2].TrimEnd() | Should -Be ('{0,-30} {1,-9} {2,10} {3,4}' -f 'done', 'Uploaded', $size, '100%')
            $lines[3] | Should -BeLike ('{0,-30} {1,-9} {2,10} {3,4} Kinescope*' -f 'half', 'Failed', $size, '0%')
            ($lines | Measure-Object Length -Maximum).Maximum | Should -BeLessOrEqual $_
        }

        It 'shows a course as a bar, in <_> columns' -ForEach 80, 100 {
            $lines = (Get-LessonVideoMap | Get-KinescopeUpload -ByCourse | Out-String -Width $_) -split '\r?\n' | Where-Object { $_ }

            $lines[0] | Should -Be ('{0,-18} {1,6} {2,8} {3,6} {4,10} {5,4} {6}' -f 'Course', 'Files', 'Uploaded', 'Failed', 'Size', 'Done', 'Progress')
            $lines[2] | Should -Be ('{0,-18} {1,6} {2,8} {3,6} {4,10} {5,4} {6}' -f '02_ads', 2, 1, 1, ('{0:0.0} KiB' -f (600000 / 1KB)), '50%', "$([string]::new([char] 0x2588, 10))$([string]::new([char] 0x2591, 10))")
        }

        It 'has no percentage without a map, and one of all that there is with it: FoundD04' {
            (Get-KinescopeUpload -ByCourse).Percent | Should -BeNullOrEmpty
            (Get-KinescopeUpload -ByCourse | Out-String) | Should -Not -Match '%'
            $lessons = foreach ($id in 'done', 'half', 'never') { @{ id = $id; filepath = "$id.mp4" } }
            Write-Video never.mp4 300000 3
            $courses = @{ id = '02_ads'; modules = @(@{ id = 'm'; lessons = @($lessons) }) }, @{ id = '03_ai'; modules = @(@{ id = 'm'; lessons = @(@{ id = 'later'; filepath = 'later.mp4' }) }) }
            ConvertTo-Json @{ courses = $courses } -Depth 6 | Set-Content manifest.json

            $ads, $ai = Get-LessonVideoMap | Get-KinescopeUpload -ByCourse

            $ads.Course, $ads.Files, $ads.Uploaded, $ads.Length | Should -Be 02_ads, 3, 1, 900000
            [System.Math]::Floor($ads.Percent) | Should -Be 33
            $ai.Course, $ai.Files, $ai.Percent | Should -Be 03_ai, 1, 0
        }

        It 'survives Export-Clixml and ConvertTo-Json' {
            Get-KinescopeUpload | Export-Clixml uploads.xml

            Import-Clixml uploads.xml | Out-String | Should -Be (Get-KinescopeUpload | Out-String)
            (Get-KinescopeUpload done | ConvertTo-Json | ConvertFrom-Json).LessonId | Should -Be done
        }

        It 'stops when enough lessons are there' {
            @(Get-KinescopeUpload | Select-Object -First 1) | Should -HaveCount 1
        }

        It 'warns of a damaged file and shows what is intact' {
            $lines = Get-Content $progressFile
            $lines[-1] = $lines[-1].Replace('event', 'evend')
            Set-Content $progressFile $lines

            $uploads = Get-KinescopeUpload -WarningVariable warnings -WarningAction SilentlyContinue

            $uploads | Should -HaveCount 2
            "$warnings" | Should -BeLike "*$progressFile is damaged: 1 of its *"
            Get-Content $progressFile | Should -Be $lines
        }
    }

    It 'watches a run that is under way, and does not disturb it' {
        Write-Course l0 -Length 300000
        Use-UploadFault @{ kind = 'stall'; after_bytes = 1000 }
        $shell = Open-Shell 'Get-LessonVideoMap | Send-KinescopeVideo'
        $running = $shell.BeginInvoke()
        Wait-Sandbox stalled=1

        (Get-KinescopeUpload).Status | Should -Be Started
        Clear-Fault

        $shell.EndInvoke($running).Status | Should -Be Uploaded
        (Get-KinescopeUpload).Status | Should -Be Uploaded
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'a file that is not there'; Text = $null; ErrorId = 'ProgressFileNotFound' }
        @{ Name = 'a file of somebody else'; Text = 'a,b'; ErrorId = 'ProgressFileInvalid' }
    ) {
        if ($Text) {
            Set-Content mine.txt $Text
        }

        Get-ErrorId { Get-KinescopeUpload -ProgressFile mine.txt } | Should -Be $ErrorId
        (Get-ChildItem).Name | Should -Be ($Text ? 'mine.txt' : $null)
    }

    It 'RecordNotShared: a progress file has no machines' {
        Get-ErrorId { Get-KinescopeUpload -ByMachine } | Should -Be RecordNotShared
        Get-ChildItem | Should -BeNullOrEmpty
    }

    It 'completes the name of a record, files and the word for the database of the lessons' {
        Set-Content lessons.jsonl ''
        $line = 'Get-KinescopeUpload -ProgressFile Le'

        ([System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)).CompletionMatches.ListItemText |
            Should -Be LessonDatabase, lessons.jsonl
    }

    It 'says what it writes' {
        (Get-Command Get-KinescopeUpload).OutputType.Name |
            Should -Be KinescopePS.KinescopeUpload, KinescopePS.KinescopeUploadTotal, KinescopePS.KinescopeMachine
    }
}
