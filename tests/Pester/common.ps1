# What the test files share; each dot-sources it in its BeforeAll.

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# The module under test: the build's, or one that is installed elsewhere.
$module = $env:KINESCOPEPS_MODULE ? $env:KINESCOPEPS_MODULE : (Join-Path $PSScriptRoot '../../out/KinescopePS' -Resolve)
$sandboxProgram = Get-ChildItem (Join-Path $PSScriptRoot '../../tools/KinescopeSandbox/bin') -Recurse -Filter KinescopeSandbox.dll |
    Sort-Object LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
# The PowerShell that runs the tests, itself: of one that is a .NET tool, pwsh is only the launcher.
$pwsh = @([System.Environment]::ProcessPath)
if ([System.IO.Path]::GetFileNameWithoutExtension($pwsh[0]) -ne 'pwsh') {
    $pwsh += Join-Path $PSHOME pwsh.dll
}

# By its path: PowerShell looks for programs on PATH by pattern, which finds nothing under Wine 8.
$dotnet = $env:PATH -split [System.IO.Path]::PathSeparator | ForEach-Object { Join-Path $_ ($IsWindows ? 'dotnet.exe' : 'dotnet') } |
    Where-Object { Test-Path -LiteralPath $_ -PathType Leaf } | Select-Object -First 1
$settingNames = 'KINESCOPE_API_KEY', 'KINESCOPE_PROJECT_ID', 'KINESCOPE_WORKSPACE_ID', 'KINESCOPE_API_URL', 'KINESCOPE_UPLOADER_URL',
    'KINESCOPE_MANIFEST', 'KINESCOPE_REQUESTS_PER_SECOND', 'KINESCOPE_REQUESTS_PER_MINUTE', 'KINESCOPE_UPLOAD_HOSTS',
    'KINESCOPE_DOWNLOAD_HOSTS', 'KINESCOPE_NOTIFY_URI', 'KINESCOPE_PING_URI', 'DATABASE_URL'

Import-Module $module

<#
.SYNOPSIS
The settings and the location of whoever runs the tests, for Restore-Setting.
#>
function Get-Setting {
    $settings = @{ Location = $PWD }
    foreach ($name in $settingNames) {
        $settings[$name] = [System.Environment]::GetEnvironmentVariable($name)
    }

    $settings
}

function Restore-Setting([hashtable] $Setting) {
    Set-Location $Setting.Location
    foreach ($name in $settingNames) {
        [System.Environment]::SetEnvironmentVariable($name, $Setting[$name])
    }
}

<#
.SYNOPSIS
Gives a test an empty current folder, no settings and no connections.
#>
function Use-EmptyFolder {
    foreach ($name in $settingNames) {
        [System.Environment]::SetEnvironmentVariable($name, $null)
    }

    Disconnect-Kinescope -ErrorAction Ignore
    Disconnect-LessonDatabase -ErrorAction Ignore
    Set-Location -LiteralPath (New-Item (Join-Path $TestDrive (New-Guid)) -ItemType Directory).FullName
}

<#
.SYNOPSIS
Starts a local Kinescope, with the state in a zip file where one is given.
#>
function Open-Sandbox([string] $State) {
    # Not in TestDrive, which Pester empties after each block.
    $data = Join-Path ([System.IO.Path]::GetTempPath()) "kinescope-$(New-Guid)"
    if ($State) {
        [System.IO.Compression.ZipFile]::ExtractToDirectory($State, $data)
    }

    $start = [System.Diagnostics.ProcessStartInfo]::new('dotnet')
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    foreach ($argument in $sandboxProgram, 'serve', '--json', '--no-rate-limit', '--transcode-seconds', '0', '--exit-with-stdin', '--data', $data) {
        $start.ArgumentList.Add($argument)
    }

    $process = [System.Diagnostics.Process]::Start($start)
    @{
        Process  = $process
        Data     = $data
        Settings = $process.StandardOutput.ReadLine() | ConvertFrom-Json -AsHashtable
    }
}

function Close-Sandbox([hashtable] $Sandbox) {
    $Sandbox.Process.StandardInput.Close()
    if (-not $Sandbox.Process.WaitForExit(10000)) {
        $Sandbox.Process.Kill()
        $Sandbox.Process.WaitForExit()
    }

    [System.IO.Directory]::Delete($Sandbox.Data, $true)
}

<#
.SYNOPSIS
Gives a test an empty current folder, a project of its own, and a sandbox without faults and memories; with -Rewind, with the
account that it was opened with.
#>
function Use-Sandbox([hashtable] $Sandbox, [switch] $Rewind) {
    Use-EmptyFolder
    foreach ($name in 'KINESCOPE_API_KEY', 'KINESCOPE_API_URL', 'KINESCOPE_UPLOADER_URL') {
        [System.Environment]::SetEnvironmentVariable($name, $Sandbox.Settings[$name])
    }

    Clear-Fault
    if ($Rewind) {
        Invoke-Sandbox Post /sandbox/rewind | Out-Null
    }
    elseif ($Sandbox.Project) {
        Invoke-Sandbox Delete "/v1/projects/$($Sandbox.Project)" | Out-Null
    }

    $env:KINESCOPE_PROJECT_ID = $Sandbox.Project = (Invoke-Sandbox Post /v1/projects @{ name = 'Test' }).id
    Invoke-Sandbox Delete /sandbox/requests | Out-Null
}

<#
.SYNOPSIS
Connects to the sandbox of this test with parameters of Connect-Kinescope, for its next commands. Its own request is forgotten.
#>
function Connect-Sandbox {
    Connect-Kinescope -RetryDelaySeconds 0.05 @args | Out-Null
    Invoke-Sandbox Delete /sandbox/requests | Out-Null
}

<#
.SYNOPSIS
A lesson database as Connect-LessonDatabase gives it, of one that went down since.
#>
function Get-LostDatabase([string] $Url, [int] $MaxRetry) {
    $type = (Get-Command Connect-LessonDatabase).OutputType[0].Type
    $core = $type.Assembly
    $address = $core.GetType('KinescopePS.Database.DatabaseAddress').GetMethod('Parse').Invoke($null, @($Url, $PWD.ProviderPath, $null, $null))
    $table = $core.GetType('KinescopePS.Database.LessonTable').GetField('Default').GetValue($null)
    $store = $core.GetType('KinescopePS.Database.LessonStore').GetMethod('Open').Invoke($null, @($address, $table))
    $database = $type.GetConstructors('NonPublic, Instance')[0].Invoke(@($store))
    $type.GetProperty('MaxRetry').SetValue($database, $MaxRetry)
    $type.GetProperty('RetryDelaySeconds').SetValue($database, 0.0)
    $database
}

function Invoke-Sandbox([string] $Method, [string] $Path, [object] $Body) {
    $request = @{
        Method  = $Method
        Uri     = $env:KINESCOPE_API_URL + $Path
        Headers = @{ Authorization = "Bearer $env:KINESCOPE_API_KEY" }
    }
    if ($Body) {
        $request += @{ Body = ConvertTo-Json $Body -Depth 5; ContentType = 'application/json' }
    }

    (Invoke-RestMethod @request).data
}

<#
.SYNOPSIS
Says what goes wrong with requests: see tools/KinescopeSandbox/Faults/FaultRule.cs.
#>
function Use-Fault([hashtable[]] $Rule) {
    Invoke-Sandbox Put /sandbox/faults $Rule | Out-Null
}

<#
.SYNOPSIS
Says what goes wrong when a file's bytes are sent.
#>
function Use-UploadFault([hashtable] $Fault, [string] $File = '*', [Nullable[int]] $Times) {
    Use-Fault @{ match = @{ method = 'PATCH'; path = '/v2/upload/'; file = $File; times = $Times }; fault = $Fault }
}

function Clear-Fault {
    Invoke-Sandbox Delete /sandbox/faults | Out-Null
}

function Wait-Sandbox([string] $Condition) {
    Invoke-Sandbox Get "/sandbox/wait?$Condition" | Out-Null
}

function Get-SandboxRequest([string] $Method, [string] $Path) {
    Invoke-Sandbox Get "/sandbox/requests?method=$Method&path=$Path"
}

<#
.SYNOPSIS
The videos that Kinescope holds in this test's project, with the SHA-256 of their bytes.
#>
function Get-StoredVideo {
    foreach ($video in Invoke-Sandbox Get "/v1/videos?per_page=100&project_id=$env:KINESCOPE_PROJECT_ID") {
        [pscustomobject]@{
            Id     = $video.id
            Title  = $video.title
            Sha256 = (Invoke-Sandbox Get "/sandbox/videos/$($video.id)/sha256").sha256
        }
    }
}

<#
.SYNOPSIS
Fails unless Kinescope holds one video for each file, byte for byte, and no other.
#>
function Assert-StoredOnce([string[]] $File) {
    $expected = Get-FileHash -LiteralPath $File -Algorithm SHA256 | ForEach-Object { $_.Hash.ToLowerInvariant() } | Sort-Object
    Get-StoredVideo | ForEach-Object Sha256 | Sort-Object | Should -Be $expected
}

function Write-Video([string] $Path, [int] $Length, [int] $Seed) {
    $bytes = [byte[]]::new($Length)
    [System.Random]::new($Seed).NextBytes($bytes)
    [System.IO.File]::WriteAllBytes((Join-Path $PWD.ProviderPath $Path), $bytes)
}

<#
.SYNOPSIS
Writes a course into the current folder: a file for each lesson, named after its id, and the manifest.
#>
function Write-Course([string[]] $LessonId = @('l0', 'l1', 'l2'), [int] $Length = 1000) {
    $seed = 0
    $lessons = foreach ($id in $LessonId) {
        Write-Video "$id.mp4" $Length ($seed++)
        @{ id = $id; filepath = "$id.mp4"; title_original = "Lesson $id.mp4" }
    }

    Write-Manifest $lessons
}

function Write-Manifest([object[]] $Lesson, [string] $Path = 'manifest.json') {
    $course = @{ id = '02_ads'; skill_category = 'MARKETING'; modules = @(@{ id = 'm1'; lessons = $Lesson }) }
    ConvertTo-Json @{ courses = @($course) } -Depth 6 | Set-Content -LiteralPath $Path
}

<#
.SYNOPSIS
Writes the sandbox's invented library of 405 lessons, with manifest.json and lessons.db.
#>
function Write-SampleLibrary([string] $Path) {
    & $dotnet $sandboxProgram sample $Path --scale 0.01 | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "The sample library could not be written: exit code $LASTEXITCODE."
    }
}

<#
.SYNOPSIS
The errors of a script, those that end it and those that do not.
#>
function Get-Failure([scriptblock] $Script) {
    $ErrorActionPreference = 'Continue'
    try {
        & $Script 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }
    }
    catch {
        $_
    }
}

function Get-ErrorId([scriptblock] $Script) {
    Get-Failure $Script | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] }
}

<#
.SYNOPSIS
A receiver of webhooks on this machine. Its Requests are what came: each with Line and Body; its Status is what it answers.
#>
function Open-Receiver {
    $state = [hashtable]::Synchronized(@{ Status = '200 OK'; Requests = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new()) })
    $state.Listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $state.Listener.Start()
    $state.Uri = "http://127.0.0.1:$($state.Listener.LocalEndpoint.Port)"
    $state.Shell = [powershell]::Create().AddScript({
            param($state)
            $ErrorActionPreference = 'Stop'
            while ($true) {
                $connection = $state.Listener.AcceptTcpClient()
                $reader = [System.IO.StreamReader]::new($connection.GetStream(), [System.Text.Encoding]::Latin1)
                $head = @(while ($line = $reader.ReadLine()) { $line })
                $length = [int] ("$($head -match '^Content-Length:')" -replace '\D')
                $body = [char[]]::new($length)
                [void] $reader.ReadBlock($body, 0, $length)
                [void] $state.Requests.Add([pscustomobject]@{ Line = $head[0]; Body = [System.Text.Encoding]::UTF8.GetString([System.Text.Encoding]::Latin1.GetBytes($body)) })
                $answer = [System.Text.Encoding]::Latin1.GetBytes("HTTP/1.1 $($state.Status)`r`nContent-Length: 0`r`nConnection: close`r`n`r`n")
                $connection.GetStream().Write($answer, 0, $answer.Length)
                $connection.Dispose()
            }
        }).AddArgument($state)
    [void] $state.Shell.BeginInvoke()
    $state
}

function Close-Receiver([hashtable] $Receiver) {
    $Receiver.Listener.Stop()
    $Receiver.Shell.Dispose()
}

<#
.SYNOPSIS
A script in a session of its own in this process, at the current location, not yet started.
#>
function Open-Shell([string] $Script) {
    $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $shell.AddScript('param($module, $location) Import-Module $module; Set-Location -LiteralPath $location').
        AddArgument($module).AddArgument($PWD.ProviderPath).Invoke() | Out-Null
    $shell.Commands.Clear()
    $shell.AddScript($Script)
}

<#
.SYNOPSIS
Says how to start the PowerShell that runs the tests, at the current location.
#>
function New-PwshStart {
    $program, $arguments = $pwsh + $args
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    $start.WorkingDirectory = $PWD.ProviderPath
    foreach ($argument in $arguments) {
        $start.ArgumentList.Add($argument)
    }

    $start
}

<#
.SYNOPSIS
Starts a script in a process of its own, at the current location; $module in it is the path of the built module.
#>
function Open-Pwsh([string] $Script) {
    $file = Join-Path $TestDrive "$(New-Guid).ps1"
    Set-Content -LiteralPath $file "param(`$module)`n$Script"
    $start = New-PwshStart -NoProfile -NonInteractive -File $file $module
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    [System.Diagnostics.Process]::Start($start)
}

<#
.SYNOPSIS
Runs a script in a process of its own and returns the lines it wrote, those on the error stream last.
#>
function Invoke-Pwsh([string] $Script) {
    $process = Open-Pwsh $Script
    $errors = $process.StandardError.ReadToEndAsync()
    $output = $process.StandardOutput.ReadToEnd() + $errors.Result
    $process.WaitForExit()
    $output -split '\r?\n' | Where-Object { $_ }
}
