[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'The path of a file' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox

        # Some of the ways in which Windows lets a path be written; the first is the disk's.
        function Get-Spelling([string] $Path) {
            $full = (Get-Item -LiteralPath $Path).FullName
            $full
            $full.ToLowerInvariant()
            $full.ToUpperInvariant()
            $full.Replace('\', '/')
            "\\?\$full"
            "\\?\$($full.ToLowerInvariant())"
        }

        # In the disk's spelling itself: TestDrive may be written in another.
        function Enter-Course {
            $folder = (New-Item Курс -ItemType Directory).FullName
            Set-Location -LiteralPath $folder
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
        Enter-Course
    }

    Context 'on Windows' -Skip:(-not $IsWindows) {
        BeforeEach {
            Write-Video 'Урок 0.mp4' 1000 0
            $file = (Get-Item 'Урок 0.mp4').FullName
        }

        It 'is that of one video, however often it is given: FoundA12' {
            $sent = Get-Spelling $file | Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures

            $sent.Status | Should -Be Uploaded
            $sent.Path | Should -BeExactly $file
            $failures.FullyQualifiedErrorId | Should -BeLike 'LessonIdDuplicate,*'
            $failures | Should -HaveCount 5
            Assert-StoredOnce $file
        }

        It 'is known to the next run in every spelling: FoundA12' {
            foreach ($path in Get-Spelling $file) {
                Send-KinescopeVideo $path | ForEach-Object Path | Should -BeExactly $file
            }

            Assert-StoredOnce $file
            (Get-KinescopeUpload).LessonId | Should -BeExactly $file
        }

        It 'is recognised at Kinescope in every spelling, where the progress file is lost: FoundA12' {
            Send-KinescopeVideo $file.ToLowerInvariant()

            foreach ($path in Get-Spelling $file) {
                Remove-Item kinescope-upload-progress.jsonl
                (Send-KinescopeVideo $path).Status | Should -Be Skipped
            }

            Assert-StoredOnce $file
        }

        It 'is one for two lessons that spell it differently: FoundA12' {
            Write-Manifest @{ id = 'l0'; filepath = 'Урок 0.mp4' }, @{ id = 'l1'; filepath = 'урок 0.MP4' }

            $map = Get-LessonVideoMap -IncludeOrphan -WarningVariable warnings -WarningAction SilentlyContinue
            $sent = $map | Send-KinescopeVideo

            $map.LessonId | Should -Be l0, l1
            $map.Path | Should -BeExactly $file, $file
            "$warnings" | Should -BeLike "*lesson 'l1': shares its file*"
            $sent.VideoId | Select-Object -Unique | Should -HaveCount 1
            Assert-StoredOnce $file
        }

        It 'begins with the base path as the disk has it: FoundA12' {
            Write-Manifest @{ id = 'l0'; filepath = 'урок 0.mp4' }
            Get-LessonVideoMap | Export-LessonVideoMap map.json

            foreach ($folder in Get-Spelling .) {
                foreach ($lesson in (Get-LessonVideoMap -BasePath $folder), (Get-LessonVideoMap "$folder/manifest.json"), (Import-LessonVideoMap map.json -BasePath $folder)) {
                    $lesson.BasePath, $lesson.Path | Should -BeExactly $PWD.ProviderPath, $file
                }
            }
        }

        It 'names an upload in every spelling: FoundA12' {
            Send-KinescopeVideo $file

            foreach ($path in Get-Spelling $file) {
                (Get-KinescopeUpload $path).LessonId | Should -BeExactly $file
            }

            foreach ($path in Get-Spelling $file) {
                Remove-KinescopeUpload $path -Confirm:$false
                Get-KinescopeUpload | Should -BeNullOrEmpty
                Send-KinescopeVideo $file
            }

            Remove-Item $file
            Remove-KinescopeUpload "\\?\$($file.ToUpperInvariant())" -Confirm:$false
            Get-KinescopeUpload | Should -BeNullOrEmpty
        }

        It 'names the site''s database in every spelling: FoundA12' {
            Write-SampleLibrary (Join-Path $PWD.ProviderPath library)
            Set-Location library
            $lesson = '02_ads_m01_001'

            foreach ($path in Get-Spelling lessons.db) {
                Set-LessonVideoId $lesson v1 -DatabaseUrl file:lessons.db

                $link = Restore-LessonVideoId -Confirm:$false -DatabaseUrl "file:$($path.Replace('?', '%3F'))" -PassThru -WarningVariable warnings

                $link.Status, $link.PreviousVideoId | Should -Be Restored, v1
                $warnings | Should -BeNullOrEmpty
            }
        }

        It 'is refused where Windows would open something else, <_>: FoundC8' -ForEach @(
            'NUL', 'nul.mp4', 'CON.mp4', 'AUX .mp4', 'COM1.mp4', 'LPT9', 'COM¹.mp4', 'module/PRN/a.mp4'
            'Урок 0.mp4.', 'Урок 0.mp4 ', 'module /a.mp4', '.. /a.mp4', '.../a.mp4'
            'Урок 0.mp4:stream', 'Урок 0.mp4::$DATA', 'Урок?.mp4'
        ) {
            Write-Manifest @{ id = 'bad'; filepath = $_ }, @{ id = 'good'; filepath = 'Урок 0.mp4' }
            ConvertTo-Json @{ matched = @(@{ lessonId = 'bad'; filePath = $_ }, @{ lessonId = 'good'; filePath = 'Урок 0.mp4' }) } | Set-Content map.json

            $map = Get-LessonVideoMap -ErrorAction SilentlyContinue -ErrorVariable failures
            $imported = Import-LessonVideoMap map.json -ErrorAction SilentlyContinue -ErrorVariable +failures

            $map.LessonId, $imported.LessonId | Should -Be good, good
            $failures.FullyQualifiedErrorId | Should -BeLike 'LessonFilePathRefused,*'
            $failures.TargetObject | Should -Be bad, bad
            $failures.Exception.Message | Should -Match "'.*'.*'.*'.*Windows"
        }

        It 'is refused when it is sent, <_>: FoundC8' -ForEach 'NUL', 'CON.mp4', 'Урок 0.mp4:stream', 'Урок 0.mp4::$DATA' {
            $failure = Get-Failure { Send-KinescopeVideo (Join-Path $PWD.ProviderPath $_) }

            $failure.FullyQualifiedErrorId | Should -BeLike 'LessonFilePathRefused,*'
            $failure.Exception.Message | Should -Match 'Windows'
            Get-StoredVideo | Should -BeNullOrEmpty
        }
    }

    Context 'on other systems' -Skip:$IsWindows {
        It 'may hold what Windows would change: FoundC8' {
            $names = 'NUL.mp4', 'CON.mp4', 'module /a.mp4', 'module./a.mp4', 'b.mp4:stream.mp4', 'c?.mp4'
            'module ', 'module.' | ForEach-Object { [System.IO.Directory]::CreateDirectory((Join-Path $PWD.ProviderPath $_)) | Out-Null }
            0..5 | ForEach-Object { Write-Video $names[$_] 1000 $_ }
            Write-Manifest (0..5 | ForEach-Object { @{ id = "l$_"; filepath = $names[$_] } })

            $sent = Get-LessonVideoMap | Send-KinescopeVideo

            $sent.Status | Should -Be (@('Uploaded') * 6)
            Assert-StoredOnce ($names | ForEach-Object { Join-Path $PWD.ProviderPath $_ })
        }

        It 'is another one in another case, where the disk has both: FoundA12' -Skip:(-not $IsLinux) {
            Write-Video 'Урок 0.mp4' 1000 0
            Write-Video 'урок 0.MP4' 1000 1
            Write-Manifest @{ id = 'l0'; filepath = 'Урок 0.mp4' }, @{ id = 'l1'; filepath = 'урок 0.MP4' }

            $sent = Get-LessonVideoMap -WarningVariable warnings | Send-KinescopeVideo
            $plain = Get-ChildItem *.mp4 | Send-KinescopeVideo -ProgressFile plain.jsonl -Force

            $warnings | Should -BeNullOrEmpty
            $sent.Status + $plain.Status | Should -Be Uploaded, Uploaded, Uploaded, Uploaded
            $sent.VideoId | Select-Object -Unique | Should -HaveCount 2
        }

        It 'is written without what leads nowhere: FoundA12' {
            Write-Video 'Урок 0.mp4' 1000 0
            Write-Manifest @{ id = 'l0'; filepath = './/Урок 0.mp4' }

            foreach ($lesson in (Get-LessonVideoMap -BasePath "$PWD/"), (Get-LessonVideoMap -BasePath "$PWD//.")) {
                $lesson.BasePath, $lesson.Path | Should -BeExactly $PWD.ProviderPath, (Join-Path $PWD 'Урок 0.mp4')
            }
        }
    }
}
