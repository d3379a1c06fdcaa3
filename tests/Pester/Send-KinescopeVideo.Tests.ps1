[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'Send-KinescopeVideo' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $progressFile = 'kinescope-upload-progress.jsonl'
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    Context 'from another folder: FoundD05' {
        BeforeEach {
            Write-Course l0, l1
            $course = $PWD.ProviderPath
            Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
            Invoke-Sandbox Delete /sandbox/requests | Out-Null
            Set-Location (New-Item $course/elsewhere -ItemType Directory)
        }

        It 'knows what is uploaded, from the file beside the manifest, and so do the others' {
            Get-LessonVideoMap $course -OutVariable map | Send-KinescopeVideo -WhatIf -InformationVariable said -WarningVariable warned 6>$null
            $preview = $said.MessageData | Where-Object AlreadyThere

            $preview.ToSend, $preview.AlreadyThere | Should -Be 0, 2
            ($map | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
            ($map | Get-KinescopeUpload).Status | Should -Be Uploaded, Uploaded
            ($map | Get-KinescopeUpload | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
            $sent = $map | Send-KinescopeVideo
            ($sent | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
            $map | Export-Clixml map.xml
            (Import-Clixml map.xml | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
            $map | Export-LessonVideoMap map.json
            (Import-LessonVideoMap map.json | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
            (Compare-LessonVideo -Path $course -Side Map, ProgressFile).Status | Should -Be Agrees, Agrees
            ($map | Test-LessonUpload -Quick -Summary -FailOn Never).AlreadyThere | Should -Be 2
            $map[0] | Remove-KinescopeUpload
            ($map | Get-KinescopeUpload).LessonId | Should -Be l1
            Get-SandboxRequest POST /v2/init | Should -BeNullOrEmpty
            $warned | Should -BeNullOrEmpty
            $progressFile | Should -Not -Exist
        }

        It 'uses one that is in the current folder alone, so that nothing is uploaded twice, and says so once' {
            Move-Item $course/$progressFile .

            $sent = Get-LessonVideoMap $course | Send-KinescopeVideo -WarningVariable warned -WarningAction SilentlyContinue

            $sent.Status | Should -Be Skipped, Skipped
            $warned | Should -HaveCount 1
            $warned | Should -BeLike "The progress file $PWD*$progressFile of the current folder is used*move it to $course*-ProgressFile*"
            Join-Path $course $progressFile | Should -Not -Exist
            (Get-LessonVideoMap $course | Get-KinescopeUpload -WarningAction SilentlyContinue).Status | Should -Be Uploaded, Uploaded
        }

        It 'finds the one beside the manifest of the settings where there is none in the current folder' {
            $env:KINESCOPE_MANIFEST = $course

            (Get-KinescopeUpload | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
            $progressFile | Should -Not -Exist
        }
    }

    Context 'on a course' {
        It 'uploads every file byte for byte, and says of each which video it is' {
            Write-Course -Length 300000

            $sent = Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId

            Assert-StoredOnce l0.mp4, l1.mp4, l2.mp4
            $sent.LessonId | Should -Be l0, l1, l2
            $sent.Status | Should -Be Uploaded, Uploaded, Uploaded
            $sent.Title | Should -Be 'Lesson l0', 'Lesson l1', 'Lesson l2'
            $sent.Course | Should -Be 02_ads, 02_ads, 02_ads
            $sent.BytesSent | Should -Be 300000, 300000, 300000
            $sent.Attempts | Should -Be 1, 1, 1
            $sent | ForEach-Object Length | Should -Be 300000, 300000, 300000
            $sent.EmbedUrl | Should -Be ($sent.VideoId -replace '^', 'https://kinescope.io/embed/')
            $videos = Get-StoredVideo | Sort-Object Title
            $videos.Id | Should -Be $sent.VideoId
            $videos.Title | Should -Be $sent.Title
        }

        It 'sends nothing the second time and hands the same ids on' {
            Write-Course
            $first = Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId
            Invoke-Sandbox Delete /sandbox/requests

            $second = Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId

            $second.Status | Should -Be Skipped, Skipped, Skipped
            $second.VideoId | Should -Be $first.VideoId
            ($second | Measure-Object BytesSent -Sum).Sum | Should -Be 0
            Get-SandboxRequest POST / | Should -BeNullOrEmpty
            Get-SandboxRequest PATCH / | Should -BeNullOrEmpty
        }

        It 'uploads anew with -Force' {
            Write-Course l0
            $first = Get-LessonVideoMap | Send-KinescopeVideo

            $second = Get-LessonVideoMap | Send-KinescopeVideo -Force

            $second.Status | Should -Be Uploaded
            $second.VideoId | Should -Not -Be $first.VideoId
            Get-StoredVideo | Should -HaveCount 2
            (Get-LessonVideoMap | Send-KinescopeVideo).VideoId | Should -Be $second.VideoId
        }

        It 'uploads a changed file anew and warns' {
            Write-Course l0
            Get-LessonVideoMap | Send-KinescopeVideo
            Write-Video l0.mp4 2000 7

            $again = Get-LessonVideoMap | Send-KinescopeVideo -WarningVariable warnings -WarningAction SilentlyContinue

            $again.Status | Should -Be Uploaded
            $warnings | Should -BeLike "*'l0'*changed*"
        }

        It 'replaces the content of its video with -Replace, under the same id' {
            Write-Course l0
            $first = Get-LessonVideoMap | Send-KinescopeVideo -Wait
            Write-Video l0.mp4 2000 7

            $preview = Get-LessonVideoMap | Send-KinescopeVideo -Replace -WhatIf -InformationVariable said 6>$null
            $again = Get-LessonVideoMap | Send-KinescopeVideo -Replace -Verify -WarningVariable warnings -WarningAction SilentlyContinue

            $preview | Should -BeNullOrEmpty
            $said.MessageData | Where-Object ToReplace | ForEach-Object { $_.ToReplace, $_.BytesToReplace, $_.ToSend } | Should -Be 1, 2000, 0
            $again.Status, $again.VideoId, $again.Verification | Should -Be Uploaded, $first.VideoId, Md5
            $warnings | Should -BeLike ('*content of video*{0:0.0} KiB in one request*' -f (2000 / 1KB))
            Assert-StoredOnce l0.mp4
            (Get-KinescopeUpload).Status | Should -Be Uploaded
        }

        It 'does not wait for an answer that nobody gives: ReplacementTooLarge' {
            Write-Course l0
            $first = Get-LessonVideoMap | Send-KinescopeVideo -Wait
            Write-Video l0.mp4 2000 7

            Get-LessonVideoMap | Send-KinescopeVideo -Replace -ReplaceLimit 1KB -WhatIf -InformationVariable words -InformationAction SilentlyContinue
            "$words" | Should -BeLike ('*to continue: 0 (0 bytes left), above -ReplaceLimit: 1 ({0:N1} KiB, refused where nobody can be asked), already*' -f 2)
            Get-LessonVideoMap | Send-KinescopeVideo -Replace -ReplaceLimit 1KB -Confirm:$false -WhatIf -InformationVariable words -InformationAction SilentlyContinue
            "$words" | Should -BeLike ('*to replace: 1 ({0:N1} KiB), already*' -f 2)
            Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -Replace -ReplaceLimit 1KB } | Should -Be ReplacementTooLarge
            $sent = Get-LessonVideoMap | Send-KinescopeVideo -Replace -ReplaceLimit 1KB -Confirm:$false -WarningAction SilentlyContinue

            $sent.Status, $sent.VideoId | Should -Be Uploaded, $first.VideoId
        }

        It 'skips a lesson that has a video, and hands that on' {
            Write-Course l0, l1

            $sent = Get-LessonVideoMap | ForEach-Object { if ($_.LessonId -eq 'l0') { $_.VideoId = 'there' }; $_ } | Send-KinescopeVideo

            "$($sent | Sort-Object LessonId | ForEach-Object { $_.LessonId, $_.Status })" | Should -Be 'l0 Skipped l1 Uploaded'
            ($sent | Where-Object LessonId -eq l0).VideoId | Should -Be there
            Assert-StoredOnce l1.mp4
        }

        It 'sends a file once that was sent without a lesson before: FoundC18' {
            Write-Course l0
            $file = Send-KinescopeVideo l0.mp4

            $lesson = Get-LessonVideoMap | Send-KinescopeVideo

            $lesson.LessonId, $lesson.Status, $lesson.VideoId | Should -Be l0, Skipped, $file.VideoId
            Assert-StoredOnce l0.mp4
        }

        It 'tells with each result whose it is, in whatever order they come: FoundA16' {
            Write-Course l0, l1, l2, l3
            Use-UploadFault @{ kind = 'answer'; status = 503 } l0.mp4 1

            $joined = Get-LessonVideoMap -PipelineVariable lesson | Send-KinescopeVideo -ThrottleLimit 4

            foreach ($result in $joined) {
                $result.Title, $result.Course, (Split-Path $result.Path -Leaf) | Should -Be "Lesson $($result.LessonId)", 02_ads, "$($result.LessonId).mp4"
                (Get-KinescopeVideo $result.VideoId).Title | Should -Be "Lesson $($result.LessonId)"
            }

            (Get-Help Send-KinescopeVideo -Full | Out-String) | Should -Match '-PipelineVariable'
        }

        It 'creates videos in the way of the dashboard for a session with a workspace' {
            Write-Course l0
            Connect-Sandbox -WorkspaceId $sandbox.Settings.KINESCOPE_WORKSPACE_ID

            $sent, $again = foreach ($run in 1, 2) { Get-LessonVideoMap | Send-KinescopeVideo }

            $sent.Status, $again.Status, $again.VideoId | Should -Be Uploaded, Skipped, $sent.VideoId
            Assert-StoredOnce l0.mp4
            (Get-StoredVideo).Title | Should -Be 'Lesson l0'
            (Get-SandboxRequest POST /v2/init).headers.'X-Workspace-ID' | Should -Be $sandbox.Settings.KINESCOPE_WORKSPACE_ID
        }

        It 'warns of a progress file that was edited, keeps it aside and uses what is intact' {
            Write-Course l0, l1
            Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit 1
            # The last line says that l1 is uploaded.
            $lines = Get-Content $progressFile
            $lines[-1] = $lines[-1].Replace('1000', '1001')
            Set-Content $progressFile $lines

            $sent = Get-LessonVideoMap | Send-KinescopeVideo -WarningVariable warnings -WarningAction SilentlyContinue

            "$($warnings[0])" | Should -BeLike "*$progressFile is damaged*"
            Get-Content "$progressFile.damaged-*" | Should -Be $lines
            ($sent | Where-Object LessonId -eq l0).Status | Should -Be Skipped
            Assert-StoredOnce l0.mp4, l1.mp4
        }

        It 'keeps its progress in the current folder, or in the -ProgressFile of any drive' {
            Write-Course l0
            New-Item kept -ItemType Directory | Out-Null
            New-PSDrive -Name Kept -PSProvider FileSystem -Root ./kept | Out-Null

            Get-LessonVideoMap | Send-KinescopeVideo
            $progressFile | Should -Exist
            Remove-Item $progressFile
            Get-LessonVideoMap | Send-KinescopeVideo -ProgressFile Kept:/mine.jsonl

            'kept/mine.jsonl' | Should -Exist
            $progressFile | Should -Not -Exist
        }

        It 'recognises at Kinescope what it uploaded, where the progress file is lost, <With>' -ForEach @(
            @{ With = 'with a key only'; HasWorkspace = $false }
            @{ With = 'with a workspace'; HasWorkspace = $true }
        ) {
            if ($HasWorkspace) {
                $env:KINESCOPE_WORKSPACE_ID = $sandbox.Settings.KINESCOPE_WORKSPACE_ID
            }

            Write-Course l0, l1, l2, l3
            # One of them has given up an entry before, so that its id is not the first that would be tried.
            Use-UploadFault @{ kind = 'forget' } -File l2.mp4 -Times 1
            $first = Get-LessonVideoMap | Send-KinescopeVideo -WarningAction SilentlyContinue | Sort-Object LessonId
            Wait-Sandbox 'requests=1&method=DELETE&path=/v1/videos'
            Invoke-Sandbox Delete /sandbox/requests
            Remove-Item $progressFile

            $second = Get-LessonVideoMap | Send-KinescopeVideo -WarningVariable warnings -WarningAction SilentlyContinue | Sort-Object LessonId

            $second.Status | Should -Be Skipped, Skipped, Skipped, Skipped
            $second.VideoId | Should -Be $first.VideoId
            $warnings | Should -BeNullOrEmpty
            Get-SandboxRequest PATCH /v2/upload/ | Should -BeNullOrEmpty
            Assert-StoredOnce l0.mp4, l1.mp4, l2.mp4, l3.mp4
        }

        It 'sends the <First> file first with -Order <Order>' -ForEach @(
            @{ Order = 'Manifest'; First = 'first'; Expected = 'medium', 'small', 'large' }
            @{ Order = 'SmallestFirst'; First = 'smallest'; Expected = 'small', 'medium', 'large' }
            @{ Order = 'LargestFirst'; First = 'largest'; Expected = 'large', 'medium', 'small' }
        ) {
            Write-Video medium.mp4 2000 1
            Write-Video small.mp4 1000 2
            Write-Video large.mp4 3000 3

            $sent = 'medium.mp4', 'small.mp4', 'large.mp4' | Send-KinescopeVideo -Order $Order -ThrottleLimit 1

            $sent.Title | Should -Be $Expected
        }
    }

    Context 'with a time span' {
        It 'refuses <Given>, and says how to write it FoundC02' -ForEach @(
            @{ Given = 8 }, @{ Given = 2.5 }, @{ Given = '8' }, @{ Given = '-1:00' }, @{ Given = 'abends' }, @{ Given = [timespan]::FromHours(-1) }
            @{ Given = [timespan] 8 }, @{ Given = 0 }, @{ Given = [timespan]::MaxValue }
        ) {
            foreach ($parameter in 'MaxDuration', 'WaitTimeout') {
                if ($parameter -eq 'WaitTimeout' -and $Given -eq 0) {
                    continue
                }

                $time = @{ $parameter = $Given }
                $failure = Get-Failure { Send-KinescopeVideo a.mp4 @time }

                $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
                "$failure" | Should -BeLike "*'$parameter'*8h, 90m or 1h30m*"
            }
        }

        It 'is an error where nothing could be begun FoundC02' {
            Use-Sandbox $sandbox
            Write-Course l0, l1

            # The time counts from the start of the command.
            $sent = Get-LessonVideoMap | ForEach-Object { Start-Sleep -Milliseconds 150; $_ } | Send-KinescopeVideo -MaxDuration ([timespan]::FromMilliseconds(150)) -ErrorAction SilentlyContinue -ErrorVariable failures

            $sent | Should -BeNullOrEmpty
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'MaxDurationTooShort,*'
            "$failures" | Should -BeLike '*2 files were not sent*'
        }
    }

    Context 'on plain files' {
        It 'takes them from Get-ChildItem and names videos after them' {
            Write-Video 'About 2.0.mp4' 10 1
            Write-Video '[1] second.mov' 20 2

            $sent = Get-ChildItem -Include *.mp4, *.mov -Recurse | Send-KinescopeVideo | Sort-Object Title

            $sent.Title | Should -Be '[1] second', 'About 2.0'
            $sent.Path | Should -Be (Join-Path $PWD.ProviderPath '[1] second.mov'), (Join-Path $PWD.ProviderPath 'About 2.0.mp4')
            $sent.LessonId | Should -Be $null, $null
            Assert-StoredOnce '[1] second.mov', 'About 2.0.mp4'
            (Get-ChildItem *.mp4 | Send-KinescopeVideo).Status | Should -Be Skipped
        }

        It 'takes a path by position, from the pipeline and of any drive' {
            Write-Video a.mp4 10 1
            New-PSDrive -Name Films -PSProvider FileSystem -Root . | Out-Null

            $sent = (Send-KinescopeVideo a.mp4), ('./a.mp4' | Send-KinescopeVideo), (Send-KinescopeVideo -LiteralPath Films:/a.mp4)

            $sent.Status | Should -Be Uploaded, Skipped, Skipped
        }

        It 'takes a file that .NET found, whose name looks like a pattern' {
            Write-Video '[1] second.mov' 20 2

            $sent = [System.IO.FileInfo]::new((Join-Path $PWD.ProviderPath '[1] second.mov')) | Send-KinescopeVideo

            $sent.Title, $sent.Status | Should -Be '[1] second', Uploaded
        }

        It 'takes lesson, title and course from Import-Csv' {
            Write-Video a.mp4 10 1
            Set-Content files.csv 'Path,LessonId,Title,Course', 'a.mp4,l7,Seven,02_ads'

            $sent = Import-Csv files.csv | Send-KinescopeVideo

            $sent.LessonId, $sent.Title, $sent.Course, $sent.Status | Should -Be l7, Seven, 02_ads, Uploaded
            (Get-StoredVideo).Title | Should -Be Seven
        }

        It 'lets -Extension say what a video is' {
            Write-Video a.bin 10 1

            Get-ErrorId { Send-KinescopeVideo a.bin } | Should -Be LessonFileNotVideo
            (Send-KinescopeVideo a.bin -Extension bin).Title | Should -Be a
        }
    }

    Context 'with a downstream that has enough' {
        It 'stops its other uploads when <Name> behind it <Does>, and the next run continues them' -ForEach @(
            @{ Name = 'Select-Object'; Does = 'has its object'; Parameters = @{ First = 1 } }
            @{ Name = 'ForEach-Object'; Does = 'throws'; Parameters = @{ Process = { $_; throw 'enough' } } }
        ) {
            Write-Course l0, m1, m2 -Length 500000
            Use-UploadFault @{ kind = 'stall'; after_bytes = 100000 } -File m*.mp4
            $sent = [System.Collections.Generic.List[object]]::new()

            # The first waits until the others are in the middle of their bytes.
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $failure = Get-Failure {
                Get-LessonVideoMap | Send-KinescopeVideo | ForEach-Object { Wait-Sandbox stalled=2; $_ } | & $Name @Parameters | ForEach-Object { $sent.Add($_) }
            }
            $watch.Stop()
            Wait-Sandbox 'requests=3&method=PATCH&path=/v2/upload/&ended=true'
            Clear-Fault
            $rest = Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId

            $sent.LessonId | Should -Be l0
            "$failure" | Should -Be ($Name -eq 'ForEach-Object' ? 'enough' : '')
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 30
            $rest.Status | Should -Be Skipped, Uploaded, Uploaded
            $rest[1, 2].BytesSent | ForEach-Object { $_ | Should -BeLessThan 500000 }
            Assert-StoredOnce l0.mp4, m1.mp4, m2.mp4
        }

        It 'hands each lesson on as it is done, not at the end' {
            Connect-Sandbox -StallTimeoutSeconds 5
            Write-Course l0, l1 -Length 500000
            Use-UploadFault @{ kind = 'stall'; after_bytes = 100000 } -File l1.mp4

            # The first lets the second go on: if it were held back until the end, neither would come.
            $sent = Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit 1 | ForEach-Object { Clear-Fault; $_ }

            $sent.LessonId | Should -Be l0, l1
        }
    }

    Context 'stopped in the middle of a file' {
        BeforeAll {
            # More than the sockets on the way hold: what lies there reaches the server after its sender is gone.
            $length = 24000000

            function Assert-Continued {
                Clear-Fault
                Wait-Sandbox 'requests=1&method=PATCH&path=/v2/upload/&ended=true'
                $sent = Get-LessonVideoMap | Send-KinescopeVideo
                $requests = Get-SandboxRequest PATCH /v2/upload/
                $received = $requests[0].body_bytes
                $received | Should -BeGreaterThan 0
                $received | Should -BeLessThan $length
                $requests.offset | Should -Be 0, $received
                $sent.Status | Should -Be Uploaded
                $sent.BytesSent | Should -Be ($length - $received)
                Assert-StoredOnce l0.mp4
            }
        }

        BeforeEach {
            Write-Course l0 -Length $length
            Use-UploadFault @{ kind = 'stall'; after_bytes = 1000000 }
        }

        # Now and then Wine keeps a killed process's connection open, and the server sees no end of its request.
        It 'continues at the byte after its process was killed' -Skip:([bool] $env:KINESCOPEPS_WINDOWS) {
            $process = Open-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo'
            Wait-Sandbox stalled=1
            $process.Kill()
            $process.WaitForExit()

            Assert-Continued
        }

        It 'names with -WhatIf what stands beside the videos, and what of it changed since' {
            Write-Course l0
            Set-Content l0.chapters.txt '00:00 a'
            Set-Content l0.ru.srt "1`n00:00:01,000 --> 00:00:02,000`na"
            Set-Content l0.jpg 'no picture'
            $said = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo -WithCompanions -WhatIf; Get-LessonVideoMap | Send-KinescopeVideo -WithCompanions | Out-Null; Set-Content l0.chapters.txt "00:00 b"; Get-LessonVideoMap | Send-KinescopeVideo -WithCompanions -WhatIf'

            $said | Where-Object { $_ -like 'What if: Send *' } | Should -Be "What if: Send subtitles ru l0.ru.srt, chapters l0.chapters.txt with lesson 'l0'", "What if: Send chapters l0.chapters.txt with lesson 'l0'"
            $said | Where-Object { $_ -like 'To send:*' } | ForEach-Object { ($_ -split '; ', 2)[1] } |
                Should -Be 'beside them: 2 to send, 0 unchanged, 1 cannot be sent. Nothing was done.', 'beside them: 1 to send, 1 unchanged, 1 cannot be sent. Nothing was done.'
        }

        It 'says with -WhatIf that it continues, and what it does with a file that has changed since' {
            $process = Open-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo'
            Wait-Sandbox stalled=1
            $process.Kill()
            $process.WaitForExit()

            $asBegun = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo -WhatIf'
            Write-Course l0 -Length 2000
            $changed = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo -WhatIf'

            $asBegun[0] | Should -BeLike "What if: Continue lesson 'l0', l0.mp4 (* of * left)"
            $asBegun[1] | Should -BeLike 'To send: 0 (0 bytes), to continue: 1 (* left), already there: 0. Nothing was done.'
            $changed[0] | Should -BeLike "What if: Upload lesson 'l0', l0.mp4 (*)"
            Get-SandboxRequest POST /v2/init | Should -HaveCount 1
            Get-SandboxRequest DELETE /v1/videos/ | Should -BeNullOrEmpty
        }

        It 'does not let a second run use its progress file, and says whose it is' {
            $shell = Open-Shell 'Get-LessonVideoMap | Send-KinescopeVideo'
            $running = $shell.BeginInvoke()
            Wait-Sandbox stalled=1

            $failure = Get-Failure { Get-LessonVideoMap | Send-KinescopeVideo }
            $shell.Stop()

            $failure.FullyQualifiedErrorId | Should -BeLike 'ProgressFileLocked,*'
            $failure.CategoryInfo.Category | Should -Be ResourceBusy
            $failure.Exception.Message | Should -BeLike "*process $PID@*"
            { $shell.EndInvoke($running) } | Should -Throw '*stopped*'
            Assert-Continued
        }

        It 'stops before the last byte where its progress file is moved away, and goes on where it is back' {
            $shell = Open-Shell 'Get-LessonVideoMap | Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures; $failures'
            $running = $shell.BeginInvoke()
            Wait-Sandbox stalled=1
            Move-Item $progressFile elsewhere.jsonl
            Invoke-Sandbox Post /sandbox/release | Out-Null

            $failure = @($shell.EndInvoke($running))[-1]

            $failure.FullyQualifiedErrorId | Should -BeLike 'ProgressFileLost,*'
            $failure.CategoryInfo.Category | Should -Be ResourceUnavailable

            Move-Item elsewhere.jsonl $progressFile -Force
            $again = Get-LessonVideoMap | Send-KinescopeVideo
            $again.VideoId | Should -Be (Get-StoredVideo).Id
        }
    }

    Context 'on a bad line' {
        It 'repeats as often as the session says, then fails, and the next run continues' {
            Connect-Sandbox -MaxRetry 2
            Write-Course l0 -Length 200000
            Use-UploadFault @{ kind = 'answer'; status = 503 }

            $sent = Get-LessonVideoMap | Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures -Verbose 4>&1
            $messages, $uploads = $sent.Where({ $_ -is [System.Management.Automation.VerboseRecord] }, 'Split')

            $uploads.Status | Should -Be Failed
            $uploads.Error | Should -Be $failures[0].Exception.Message
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'KinescopeUnavailable,*'
            $failures[0].TargetObject | Should -Be l0
            $messages -like '*Next try in*' | Should -HaveCount 2
            Get-SandboxRequest PATCH /v2/upload/ | Should -HaveCount 3

            Clear-Fault
            (Get-LessonVideoMap | Send-KinescopeVideo).Status | Should -Be Uploaded
            Assert-StoredOnce l0.mp4
        }
    }

    Context 'that fails for one lesson' {
        # FoundD20: what names no file, and no lesson, is an error and no row.
        It 'reports <Id> for <Why> and uploads the others' -ForEach @(
            @{ Id = 'LessonFileNotFound'; Why = 'a file that is not there'; File = 'gone.mp4'; Category = 'ObjectNotFound' }
            @{ Id = 'LessonFileNotFound'; Why = 'a folder'; File = 'folder.mp4'; Category = 'ObjectNotFound' }
            @{ Id = 'LessonFileEmpty'; Why = 'a file without bytes'; File = 'empty.mp4'; Category = 'InvalidData' }
            @{ Id = 'LessonFileNotVideo'; Why = 'a file that is no video'; File = 'notes.pdf'; Category = 'InvalidData' }
            @{ Id = 'LessonIdDuplicate'; Why = 'a file given twice'; File = 'l0.mp4'; Category = 'InvalidData' }
        ) {
            Write-Course l0, l1
            New-Item folder.mp4 -ItemType Directory
            New-Item empty.mp4
            Set-Content notes.pdf text

            $sent = 'l0.mp4', $File, 'l1.mp4' | Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures

            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -Be "$Id,KinescopePS.Commands.SendKinescopeVideoCommand"
            $failures[0].CategoryInfo.Category | Should -Be $Category
            $failures[0].TargetObject | Should -Be (Join-Path $PWD.ProviderPath $File)
            ($sent | Where-Object Status -eq Failed | ForEach-Object Error) | Should -Be ($Id -in 'LessonIdDuplicate', 'LessonFileNotFound' ? $null : "$($failures[0])")
            Assert-StoredOnce l0.mp4, l1.mp4
        }

        It 'reports of a course what is not ready or given twice, by its lesson, and uploads the others' {
            Write-Course l0, l1, l2, l3
            Remove-Item l0.mp4
            New-Item l1.mp4 -Force
            Rename-Item l2.mp4 l2.txt
            (Get-Content manifest.json -Raw).Replace('l2.mp4"', 'l2.txt"') | Set-Content manifest.json

            $sent = Get-LessonVideoMap | ForEach-Object { $_; if ($_.LessonId -eq 'l3') { $_ } } |
                Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures

            $failures | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] } |
                Should -Be LessonFileNotFound, LessonFileEmpty, LessonFileNotVideo, LessonIdDuplicate
            $failures.TargetObject | Should -Be l0, l1, l2, l3
            "$($sent | Sort-Object LessonId | ForEach-Object { $_.LessonId, $_.Status })" | Should -Be 'l0 Failed l1 Failed l2 Failed l3 Uploaded'
            Assert-StoredOnce l3.mp4
        }

        It 'names a lesson for which no file was found by title, and uploads the others' {
            Write-Course l0
            Rename-Item l0.mp4 ischem_slabye_mesta.mp4
            Write-Manifest @{ id = 'l1'; title_original = 'Ищем слабые места' }, @{ id = 'l2'; title_original = 'Итоги года' }

            $sent = Get-LessonVideoMap | Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures

            $failures | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] } | Should -Be LessonFileUnmatched
            $failures.TargetObject | Should -Be l2
            "$($sent | Sort-Object LessonId | ForEach-Object { $_.LessonId, $_.Status })" | Should -Be 'l1 Uploaded l2 Failed'
        }

        It 'reports <Id> when Kinescope answers <Why>' -ForEach @(
            @{ Id = 'UploadOffsetMismatch'; Why = 'the bytes without an offset'; On = '/v2/upload/'; Fault = @{ status = 204 } }
            @{ Id = 'UploadInterrupted'; Why = '400 to the bytes'; On = '/v2/upload/'; Fault = @{ status = 400 }; Method = 'PATCH' }
            @{ Id = 'RequestInvalid'; Why = '400'; On = '/v2/init'; Fault = @{ status = 400; code = 400400 } }
            @{ Id = 'RateLimited'; Why = '429 once too often'; On = '/v2/init'; Fault = @{ status = 429 } }
            @{ Id = 'UploadTooLarge'; Why = '413'; On = '/v2/init'; Fault = @{ status = 413; body = "<html><h1>413 Request Entity Too Large`e[31m</h1>" } }
            @{ Id = 'AnswerInvalid'; Why = 'with a sign-in page'; On = '/v2/init'; Fault = @{ status = 200; body = '<html>Sign in</html>' } }
            @{ Id = 'KinescopeUnavailable'; Why = '500'; On = '/v2/init'; Fault = @{ status = 500 } }
            @{ Id = 'UploadLocked'; Why = '423 to the bytes'; On = '/v2/upload/'; Fault = @{ status = 423 } }
            @{ Id = 'UploadChecksumMismatch'; Why = '460 to the bytes'; On = '/v2/upload/'; Fault = @{ status = 460 } }
            @{ Id = 'UploadExpired'; Why = '410 to the bytes, twice'; On = '/v2/upload/'; Fault = @{ status = 410 } }
            @{ Id = 'UploadRefused'; Why = 'a gateway''s 403 to the bytes'; On = '/v2/upload/'; Fault = @{ status = 403 } }
        ) {
            Write-Course l0
            Connect-Sandbox -MaxRetry 0
            Use-Fault @{ match = @{ method = $Method; path = $On }; fault = $Fault + @{ kind = 'answer' } }

            $sent = Get-LessonVideoMap |
                Send-KinescopeVideo -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable failures

            $sent.Status | Should -Be Failed
            $sent.Error | Should -Be "$failures"
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failures[0].TargetObject | Should -Be l0
            "$failures" | Should -Not -Match "`e"
        }

        It 'sends no byte to a foreign address, and does not repeat it' {
            Write-Course l0
            Use-Fault @{
                match = @{ path = '/v2/init' }
                fault = @{ kind = 'alter'; replace = @{ 'http://[^"]+' = 'http://169.254.169.254/v2/upload/x' } }
            }

            $failure = Get-Failure { Get-LessonVideoMap | Send-KinescopeVideo }

            $failure.FullyQualifiedErrorId | Should -BeLike 'UploadEndpointRefused,*'
            "$failure" | Should -Not -BeLike '*/v2/upload/x*'
        }

        It 'reports a file that another program holds' {
            Write-Course l0, l1
            $holder = [System.IO.File]::Open((Join-Path $PWD.ProviderPath l0.mp4), 'Open', 'ReadWrite', 'None')
            try {
                Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo } | Should -Be LessonFileUnreadable
            }
            finally {
                $holder.Dispose()
            }

            Assert-StoredOnce l1.mp4
        }

        It 'notices a file that is written to while it is sent' {
            Write-Course l0 -Length 1000000
            Use-UploadFault @{ kind = 'stall'; after_bytes = 100000 }
            $shell = Open-Shell 'Connect-Kinescope -MaxRetry 0 | Out-Null; Get-LessonVideoMap | Send-KinescopeVideo'
            $running = $shell.BeginInvoke()
            Wait-Sandbox stalled=1
            (Get-Item l0.mp4).LastWriteTime = Get-Date
            Clear-Fault

            $shell.EndInvoke($running).Status | Should -Be Failed

            $shell.Streams.Error.FullyQualifiedErrorId | Should -BeLike 'FileChangedDuringUpload,*'
            Get-StoredVideo | Should -BeNullOrEmpty
        }

        It 'ends at the first such lesson with -ErrorAction Stop, and leaves the progress file free' {
            Write-Course l0

            { 'gone.mp4', 'l0.mp4' | Send-KinescopeVideo -ErrorAction Stop } | Should -Throw -ErrorId 'LessonFileNotFound,*'

            (Send-KinescopeVideo l0.mp4).Status | Should -Be Uploaded
        }
    }

    Context 'that would fail for every lesson' {
        It 'ends with <Id> (<Category>) before anything is sent' -ForEach @(
            @{ Id = 'UriInvalid'; Category = 'InvalidArgument'; Parameters = @{ EnvironmentFile = 'uploader.env' } }
            @{ Id = 'ProgressFileNotWritable'; Category = 'WriteError'; Parameters = @{ ProgressFile = 'manifest.json/x.jsonl' } }
            @{ Id = 'ProgressFileNotWritable'; Category = 'WriteError'; Parameters = @{ ProgressFile = 'folder' } }
            @{ Id = 'ProgressFileInvalid'; Category = 'InvalidData'; Parameters = @{ ProgressFile = 'manifest.json' } }
            @{ Id = 'BandwidthLimitInvalid'; Category = 'InvalidArgument'; Parameters = @{ BandwidthLimit = 'fast' } }
            @{ Id = 'BandwidthLimitInvalid'; Category = 'InvalidArgument'; Parameters = @{ BandwidthLimit = 'fast'; WhatIf = $true } }
            @{ Id = 'BandwidthLimitInvalid'; Category = 'InvalidArgument'; Parameters = @{ ShareBandwidth = $true } }
            @{ Id = 'RequestLimitInvalid'; Category = 'InvalidArgument'; Parameters = @{ EnvironmentFile = 'limits.env' } }
            @{ Id = 'StampLocationInvalid'; Category = 'InvalidArgument'; Parameters = @{ EnvironmentFile = 'stamp.env' } }
        ) {
            Write-Course l0
            New-Item folder -ItemType Directory
            Set-Content limits.env KINESCOPE_REQUESTS_PER_MINUTE=many
            Set-Content uploader.env KINESCOPE_UPLOADER_URL=nonsense
            Set-Content stamp.env KINESCOPE_STAMP=title

            $manifest = Get-Content manifest.json -Raw

            $sent = [System.Collections.Generic.List[object]]::new()
            $failure = Get-Failure { Get-LessonVideoMap | Send-KinescopeVideo @Parameters | ForEach-Object { $sent.Add($_) } }

            $sent | Should -BeNullOrEmpty
            if ($Parameters.BandwidthLimit) {
                $progressFile | Should -Not -Exist
            }

            Get-Content manifest.json -Raw | Should -Be $manifest
            $failure | Should -HaveCount 1
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failure.CategoryInfo.Category | Should -Be $Category
            Get-SandboxRequest POST / | Should -BeNullOrEmpty
        }

        It 'ends with <Id> without <Name>' -ForEach @(
            @{ Id = 'ApiKeyMissing'; Name = 'KINESCOPE_API_KEY' }
            @{ Id = 'ParentMissing'; Name = 'KINESCOPE_PROJECT_ID' }
        ) {
            Write-Course l0
            Set-Item "Env:$Name" ' '

            { Get-LessonVideoMap | Send-KinescopeVideo } | Should -Throw "*$Name*" -ErrorId "$Id,*"
        }

        It 'ends the run with <Id> (<Category>) once, however many lessons there are' -ForEach @(
            @{ Id = 'TokenRejected'; Category = 'AuthenticationError'; Fault = @{ status = 401; code = 100102 } }
            @{ Id = 'AccessDenied'; Category = 'PermissionDenied'; Fault = @{ status = 403; code = 100103 } }
            @{ Id = 'PaymentRequired'; Category = 'QuotaExceeded'; Fault = @{ status = 402; code = 400210 } }
            @{ Id = 'ProxyAuthenticationRequired'; Category = 'AuthenticationError'; Fault = @{ status = 407 } }
            @{ Id = 'ParentNotFound'; Category = 'ObjectNotFound'; Fault = @{ status = 404; code = 404404 } }
        ) {
            Write-Course l0, l1, l2, l3
            Use-Fault @{ match = @{ path = '/v2/init'; nth = 2 }; fault = $Fault + @{ kind = 'answer' } }

            $sent = [System.Collections.Generic.List[object]]::new()
            $failure = Get-Failure { Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit 1 | ForEach-Object { $sent.Add($_) } }

            $sent.Status | Should -Be Uploaded, Failed
            $failure | Should -HaveCount 1
            $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
            $failure.CategoryInfo.Category | Should -Be $Category
            Get-SandboxRequest POST /v2/init | Should -HaveCount 2
            Assert-StoredOnce l0.mp4

            Clear-Fault
            (Get-LessonVideoMap | Send-KinescopeVideo | Sort-Object LessonId).Status | Should -Be Skipped, Uploaded, Uploaded, Uploaded
        }

        It 'tells a wrong key from one that may not upload' {
            Write-Course l0
            $reader = Invoke-Sandbox Post /sandbox/tokens @{ permissions = @('read') }

            $ids = foreach ($key in (New-Guid), $reader.value) {
                $secure = [System.Net.NetworkCredential]::new('', $key).SecurePassword
                Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -ApiKey $secure }
            }

            $ids | Should -Be TokenRejected, AccessDenied
        }

        It 'refuses a project that is none' {
            Write-Course l0

            Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -ProjectId (New-Guid) } | Should -Be ParentNotFound
        }
    }

    Context 'with -Verify' {
        BeforeEach {
            Write-Course l0
        }

        It 'waits until Kinescope has processed the video and compares it' {
            $said = Get-LessonVideoMap | Send-KinescopeVideo -Verify -Verbose 4>&1
            $messages, $sent = $said.Where({ $_ -is [System.Management.Automation.VerboseRecord] }, 'Split')

            $sent.Status | Should -Be Uploaded
            $messages -like "*video $($sent.VideoId) is the file, by size and MD5*" | Should -HaveCount 1
        }

        It 'reports <Id> for a video that is <VideoStatus> and stays so' -ForEach @(
            @{ Id = 'VideoProcessingFailed'; VideoStatus = 'error'; Says = "*'error'*"; Status = 'Failed'; Next = 'Uploaded' }
            @{ Id = 'VideoProcessingFailed'; VideoStatus = 'aborted'; Says = "*'aborted'*"; Status = 'Failed'; Next = 'Uploaded' }
            @{ Id = 'VideoProcessingFailed'; VideoStatus = 'suspended'; Says = "*'suspended'*"; Status = 'Failed'; Next = 'Uploaded' }
            @{ Id = 'VideoNotProcessed'; VideoStatus = 'processing'; Says = '*has not processed*'; Status = 'Uploaded'; Next = 'Skipped' }
            @{ Id = 'VideoNotProcessed'; VideoStatus = 'uploading'; Says = '*has not processed*'; Status = 'Uploaded'; Next = 'Skipped' }
        ) {
            Use-UploadFault @{ kind = 'video-status'; video_status = $VideoStatus }

            $sent = Get-LessonVideoMap |
                Send-KinescopeVideo -Verify -WaitTimeout 0:0:1 -ErrorAction SilentlyContinue -ErrorVariable failures

            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
            "$failures" | Should -BeLike $Says
            $sent.Status, $sent.Error | Should -Be $Status, "$failures"
            [bool] $sent.VideoId | Should -Be ($Status -eq 'Uploaded')
            (Get-LessonVideoMap | Send-KinescopeVideo).Status | Should -Be $Next
        }

        It 'fails a lesson whose video is not the file, and the next run uploads it again' {
            Use-Fault @{ match = @{ method = 'GET'; path = '/v1/videos*' }; fault = @{ kind = 'alter'; replace = @{ '"md5": ?"[0-9a-f]+"' = "`"md5`":`"$('0' * 32)`"" } } }

            $sent = Get-LessonVideoMap | Send-KinescopeVideo -Verify -ErrorAction SilentlyContinue -ErrorVariable failures
            Clear-Fault
            $again = Get-LessonVideoMap | Send-KinescopeVideo -Verify

            $failures.FullyQualifiedErrorId | Should -BeLike 'VideoDiffers,*'
            $sent.Status, $sent.VideoId | Should -Be Failed, $null
            $again.Status | Should -Be Uploaded
            Assert-StoredOnce l0.mp4
        }
    }

    Context 'that says something' {
        It 'says at the end what the run cost, to -InformationVariable' {
            Write-Course l0, l1, l2 -Length 400000
            Get-LessonVideoMap | Send-KinescopeVideo
            Write-Course l0, l1, l2, l3, l4 -Length 400000
            New-Item l4.mp4 -Force
            Connect-Sandbox
            Use-Fault @(
                @{ match = @{ method = 'PATCH'; path = '/v2/upload/'; file = 'l3.mp4'; times = 1 }; fault = @{ kind = 'answer'; status = 460; when = 'after-body' } }
                @{ match = @{ path = '/v2/init'; times = 1 }; fault = @{ kind = 'answer'; status = 500 } }
            )

            Get-LessonVideoMap | Send-KinescopeVideo -ErrorAction SilentlyContinue -InformationVariable information | Out-Null

            $summary = $information[0].MessageData
            $summary.Uploaded, $summary.AlreadyThere, $summary.Failed, $summary.NotReached | Should -Be 1, 3, 1, 0
            $summary.BytesSent, $summary.BytesNeeded, $summary.WasteRatio | Should -Be 800000, 400000, 2
            $summary.Retries.GetEnumerator() | ForEach-Object { "$($_.Key) $($_.Value)" } | Should -Be 'KinescopeUnavailable 1', 'UploadChecksumMismatch 1'
            $summary.TimeLost.Values | ForEach-Object { $_ | Should -BeGreaterThan ([timespan]::Zero) }
        }

        It 'has a last word that is seen, also after Ctrl+C, and silenced: FoundD08' {
            Write-Course
            $said = Invoke-Pwsh @'
                Import-Module $module
                Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
                $ok = $?
                "ok $ok"
                Get-LessonVideoMap | Send-KinescopeVideo 6>$null | Out-Null
                Get-LessonVideoMap | Send-KinescopeVideo -InformationAction SilentlyContinue -InformationVariable kept | Out-Null
                "kept $($kept.MessageData.AlreadyThere)"
                $runspace = [runspacefactory]::CreateRunspace($Host)
                $runspace.Open()
                $shell = [powershell]::Create($runspace).AddScript("Import-Module '$module'; Get-LessonVideoMap '$PWD' | Send-KinescopeVideo -Force -ProgressFile '$PWD/other.jsonl' -BandwidthLimit 1KB")
                $run = $shell.BeginInvoke()
                while (-not (Test-Path other.jsonl.runs.jsonl)) { Start-Sleep -Milliseconds 20 }
                Start-Sleep -Milliseconds 200
                $shell.Stop()
'@
            $said | Should -HaveCount 4
            $said[0] | Should -Match '^3 uploaded, 0 already there, 0 failed; '
            $said[1..2] | Should -Be 'ok True', 'kept 3'
            $said[3] | Should -Match '^\d uploaded, 0 already there, 0 failed; .*\d not reached: the same command goes on$'
        }

        It 'shows progress and takes it away at the end, and none with -ProgressAction SilentlyContinue' {
            Write-Course l0
            # Bars are drawn once a second.
            Use-UploadFault @{ kind = 'delay'; seconds = 1.5 } -Times 1
            $records = foreach ($parameters in '', '-ProgressAction SilentlyContinue') {
                $shell = Open-Shell "Get-LessonVideoMap | Send-KinescopeVideo -Force $parameters"
                $shell.Invoke().Status | Should -Be Uploaded
                , @($shell.Streams.Progress)
            }

            $records[0][-1].Activity | Should -Be 'Uploading'
            $records[0][-1].RecordType | Should -Be Completed
            $records[0].ParentActivityId | Select-Object -Unique | Should -Be -1, $records[0][-1].ActivityId
            $records[1] | Should -BeNullOrEmpty
        }

        It 'shows a table that fits 100 columns, with the name of a file that has no lesson' {
            Write-Course l0 -Length 2097152
            Write-Video film.mp4 1048576 1

            $sent = @(Get-LessonVideoMap | Send-KinescopeVideo) + @(Send-KinescopeVideo film.mp4)
            $lines = ($sent | Out-String -Width 100) -split '\r?\n'

            $lines | Should -Contain ('{0,-30} {1,-8} {2,10} {3,12} {4}' -f 'LessonId', 'Status', 'Size', 'Rate', 'VideoId')
            $row = '^{0} +Uploaded +{1:0.0} MiB +[\d.,]+ \w+/s {2}$'
            $lines -match ($row -f 'l0', 2, $sent[0].VideoId) | Should -HaveCount 1
            $lines -match ($row -f 'film\.mp4', 1, $sent[1].VideoId) | Should -HaveCount 1
        }
    }

    Context 'without consent' {
        BeforeEach {
            Write-Course l0, l1
        }

        AfterEach {
            Get-SandboxRequest POST /v2/init | Should -BeNullOrEmpty
        }

        It 'says with -WhatIf what it would do, without a key, and does nothing' {
            $env:KINESCOPE_API_KEY, $key = '', $env:KINESCOPE_API_KEY
            try {
                $said = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap | Send-KinescopeVideo -WhatIf'
            }
            finally {
                $env:KINESCOPE_API_KEY = $key
            }

            $said | Should -Be "What if: Upload lesson 'l0', l0.mp4 (1000 bytes)", "What if: Upload lesson 'l1', l1.mp4 (1000 bytes)",
                "To send: 2 ($([KinescopePS.Commands.SizeText]::Bytes(2000))), to continue: 0 (0 bytes left), already there: 0. Nothing was done."
            Get-ChildItem "$progressFile*" | Should -BeNullOrEmpty
        }

        It 'does nothing under $WhatIfPreference either' {
            $shell = Open-Shell '$WhatIfPreference = $true; Get-LessonVideoMap | Send-KinescopeVideo'

            $shell.Invoke() | Should -BeNullOrEmpty

            $shell.Streams.Error | Should -BeNullOrEmpty
            Get-ChildItem "$progressFile*" | Should -BeNullOrEmpty
        }

        It 'says with -WhatIf that it cannot read a progress file that another program holds' {
            $holder = [System.IO.File]::Open((Join-Path $PWD.ProviderPath $progressFile), 'Create', 'ReadWrite', 'None')
            try {
                { Get-LessonVideoMap | Send-KinescopeVideo -WhatIf } | Should -Throw -ErrorId 'ProgressFileUnreadable,*'
            }
            finally {
                $holder.Dispose()
            }
        }

        It 'asks with -Confirm' {
            $shell = Open-Shell 'Get-LessonVideoMap | Send-KinescopeVideo -Confirm'
            $shell.Invoke()

            # A session without a host has nobody to ask.
            $shell.Streams.Error | Should -BeLike '*prompts the user*'
        }
    }

    Context 'with consent' {
        It 'does not ask with -Confirm:$false, nor for what is uploaded already' {
            Write-Course l0
            $ConfirmPreference = 'Low'

            (Get-LessonVideoMap | Send-KinescopeVideo -Confirm:$false).Status | Should -Be Uploaded

            $shell = Open-Shell 'Get-LessonVideoMap | Send-KinescopeVideo -Confirm'
            $shell.Invoke().Status | Should -Be Skipped
        }
    }

    Context 'whose output is kept' {
        BeforeEach {
            Write-Course l0
            $upload = Get-LessonVideoMap | Send-KinescopeVideo
        }

        It 'is of one type with these properties' {
            $upload | Should -HaveCount 1
            $upload.PSTypeNames[0] | Should -Be KinescopePS.LessonUpload
            $upload.PSObject.Properties.Name | Should -Be @(
                'LessonId', 'Course', 'Title', 'Path', 'ManifestPath', 'VideoId', 'EmbedUrl', 'Status', 'Verification', 'Length', 'BytesSent', 'Attempts', 'Duration', 'Companions', 'CompanionStatus', 'CompanionsLeft', 'CompanionsFailed',
                'CompanionError', 'CompanionErrorId', 'Error', 'ErrorId'
            )
        }

        It 'comes back from Export-Clixml and looks the same' {
            $upload | Export-Clixml sent.xml

            Import-Clixml sent.xml | Out-String | Should -Be ($upload | Out-String)
        }
    }

    Context 'in the whole pipeline' {
        BeforeAll {
            $library = Join-Path $TestDrive library
            Write-SampleLibrary $library
            $lesson = '04_warehouse_m01_001', '04_warehouse_m01_002', '04_warehouse_m01_003'
        }

        BeforeEach {
            Copy-Item (Join-Path $library lessons.db) .
            Remove-Item $library/$progressFile* # The test before has left it beside the manifest.
            $env:DATABASE_URL = 'file:./lessons.db'
            $env:KINESCOPE_MANIFEST = $library
        }

        It 'carries a course from the manifest to the site' {
            Get-LessonVideoMap | Where-Object Course -eq 04_warehouse | Send-KinescopeVideo | Set-LessonVideoId

            $map = Get-LessonVideoMap -CheckDatabase
            $linked = $map | Where-Object VideoId
            $linked | Should -HaveCount 24
            $linked.Course | Select-Object -Unique | Should -Be 04_warehouse
            Assert-StoredOnce $linked.Path
            $titles = @{}
            Get-StoredVideo | ForEach-Object { $titles[$_.Id] = $_.Title }
            $linked.VideoId | ForEach-Object { $titles[$_] } | Should -Be $linked.Title
        }

        It 'links what was uploaded when a lesson between fails, and the rest with the next run' {
            Use-Fault @{ match = @{ path = '/v2/init'; nth = 2 }; fault = @{ kind = 'answer'; status = 400; code = 400400 } }

            $first = Get-LessonVideoMap -LessonId $lesson |
                Send-KinescopeVideo -ThrottleLimit 1 -ErrorAction SilentlyContinue -ErrorVariable failures |
                Set-LessonVideoId -PassThru
            $second = Get-LessonVideoMap -LessonId $lesson | Send-KinescopeVideo -ThrottleLimit 1 | Set-LessonVideoId -PassThru

            $failures.FullyQualifiedErrorId | Should -BeLike 'RequestInvalid,*'
            $first.LessonId | Should -Be $lesson[0, 2]
            "$(($second | Sort-Object LessonId).Status)" | Should -Be 'Unchanged Linked Unchanged'
        }

        It 'sends nothing for a lesson that the site has, and nothing at all where the site''s database is wrong' {
            Set-LessonVideoId $lesson[0] there

            $sent = Get-LessonVideoMap -CheckDatabase -LessonId $lesson[0] | Send-KinescopeVideo
            $ids = Get-ErrorId { Get-LessonVideoMap -LessonId $lesson | Send-KinescopeVideo | Set-LessonVideoId -DatabaseUrl file:./nowhere.db }

            $sent.Status, $sent.VideoId | Should -Be Skipped, there
            $ids | Should -Be DatabaseNotFound
            Get-SandboxRequest POST /v2/init | Should -BeNullOrEmpty
        }
    }

    Context 'as Get-Command shows it' {
        BeforeAll {
            $command = Get-Command Send-KinescopeVideo
        }

        It 'has this syntax' {
            $syntax = ($command | Get-Command -Syntax) -replace '\s+', ' '

            $syntax | Should -BeLike '*Send-KinescopeVideo `[`[-Path`] <string`[`]>`]*`[-WhatIf`] `[-Confirm`]*'
            $syntax | Should -BeLike '*`[-ApiKey <securestring>`]*'
        }

        It 'takes -Path from the pipeline, by value and as FullName or PSPath' {
            $path = $command.Parameters['Path']
            $path.Aliases | Should -Be FullName, PSPath
            $path.Attributes.ValueFromPipeline | Should -Contain $true
        }

        It 'takes -<_> from a property of that name' -ForEach Path, LessonId, Title, Course, State, VideoId {
            $command.Parameters[$_].Attributes.ValueFromPipelineByPropertyName | Should -Contain $true
        }

        It 'refuses -<Name> <Value>' -ForEach @(
            @{ Name = 'ThrottleLimit'; Value = 0 }
            @{ Name = 'ThrottleLimit'; Value = 65 }
            @{ Name = 'ThrottleLimit'; Value = 'many' }
        ) {
            $parameters = @{ $Name = $Value }
            { Send-KinescopeVideo l0.mp4 @parameters } | Should -Throw '*is no number of files at once. Expected is 1 to 64, or Auto.' `
                -ErrorId 'ParameterArgumentTransformationError*'
        }

        It 'finds the number of files at once by itself' {
            Write-Course l0, l1, l2

            (Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit auto).Status | Should -Be Uploaded, Uploaded, Uploaded

            (Get-Content kinescope-upload-progress.jsonl.runs.jsonl)[1] | Should -BeLike '*"throttleLimit":"Auto"*'
            (TabExpansion2 'Send-KinescopeVideo -ThrottleLimit ').CompletionMatches.CompletionText | Should -Be Auto
        }

        It 'says what it writes' {
            $command.OutputType.Name | Should -Be KinescopePS.LessonUpload
        }
    }

    Context 'with a folder for each course' {
        BeforeEach {
            Write-Course l0, l1, l2, l3
            # Two courses, whose only modules have the same id.
            $first, $second = @('l0', 'l1'), @('l2', 'l3') | ForEach-Object {
                , @($_ | ForEach-Object { @{ id = $_; filepath = "$_.mp4"; title_original = $_ } })
            }
            ConvertTo-Json -Depth 6 @{
                courses = @(
                    @{ id = '01_a'; skill_category = 'SALES'; modules = @(@{ id = 'm1'; lessons = $first }) }
                    @{ id = '02_b'; skill_category = 'MARKETING'; modules = @(@{ id = 'm1'; lessons = $second }) }
                )
            } | Set-Content manifest.json

            # The path of the folder that each video is in.
            function Get-Place {
                $paths = @{}
                Get-KinescopeFolder | ForEach-Object { $paths[$_.FolderId] = $_.Path }
                Get-KinescopeVideo | ForEach-Object { "$($_.Title) $($_.FolderId ? $paths[$_.FolderId] : 'top')" } | Sort-Object
            }
        }

        It 'finds or makes it once, for -FolderBy <By>' -ForEach @(
            @{ By = 'Course'; Value = 'Course'; Place = '01_a', '02_b' }
            @{ By = 'Module, in any case'; Value = 'module'; Place = '01_a/m1', '02_b/m1' }
            @{ By = 'a script block'; Value = { "$($_.Category) $($_.Course)" }; Place = 'SALES 01_a', 'MARKETING 02_b' }
            @{
                By = 'a script block that names a path, or nothing'
                Value = { if ($_.Course -eq '01_a') { 'Курсы', "$($_.Course) $($_.Order)".Trim() } }
                Place = 'Курсы/01_a', 'top'
            }
        ) {
            $places = "l0 $($Place[0])", "l1 $($Place[0])", "l2 $($Place[1])", "l3 $($Place[1])"

            Get-LessonVideoMap | Send-KinescopeVideo -FolderBy $Value | Out-Null
            Get-Place | Should -Be $places
            $folders = @(Get-KinescopeFolder).Count

            Invoke-Sandbox Delete /sandbox/requests | Out-Null
            Get-LessonVideoMap | Send-KinescopeVideo -FolderBy $Value | Out-Null
            Invoke-Sandbox Get '/sandbox/requests?path=/v' | Should -BeNullOrEmpty

            Get-LessonVideoMap | Send-KinescopeVideo -FolderBy $Value -Force | Out-Null
            Get-Place | Should -Be ($places + $places | Sort-Object)
            Get-KinescopeFolder | Should -HaveCount $folders
        }

        It 'takes a table, and does not send what it lacks' {
            $folder = New-KinescopeFolder ads

            $sent = Get-LessonVideoMap | Send-KinescopeVideo -FolderBy @{ '01_a' = $folder.FolderId } -ErrorVariable failures -ErrorAction SilentlyContinue

            ($sent | Sort-Object LessonId).Status | Should -Be Uploaded, Uploaded, Failed, Failed
            $failures.FullyQualifiedErrorId -replace ',.*' | Should -Be FolderUnknown, FolderUnknown
            Get-Place | Should -Be 'l0 ads', 'l1 ads'
        }

        It 'does not send a file that has no course' {
            Get-ErrorId { Send-KinescopeVideo l0.mp4 -FolderBy Course } | Should -Be FolderUnknown
            Get-SandboxRequest POST /v2/init | Should -BeNullOrEmpty
        }

        It 'names it with -WhatIf, and asks nothing' {
            Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -FolderBy Course -WhatIf' |
                Select-Object -First 1 | Should -BeLike "What if: Upload lesson 'l0', l0.mp4 (*), in folder '01_a'"
            Invoke-Sandbox Get '/sandbox/requests?path=/v' | Should -BeNullOrEmpty
        }
    }

    Context 'with -Wait' {
        BeforeEach {
            Write-Course
        }

        It 'fails what cannot be played, links the others, and does not send again what can be played later' {
            Use-Fault @(
                @{ match = @{ method = 'PATCH'; path = '/v2/upload/'; file = 'l1.mp4' }; fault = @{ kind = 'video-status'; video_status = 'error' } }
                @{ match = @{ method = 'PATCH'; path = '/v2/upload/'; file = 'l2.mp4' }; fault = @{ kind = 'video-status'; video_status = 'processing' } }
            )

            $sent = Get-LessonVideoMap | Send-KinescopeVideo -Wait -WaitTimeout 00:00:02 -ErrorVariable failure -ErrorAction SilentlyContinue
            $slow = Get-KinescopeVideo -Status processing
            Invoke-Sandbox Post "/sandbox/videos/$($slow.VideoId)/status" @{ status = 'done' } | Out-Null
            Clear-Fault
            $next = Get-LessonVideoMap | Send-KinescopeVideo -Wait

            ($sent | Sort-Object LessonId).Status | Should -Be Uploaded, Failed, Failed
            $failure.FullyQualifiedErrorId -replace ',.*' | Sort-Object | Should -Be VideoNotProcessed, VideoProcessingFailed
            ($sent | Where-Object VideoId | Get-KinescopeVideo).Status | Should -Be done
            ($next | Sort-Object LessonId).Status | Should -Be Skipped, Uploaded, Skipped
        }

        It 'hands a video on when it can be played' {
            Use-UploadFault @{ kind = 'video-status'; video_status = 'processing' }
            $shell = Open-Shell 'Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -Wait'
            $running = $shell.BeginInvoke()
            Wait-Sandbox 'requests=1&method=PATCH&path=/v2/upload/&ended=true'
            Invoke-Sandbox Delete /sandbox/requests | Out-Null
            # It asks again and again.
            Wait-Sandbox 'requests=2&method=GET&path=/v1/videos&ended=true'
            $running.IsCompleted | Should -BeFalse
            Invoke-Sandbox Post "/sandbox/videos/$((Get-KinescopeVideo).VideoId)/status" @{ status = 'done' } | Out-Null

            $shell.EndInvoke($running).Status | Should -Be Uploaded
            $shell.Streams.Error | Should -BeNullOrEmpty
        }
    }

    It 'names the uploads whose results nobody got, where the pipeline ends before its time' {
        Write-Course

        $said = Invoke-Pwsh @'
            Import-Module $module
            Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit 1 | ForEach-Object {
                for ($i = 0; @(Get-KinescopeUpload -Status Uploaded).Count -lt 3 -and $i -lt 1000; $i++) { }
                throw 'downstream'
            }
'@

        $said -join "`n" | Should -BeLike '*WARNING: The pipeline ended before the results of these uploads were written: *l1*Nothing is lost: run the same command again.*'
        (Get-LessonVideoMap | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped, Skipped
    }

    It 'says with -WhatIf of a file of two lessons what the run does: FoundA08' {
        Write-Course l0
        Write-Manifest @{ id = 'l0'; filepath = 'l0.mp4' }, @{ id = 'l1'; filepath = 'l0.mp4' }

        $both = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap 3>$null | Send-KinescopeVideo -WhatIf'
        Get-LessonVideoMap -LessonId l0 3>$null | Send-KinescopeVideo | Out-Null
        $one = Invoke-Pwsh 'Import-Module $module; Get-LessonVideoMap 3>$null | Send-KinescopeVideo -WhatIf'

        $both[0] | Should -BeLike "What if: Upload lesson 'l0', *"
        $both[1] | Should -Be "What if: Use the video of lesson 'l0' for lesson 'l1', l0.mp4, the same file"
        $both[2] | Should -BeLike 'To send: 1 (*), *, already there: 1. Nothing was done.'
        $one | Should -BeLike 'To send: 0 (*), *, already there: 2. Nothing was done.'
        (Get-LessonVideoMap 3>$null | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped
    }

    It 'keeps the stamp in the description or, with KINESCOPE_STAMP=tag, in a tag, and recognises both' {
        Write-Course l0, l1
        $described = Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo
        Set-Content stamp.env KINESCOPE_STAMP=tag
        $tagged = Get-LessonVideoMap -LessonId l1 | Send-KinescopeVideo -EnvironmentFile stamp.env
        Remove-Item kinescope-upload-progress.jsonl

        $again = Get-LessonVideoMap | Send-KinescopeVideo

        (Get-KinescopeVideo $described.VideoId).Description | Should -Match '^KPS1-'
        $video = Get-KinescopeVideo $tagged.VideoId
        $video.Description | Should -BeNullOrEmpty
        $video.Tags | Should -Match '^KPS1-'
        $again.Status | Should -Be Skipped, Skipped
        ($again | Sort-Object LessonId).VideoId | Should -Be $described.VideoId, $tagged.VideoId
    }

    It 'refuses a lesson whose id another course has in the progress file, with LessonOfAnotherCourse' {
        Write-Course l0
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        Write-Video other.mp4 700 5

        $failure = Get-Failure { Send-KinescopeVideo other.mp4 -LessonId l0 -Course another }

        $failure.FullyQualifiedErrorId | Should -BeLike 'LessonOfAnotherCourse,*'
        "$failure" | Should -BeLike "*course 'another'*-ProgressFile*"
        Get-SandboxRequest POST /v2/init | Should -HaveCount 1
    }

    It 'refuses a path that no file can have, and sends the others' {
        Write-Course l0, l1

        $failures = @()
        $sent = 'l0.mp4', "l`0x.mp4", 'l1.mp4' | Send-KinescopeVideo -ErrorVariable failures -ErrorAction SilentlyContinue

        $sent.Status | Sort-Object | Should -Be Uploaded, Uploaded, Failed
        $failures.FullyQualifiedErrorId | Should -BeLike 'LessonFilePathRefused,*'
    }

    It 'cuts a title that is too long, and says so' {
        Write-Course l0

        $sent = Send-KinescopeVideo l0.mp4 -LessonId l0 -Title ('x' * 150) -WarningVariable warnings -WarningAction SilentlyContinue

        "$warnings" | Should -BeLike "*'l0'*150 characters*"
        $sent.Title | Should -Be ('x' * 139 + [char] 0x2026)
        (Get-StoredVideo).Title | Should -Be $sent.Title
    }
}
