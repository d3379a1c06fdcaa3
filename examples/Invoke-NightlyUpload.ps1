#!/usr/bin/env pwsh

<#
.SYNOPSIS
Maps, uploads, waits and links, without anybody there: for systemd, cron and Task Scheduler.

.DESCRIPTION
Does what this line does, and tells by its exit code, its log and one line of output how that went:

    Get-LessonVideoMap | Send-KinescopeVideo -Verify | Set-LessonVideoId

It never asks anything. Run it again after any end: it goes on where the last run stopped.

Exit codes:
0  all lessons are uploaded and linked, or were before; with -MaxDuration, all that were begun, one at least
1  something that was not foreseen; also what PowerShell itself ends with
2  some lessons failed, or could not be linked; the others are done
3  a setting is missing or wrong, or there is no lesson to upload; nothing will work until it is put right
4  Kinescope refuses the key, or the plan or the balance is used up
5  another run is active; nothing was done

The log is NDJSON, a file for each run: an object a line, with "at" (UTC) and "event" (start, lesson, link, warning, error, summary).

.EXAMPLE
pwsh -NoProfile -NonInteractive -File Invoke-NightlyUpload.ps1 -Path /srv/school -EnvironmentFile /srv/school/.env

.EXAMPLE
./Invoke-NightlyUpload.ps1 -Course 02_ads, 04_* -MaxDuration 6h -BandwidthLimit '00:00=off 07:00=2MB'
#>
[CmdletBinding()]
param(
    # The manifest, or the folder that holds manifest.json. Progress, what is needed to undo links, and logs are kept beside it.
    [string] $Path = '.',

    # The folder that the manifest's file paths start from. Default: as Get-LessonVideoMap finds it.
    [string] $BasePath,

    # Files in the form of .env that hold the settings. Default: the environment. Several may be one text, with commas.
    [string[]] $EnvironmentFile,

    # Only these courses; wildcards are allowed. Several may be one text, as schedulers write them: 02_ads,03_ai.
    [string[]] $Course,

    # Leaves out lessons whose row has a video. Needed where videos were linked without this progress file.
    [switch] $CheckDatabase,

    # Default: kinescope-upload-progress.jsonl beside the manifest. The undo file kinescope-undo.jsonl is kept beside it. Or a database
    # that several machines share: postgresql://user@host/name, or LessonDatabase for the one that is connected; the undo file is then
    # beside the manifest.
    [string] $ProgressFile,

    # Default: the folder logs beside the manifest.
    [string] $LogFolder,

    # How many files are sent at once.
    [int] $ThrottleLimit = 3,

    # How often in a row a step of an upload is repeated without progress.
    [int] $MaxRetry = 10,

    # How long an outage of Kinescope or of the network is waited out, though the retries are used up.
    [string] $Patience = '3h',

    # How fast the run may send: 20MB, or '09:00=5MB 19:00=off'.
    [string] $BandwidthLimit,

    # After this time no new file is begun: 6h, 1h30m, or 6:00 for hours and minutes.
    [string] $MaxDuration,

    # Links a video as soon as Kinescope has its bytes, without waiting until it is processed and compared.
    [switch] $SkipVerify,

    # The module: its name where it is installed, else its folder.
    [string] $Module = 'KinescopePS'
)

$ProgressPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$ErrorActionPreference = 'Continue'

$exitCodes = @{ Success = 0; Unforeseen = 1; PartialFailure = 2; Configuration = 3; Refused = 4; AlreadyRunning = 5 }
$outcomes = @{
    Refused        = 'TokenRejected', 'AccessDenied', 'PaymentRequired'
    AlreadyRunning = 'ProgressFileLocked'
    # These end a run too, but may pass by themselves.
    PartialFailure = 'DatabaseUnreachable', 'KinescopeUnavailable', 'HostUnreachable', 'RateLimited', 'AnswerInvalid'
}
$count = [ordered]@{ mapped = 0; uploaded = 0; skipped = 0; failed = 0; left = 0; linked = 0; errors = 0; warnings = 0; bytesSent = 0L }
$begun = [datetime]::UtcNow
$log = $null
$stopped = $null
$misspelt = $false

function Write-LogEvent([string] $Name, [System.Collections.IDictionary] $Fields) {
    if ($log) {
        $line = [ordered]@{ at = [datetime]::UtcNow.ToString('o'); event = $Name } + $Fields
        $log.WriteLine((ConvertTo-Json $line -Compress -Depth 3))
    }
}

function Get-Outcome([System.Management.Automation.ErrorRecord] $Failure) {
    $id, $source = $Failure.FullyQualifiedErrorId -split ',', 2
    foreach ($outcome in $outcomes.Keys) {
        if ($id -in $outcomes[$outcome]) {
            return $outcome
        }
    }

    # What else ends one of our commands is a setting that is missing or wrong.
    $source -like 'KinescopePS.Commands.*' -or $id -eq 'NightlyUploadSetting' ? 'Configuration' : 'Unforeseen'
}

function Write-Failure([System.Management.Automation.ErrorRecord] $Failure) {
    $count.errors++
    # It stopped the uploads, though not the pipeline.
    if ($Failure.Exception.StopsRun) {
        $script:stopped = $Failure
    }

    $script:misspelt = $misspelt -or $Failure.FullyQualifiedErrorId -like 'CourseNotFound,*'
    Write-LogEvent error ([ordered]@{ id = ($Failure.FullyQualifiedErrorId -split ',')[0]; message = "$Failure"; target = "$($Failure.TargetObject)" })
    [Console]::Error.WriteLine("$Failure" -replace '\p{Cc}', ' ')
}

function Write-Result([object] $Result) {
    switch ($Result) {
        { $_ -is [System.Management.Automation.ErrorRecord] } { Write-Failure $_; return }
        { $_ -is [System.Management.Automation.WarningRecord] } { $count.warnings++; Write-LogEvent warning @{ message = $_.Message }; return }
        { $_.PSTypeNames -contains 'KinescopePS.LessonLink' } {
            $count.linked++
            Write-LogEvent link ([ordered]@{ lesson = $_.LessonId; video = $_.VideoId; status = "$($_.Status)" })
        }
    }
}

# What passes from Send-KinescopeVideo to Set-LessonVideoId.
function Write-Upload([object] $Upload) {
    $status = "$($Upload.Status)"
    $count[$status.ToLowerInvariant()]++
    $count.bytesSent += $Upload.BytesSent
    Write-LogEvent lesson ([ordered]@{
            lesson = $Upload.LessonId; course = $Upload.Course; status = $status; video = $Upload.VideoId; verification = "$($Upload.Verification)"; bytes = $Upload.Length
            sent = $Upload.BytesSent; seconds = [System.Math]::Round($Upload.Duration.TotalSeconds, 1); error = $Upload.Error
        })
}

# Schedulers hand a list over as one text: -Course 02_ads,03_ai.
$Course = $Course | ForEach-Object { $_ -split ',' } | ForEach-Object Trim | Where-Object { $_ }
$EnvironmentFile = $EnvironmentFile | Where-Object { $_ } | ForEach-Object { (Test-Path -LiteralPath $_) ? $_ : ($_ -split ',').Trim() } | Where-Object { $_ }

$outcome = 'Success'
try {
    if (-not (Test-Path -LiteralPath $Path)) {
        Write-Error "There is no manifest or folder $Path." -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

    $place = (Resolve-Path -LiteralPath $Path).ProviderPath
    $folder = (Test-Path -LiteralPath $place -PathType Container) ? $place : (Split-Path -LiteralPath $place)
    try {
        $LogFolder = [System.IO.Directory]::CreateDirectory($LogFolder ? $PSCmdlet.GetUnresolvedProviderPathFromPSPath($LogFolder) : (Join-Path $folder logs)).FullName
        $log = [System.IO.StreamWriter]::new((Join-Path $LogFolder "kinescope-$($begun.ToString('yyyyMMdd-HHmmss'))-$PID.ndjson"), $true)
        $log.AutoFlush = $true
    }
    catch {
        Write-Error "The log cannot be written: $_" -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

    Write-LogEvent start ([ordered]@{ path = $place; course = $Course; process = $PID })
    try {
        Import-Module $Module -ErrorAction Stop
    }
    catch {
        Write-Error "The module cannot be loaded: $_" -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

    $settings = $EnvironmentFile ? @{ EnvironmentFile = $EnvironmentFile } : @{}
    $map = $settings + @{ Path = $place; CheckDatabase = $CheckDatabase }
    $isShared = $ProgressFile -match '^(postgres(ql)?://.*|LessonDatabase)$'
    $file = $ProgressFile -and -not $isShared ? $PSCmdlet.GetUnresolvedProviderPathFromPSPath($ProgressFile) : (Join-Path $folder kinescope-upload-progress.jsonl)
    $link = $settings + @{ UndoFile = Join-Path (Split-Path -LiteralPath $file) kinescope-undo.jsonl }
    $send = @{
        Session       = Connect-Kinescope @settings -MaxRetry $MaxRetry -Patience $Patience -WarningVariable doubts 3>$null
        ProgressFile  = $isShared ? $ProgressFile : $file
        ThrottleLimit = $ThrottleLimit
        Verify        = -not $SkipVerify
    }
    # The log and the last line of the night say it all.
    $send.InformationAction = 'SilentlyContinue'
    $doubts | ForEach-Object { Write-Result $_ }
    if ($BasePath) { $map.BasePath = $BasePath }
    if ($Course) { $map.Course = $Course }
    if ($BandwidthLimit) { $send.BandwidthLimit = $BandwidthLimit }
    if ($MaxDuration) { $send.MaxDuration = $MaxDuration }

    & {
        Get-LessonVideoMap @map |
            ForEach-Object { $count.mapped++; $_ } |
            Send-KinescopeVideo @send |
            ForEach-Object { Write-Upload $_; $_ } |
            Set-LessonVideoId @link -PassThru
    } 2>&1 3>&1 | ForEach-Object { Write-Result $_ }

    if ($stopped) {
        $outcome = Get-Outcome $stopped
    }
    elseif ($misspelt -and $count.mapped -eq 0) {
        $outcome = 'Configuration'
    }
    elseif ($count.errors -gt 0 -or $count.failed -gt 0) {
        $outcome = 'PartialFailure'
    }
    elseif ($count.mapped -eq 0) {
        Write-Error 'There is no lesson to upload.' -ErrorId NightlyUploadSetting -ErrorAction Stop
    }
}
catch {
    Write-Failure $_
    $outcome = Get-Outcome $_
}

$count.left = $count.mapped - $count.uploaded - $count.skipped - $count.failed
$seconds = [System.Math]::Round(([datetime]::UtcNow - $begun).TotalSeconds, 1)
Write-LogEvent summary ([ordered]@{ outcome = $outcome; exitCode = $exitCodes[$outcome]; seconds = $seconds } + $count)
if ($log) {
    $log.Dispose()
}

'{0}: {1} mapped, {2} uploaded, {3} skipped, {4} failed, {5} left, {6} linked, {7} errors; {8:N1} MiB sent in {9} s' -f $outcome,
    $count.mapped, $count.uploaded, $count.skipped, $count.failed, $count.left, $count.linked, $count.errors, ($count.bytesSent / 1MB), $seconds
exit $exitCodes[$outcome]
