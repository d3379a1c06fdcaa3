# The examples of the pages, in two files that run side by side: each has a Kinescope of its own.

BeforeDiscovery {
    $pages = Get-ChildItem $PSScriptRoot/../../docs/en-US -Filter *.md | Where-Object { ($_.BaseName -match '^(about_|[C-G])') -eq $first }

    # In a page an example is what stands under a heading of the third level; in a topic it is a block of code.
    $examples = @(foreach ($page in $pages) {
        $text = Get-Content -LiteralPath $page.FullName -Raw
        $parts = if ($page.BaseName -like 'about_*') {
            [regex]::Matches($text, '(?ms)^## ([^\n]+)\n(?:(?!^## ).)*') | ForEach-Object { @{ Title = $_.Groups[1].Value; Text = $_.Value } }
        }
        else {
            [regex]::Matches($text, '(?ms)^### (Example \d+: [^\n]+)\n(?:(?!^##).)*') | ForEach-Object { @{ Title = $_.Groups[1].Value; Text = $_.Value } }
        }

        foreach ($part in $parts) {
            $code = [regex]::Matches($part.Text, '(?ms)^```powershell\n(.*?)^```') | ForEach-Object { $_.Groups[1].Value }
            if ($code) {
                @{
                    Page      = $page.BaseName
                    Title     = $part.Title
                    Code      = $code -join "`n"
                    Headers   = @([regex]::Matches($part.Text, '(?m)^(?=\S)([^\n]+)\n-{2,}[ -]*$') | ForEach-Object { $_.Groups[1].Value.Trim() })
                    NotRun    = [regex]::Match($part.Text, '<!-- not run: (.*?) -->').Groups[1].Value
                }
            }
        }
    })
    $runnable = @($examples | Where-Object { -not $_.NotRun })
    $marked = @($examples | Where-Object NotRun)
}

Describe 'The examples' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $modulePath = $env:PSModulePath

        # An account with the ids and names of the pages, as the sandbox keeps it: no call chooses ids.
        $account = Join-Path $TestDrive account
        function Write-Entity([string] $Kind, [hashtable] $Entity) {
            $folder = New-Item (Join-Path $account $Kind $Entity.id.Substring(0, 2)) -ItemType Directory -Force
            ConvertTo-Json ($Entity + @{ created_at = '2026-01-02T09:00:00Z' }) | Set-Content (Join-Path $folder "$($Entity.id).json")
        }

        $courses, $old = '11111111-1111-4111-8111-111111111111', "$(New-Guid)"
        $ads = '33333333-3333-4333-8333-333333333333'
        Write-Entity projects @{ id = $courses; name = 'Courses' }
        Write-Entity projects @{ id = $old; name = 'Old' }
        Write-Entity folders @{ id = $ads; project_id = $courses; name = '02_ads' }
        Write-Entity folders @{ id = '44444444-4444-4444-8444-444444444444'; project_id = $courses; parent_id = $ads; name = 'm01' }
        $broken, $whole = @{ interrupted = $true }, @{ completed_at = '2026-01-02T09:01:00Z' }
        Write-Entity videos @{
            id = '22222222-2222-4222-8222-222222222222'; project_id = $courses; folder_id = $ads; title = 'Audience'
            upload = @{ id = "$(New-Guid)"; length = 1000; file_name = 'audience.mp4' } + $broken
        }
        foreach ($title in 'Prices.mp4', '02_ads Budget') {
            Write-Entity videos @{
                id = "$(New-Guid)"; project_id = $courses; title = $title
                upload = @{ id = "$(New-Guid)"; length = 1000; file_name = 'video.mp4' } + $whole
            }
        }

        Write-Entity videos @{
            id = "$(New-Guid)"; project_id = $old; title = 'Welcome'
            upload = @{ id = "$(New-Guid)"; length = 1000; file_name = 'welcome.mp4' } + $whole
        }

        # The key is in the vault of whoever follows the pages.
        $modules = Join-Path $TestDrive modules
        $vault = New-Item (Join-Path $modules Microsoft.PowerShell.SecretManagement) -ItemType Directory
        Set-Content (Join-Path $vault Microsoft.PowerShell.SecretManagement.psm1) @'
            function Get-Secret([string] $Name, [string] $Vault) {
                [System.Net.NetworkCredential]::new('', $env:KINESCOPE_API_KEY).SecurePassword
            }
'@
        $env:PSModulePath = $modules + [System.IO.Path]::PathSeparator + $env:PSModulePath

        # A school in little: two lessons of each module of the sample library, and what earlier work has left.
        $all = Join-Path $TestDrive all
        Write-SampleLibrary $all
        $school = (New-Item (Join-Path $TestDrive school) -ItemType Directory).FullName
        $manifest = Get-Content (Join-Path $all manifest.json) -Raw | ConvertFrom-Json -AsHashtable
        $manifest.courses = @($manifest.courses | Where-Object id -in 01_start, 02_ads, 04_warehouse)
        foreach ($course in $manifest.courses) {
            $course.modules = @($course.modules | Select-Object -First 2)
            foreach ($part in $course.modules) {
                $part.lessons = @($part.lessons | Where-Object { $_.id -match '_00[127]$' })
                foreach ($lesson in $part.lessons) {
                    $file = Join-Path $school $lesson.filepath
                    New-Item (Split-Path $file) -ItemType Directory -Force | Out-Null
                    Copy-Item -LiteralPath (Join-Path $all $lesson.filepath) $file
                }
            }
        }

        ConvertTo-Json $manifest -Depth 10 | Set-Content (Join-Path $school manifest.json)
        Copy-Item (Join-Path $all lessons.db) $school
        # A table of other names: the module has SQLite with it, in a load context of its own.
        Invoke-Pwsh @"
            Import-Module `$module
            Get-LessonVideoId 01_start_m01_001 -DatabaseUrl 'file:$school/lessons.db' | Out-Null
            `$sqlite = [System.Runtime.Loader.AssemblyLoadContext]::All.Assemblies | Where-Object { `$_.GetName().Name -eq 'Microsoft.Data.Sqlite' }
            `$database = [System.Activator]::CreateInstance(`$sqlite.GetType('Microsoft.Data.Sqlite.SqliteConnection'), 'Data Source=$school/lessons.db;Pooling=False')
            `$database.Open()
            `$command = `$database.CreateCommand()
            `$command.CommandText = 'CREATE TABLE lessons AS SELECT id AS lesson_id, "videoId" AS kinescope_id, "videoUrl" AS kinescope_url FROM "Lesson"; CREATE UNIQUE INDEX i ON lessons (lesson_id)'
            `$null = `$command.ExecuteNonQuery()
            `$database.Dispose()
"@ | Should -BeNullOrEmpty

        @{
            lastUpdated = '2026-01-02T09:00:00Z'
            uploaded    = @(@{ lessonId = '01_start_m01_001'; videoId = 'v1' }, @{ lessonId = '01_start_m01_002'; videoId = 'v2' })
            failed      = @(@{ lessonId = '01_start_m02_001'; error = 'Request failed with status code 502' })
        } | ConvertTo-Json -Depth 3 | Set-Content (Join-Path $school kinescope-upload-progress.json)
        Set-Content (Join-Path $school uploaded.csv) 'LessonId,VideoId,Status', '04_warehouse_m01_001,v4,Uploaded', '04_warehouse_m01_002,,Failed'
        Set-Content (Join-Path $school titles.csv) 'VideoId,Title', '22222222-2222-4222-8222-222222222222,Your audience'
        Set-Content (Join-Path $school .env), (Join-Path $school .env.production) 'DATABASE_URL=file:./lessons.db'

        # The smallest JPEG that has a frame and an end.
        [System.IO.File]::WriteAllBytes((Join-Path $school cover.jpg), [byte[]] (0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 16, 0, 16, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0x3F, 0, 0, 0xFF, 0xD9))
        Set-Content (Join-Path $school lesson.ru.srt) '1', '00:00:01,000 --> 00:00:02,000', 'Превет'
        Set-Content (Join-Path $school talk.vtt) 'WEBVTT', '', '00:01.000 --> 00:02.000', 'Hello'
        Set-Content (Join-Path $school lesson.chapters.txt) '00:00 Начало', '1:30 Конец'
        Set-Content (Join-Path $school chapters.csv) 'VideoId,Time,Title', '22222222-2222-4222-8222-222222222222,0:00,Start', '22222222-2222-4222-8222-222222222222,1:30,End'
        New-Item (Join-Path $school logs) -ItemType Directory | Out-Null
        Set-Content (Join-Path $school logs kinescope-20261126-013000-7.ndjson) '{"at":"2026-11-26T01:30:00Z","event":"start"}',
            '{"at":"2026-11-26T01:31:00Z","event":"error","id":"LessonFileNotFound","message":"There is no file.","lesson":"02_ads_m01_001"}',
            '{"at":"2026-11-26T01:32:00Z","event":"summary","outcome":"PartialFailure","exitCode":2,"seconds":120}'
        $receiver = Open-Receiver

        # Each example gets the account and the school anew, and Copy-Item takes 20 ms a file.
        $account, $school = foreach ($folder in $account, $school) {
            [System.IO.Compression.ZipFile]::CreateFromDirectory($folder, "$folder.zip")
            "$folder.zip"
        }

        $sandbox = Open-Sandbox $account
    }

    AfterAll {
        Close-Sandbox $sandbox
        Close-Receiver $receiver
        Restore-Setting $before
        $env:PSModulePath = $modulePath
    }

    BeforeEach {
        if ($NotRun) {
            return
        }

        Use-Sandbox $sandbox -Rewind
        $env:KINESCOPE_PROJECT_ID = $courses
        [System.IO.Compression.ZipFile]::ExtractToDirectory($school, $PWD)
        $env:DATABASE_URL = 'file:./lessons.db'
        $env:KINESCOPE_NOTIFY_URI = $env:KINESCOPE_PING_URI = "$($receiver.Uri)/?chat_id=1"
        New-Item site -ItemType Directory | Out-Null
        Set-Content site/.env 'DATABASE_URL=file:../lessons.db', "KINESCOPE_API_KEY=$env:KINESCOPE_API_KEY", "KINESCOPE_PROJECT_ID=$courses"
        Use-UploadFault @{ kind = 'answer'; status = 502 } (Split-Path (Get-LessonVideoMap -LessonId 02_ads_m02_007).Path -Leaf)
        Connect-Kinescope -MaxRetry 0 | Out-Null
        Get-LessonVideoMap -Course 02_ads | Send-KinescopeVideo -ErrorAction SilentlyContinue | Out-Null
        # What the sandbox has not.
        Use-Fault @(
            @{ match = @{ method = 'GET'; path = '/v1/webhooks' }; fault = @{ kind = 'answer'; status = 200; body = '{"data": [{"id": "w1"}], "meta": {"pagination": {"page": 1, "per_page": 100, "total": 1}}}' } }
            @{ match = @{ method = 'POST'; path = '/v1/videos/*/posters' }; fault = @{ kind = 'answer'; status = 201; body = '{"data": {"id": "p1"}}' } }
        )
        Get-KinescopeVideo 22222222-2222-4222-8222-222222222222 | Set-KinescopeVideo -PrivacyType nowhere
        Set-LessonVideoId 01_start_m01_001 v1
        Set-LessonVideoId 01_start_m01_001 -Clear -Confirm:$false -UndoFile other.jsonl
    }

    # They are the same text everywhere, and each has an upload of its own: on Wine they take minutes.
    It 'run as they stand in <Page>, <Title>' -ForEach $runnable -Skip:([bool] $env:KINESCOPEPS_WINDOWS) {
        $shell = Open-Shell @"
            # Somebody whose home is here, who answers yes and knows the key; and who was connected, to disconnect.
            (Get-PSProvider FileSystem).Home = '$PWD'
            $(if ($Code -like 'Disconnect-*') { 'Connect-Kinescope | Out-Null; Connect-LessonDatabase | Out-Null' })
            `$ConfirmPreference = 'None'
            function Read-Host { [System.Net.NetworkCredential]::new('', `$env:KINESCOPE_API_KEY).SecurePassword }
            & {
            $Code
            } | Out-String -Width 200
"@

        $said = "$($shell.Invoke())"

        $shell.Streams.Error | Should -BeNullOrEmpty
        foreach ($header in $Headers) {
            $said | Should -Match (($header -split '\s+' | ForEach-Object { [regex]::Escape($_) }) -join '\s+')
        }
    }

    It 'are all run but few, and each of these says why: <Page>, <Title>: <NotRun>' -ForEach $marked {
        $NotRun.Length | Should -BeGreaterThan 10
        [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] ($errors = $null)) | Out-Null
        $errors | Should -BeNullOrEmpty
    }

    It 'are counted: <Run> run, <Marked> marked as not run' -ForEach @{ Run = $runnable.Count; Marked = @($marked | Where-Object NotRun -ne 'there is no PostgreSQL at this address').Count } {
        $Run | Should -BeGreaterThan 30
        $Marked | Should -BeLessOrEqual 4
    }
}
