#!/usr/bin/env pwsh

<#
.SYNOPSIS
Looks, maps, uploads, waits and links, without anybody there: for systemd, cron and Task Scheduler.

.DESCRIPTION
Looks by Test-LessonUpload whether all that the upload needs is there, then does what this line does, and tells by its exit code, its log,
one line of output and, where that is wanted, a message and a report how that went:

    Get-LessonVideoMap | Send-KinescopeVideo -Verify | Set-LessonVideoId

It never asks anything. Run it again after any end: it goes on where the last run stopped. A file that cannot be played, as one that is
still being copied, is named and left for the next night.

Exit codes:
0  all lessons are uploaded and linked, or were before
1  something that was not foreseen; also what PowerShell itself ends with
2  some lessons failed, or could not be linked; the others are done
3  a setting is missing or wrong, or there is no lesson to upload; nothing will work until it is put right
4  Kinescope refuses the key, or the plan or the balance is used up
5  another run is active; nothing was done
6  the time of -MaxDuration was up, the run was asked to end, or files are too young (-MinimumAge) or not there yet (-AwaitMissing): nothing
   failed, and the next run goes on with the lessons that are left

The log is NDJSON, a file for each run: an object a line, with "at" (UTC) and "event" (start, finding, lesson, link, warning, error, left,
summary). Get-KinescopeNight shows the nights from their logs.

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

    # A file that was changed within this time waits for the next run, as one that is still being copied: 10m, 1h.
    [string] $MinimumAge,

    # A lesson whose file is not there yet waits for a later run, as in a folder that is watched; where machines share the record, one of them
    # may have it, and it is an error as ever.
    [switch] $AwaitMissing,

    # A file that was changed since its upload becomes the new content of its lesson's video, whose id and links stay: see -Replace of
    # Send-KinescopeVideo. Without it such a file becomes a new video.
    [switch] $Replace,

    # The largest file that -Replace sends, in bytes such as 5GB: nobody is asked at night, and a larger one is an error of its lesson.
    [ValidateRange(0, [long]::MaxValue)]
    [long] $ReplaceLimit = 2GB,

    # Also sends what stands beside each video: lesson.jpg is its poster, lesson.ru.srt its subtitles, lesson.chapters.txt its chapters. What
    # fails there makes the exit code 2, though the video is uploaded and linked.
    [switch] $WithCompanions,

    # Leaves out lessons whose row has a video. Needed where videos were linked without this progress file.
    [switch] $CheckDatabase,

    # Default: kinescope-upload-progress.jsonl beside the manifest. The undo file kinescope-undo.jsonl is kept beside it. Or a database
    # that several machines share: postgresql://user@host/name, or LessonDatabase for the one that is connected; the undo file is then
    # beside the manifest.
    [string] $ProgressFile,

    # Default: the folder logs beside the manifest.
    [string] $LogFolder,

    # How many files are sent at once, or Auto.
    [string] $ThrottleLimit = '3',

    # How often in a row a step of an upload is repeated without progress.
    [int] $MaxRetry = 10,

    # How long an outage of Kinescope or of the network is waited out, though the retries are used up.
    [string] $Patience = '3h',

    # How fast the run may send, in bytes a second: 20MB, or '09:00=5MB 19:00=off'. Half of a line of 100 Mbit/s is 6MB.
    [string] $BandwidthLimit,

    # After this time no new file is begun: 6h, 1h30m, or 6:00 for hours and minutes. Lessons that are left then make the exit code 6.
    [string] $MaxDuration,

    # Links a video as soon as Kinescope has its bytes, without waiting until it is processed and compared.
    [switch] $SkipVerify,

    # Opens no video file in the look before the upload: it goes by sizes and names alone.
    [switch] $Quick,

    # The report of the night, an HTML file; it takes the place of the one of the night before.
    [string] $Report,

    # The webhook that gets a message about each run: Slack, Mattermost, Telegram, or one that takes JSON. The address is a secret: better
    # is KINESCOPE_NOTIFY_URI in the environment file, which is used where this is not given.
    [string] $NotifyUri,

    # Which runs are told: Always, or Problem for those that do not end with 0. That another run is active, or that nothing but files
    # is waited for (-MinimumAge, -AwaitMissing), is no problem.
    [ValidateSet('Always', 'Problem')]
    [string] $NotifyOn = 'Always',

    # The address that is called at the end of a run that needs nobody (exit codes 0 and 6), so that what watches it notices a night that did
    # not run. With {exitCode} or {outcome} in it, it is called for each run. Default: KINESCOPE_PING_URI.
    [string] $PingUri,

    # Also writes how it went to Windows' event log: Application, source KinescopePS where Register-NightlyUpload.ps1 could make it.
    [switch] $EventLog,

    # The number of runs whose logs are kept.
    [ValidateRange(1, 100000)]
    [int] $KeepLog = 90,

    # The module: its name where it is installed, else its folder.
    [string] $Module = 'KinescopePS'
)

$ProgressPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$ErrorActionPreference = 'Continue'

$exitCodes = @{ Success = 0; Unforeseen = 1; PartialFailure = 2; Configuration = 3; Refused = 4; AlreadyRunning = 5; Unfinished = 6 }
$outcomes = @{
    Refused        = 'TokenRejected', 'AccessDenied', 'PaymentRequired'
    AlreadyRunning = 'ProgressFileLocked'
    # These end a run too, but may pass by themselves.
    PartialFailure = 'DatabaseUnreachable', 'KinescopeUnavailable', 'HostUnreachable', 'RateLimited', 'AnswerInvalid'
}
$count = [ordered]@{ mapped = 0; uploaded = 0; skipped = 0; failed = 0; left = 0; linked = 0; errors = 0; warnings = 0; bytesSent = 0L }
if ($WithCompanions) {
    $count += [ordered]@{ companionsSent = 0; companionsFailed = 0; companionsLeft = 0 }
}

$begun = [datetime]::UtcNow
$log = $null
$stopped = $null
$misspelt = $false
$lessons = $findings = @()
$settings = @{}
$file = $unlogged = $null
$keepsLogs = $false
$isCourseGiven = $PSBoundParameters.ContainsKey('Course')
$told = [System.Collections.Generic.HashSet[string]]::new()
$handled = [System.Collections.Generic.HashSet[string]]::new()

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

function Write-Problem([string] $Id, [string] $Message, [string] $Lesson) {
    $count.errors++
    [void] $told.Add($Id)
    Write-LogEvent error ([ordered]@{ id = $Id; message = $Message; lesson = $Lesson })
    $subject = $Lesson -and -not $Message.Contains($Lesson) ? "${Lesson}: " : ''
    [Console]::Error.WriteLine("$subject$Message" -replace '\p{Cc}', ' ')
}

function Write-Failure([System.Management.Automation.ErrorRecord] $Failure) {
    # It stopped the uploads, though not the pipeline.
    if ($Failure.Exception.StopsRun) {
        $script:stopped = $Failure
    }

    $script:misspelt = $misspelt -or $Failure.FullyQualifiedErrorId -like 'CourseNotFound,*'
    # The object that failed: a lesson, its upload or its id; what is of many lessons is of none.
    $target = $Failure.TargetObject
    $lesson = $target.LessonId ? $target.LessonId : ($target -is [string] ? $target : '')
    Write-Problem ($Failure.FullyQualifiedErrorId -split ',')[0] "$Failure" $(if ($lesson -is [string]) { $lesson })
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

function Test-Awaited([object] $Lesson) {
    $AwaitMissing -and -not $isShared -and "$($Lesson.State)" -eq 'Missing' -and -not $Lesson.VideoId
}

# What passes from Send-KinescopeVideo to Set-LessonVideoId.
function Write-Upload([object] $Upload) {
    $status = "$($Upload.Status)"
    [void] $handled.Add($Upload.LessonId)
    $count[$status.ToLowerInvariant()]++
    $count.bytesSent += $Upload.BytesSent
    $beside = [ordered]@{}
    if ($WithCompanions) {
        $beside = [ordered]@{ companions = @($Upload.Companions); companionsFailed = @($Upload.CompanionsFailed); companionsLeft = @($Upload.CompanionsLeft) }
        $count.companionsSent += $beside.companions.Count
        $count.companionsFailed += $beside.companionsFailed.Count
        $count.companionsLeft += $beside.companionsLeft.Count
    }

    Write-LogEvent lesson ([ordered]@{
            lesson = $Upload.LessonId; course = $Upload.Course; status = $status; video = $Upload.VideoId; verification = "$($Upload.Verification)"; bytes = $Upload.Length
            sent = $Upload.BytesSent; seconds = [System.Math]::Round($Upload.Duration.TotalSeconds, 1); error = $Upload.Error
        } + $beside)
}

# The end of the night: none of it may change how the night went.
function Write-Afterwards([string] $What, [scriptblock] $Do) {
    try {
        & $Do
    }
    catch {
        $id = ($_.FullyQualifiedErrorId -split ',')[0]
        # That there is no address is no fault; and what ended the night is not said twice.
        if ($id -ne 'NotificationUriMissing' -and -not $told.Contains($id)) {
            Write-LogEvent warning @{ message = "${What}: $_"; id = $id }
            [Console]::Error.WriteLine("${What}: $_" -replace '\p{Cc}', ' ')
        }
    }
}

# Windows knows sources that an administrator registered; "Application" is always one.
function Write-WindowsEvent([string] $Message) {
    if (-not $IsWindows) {
        throw 'Only Windows has an event log; elsewhere the journal or the mail of the scheduler has the line.'
    }

    $source = (Test-Path HKLM:/SYSTEM/CurrentControlSet/Services/EventLog/Application/KinescopePS) ? 'KinescopePS' : 'Application'
    $kind = $outcome -in 'Success', 'Unfinished', 'AlreadyRunning' ? 'Information' : ($outcome -eq 'PartialFailure' ? 'Warning' : 'Error')
    [System.Diagnostics.EventLog]::WriteEntry($source, $Message, $kind, 100 + $exitCodes[$outcome])
}

function Write-Report {
    $told = @{ Path = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Report); Log = $log.BaseStream.Name; Force = $true; ErrorAction = 'Stop' }
    if ($file -and -not $isShared -and (Test-Path -LiteralPath $file)) { $told.ProgressFile = $file }
    @($lessons) + @($findings) | Where-Object { $_ } | Export-KinescopeReport @told
}

# Schedulers hand a list over as one text: -Course 02_ads,03_ai.
$Course = $Course | ForEach-Object { $_ -split ',' } | ForEach-Object Trim | Where-Object { $_ }
$EnvironmentFile = $EnvironmentFile | Where-Object { $_ } | ForEach-Object { (Test-Path -LiteralPath $_) ? $_ : ($_ -split ',').Trim() } | Where-Object { $_ }

$outcome = 'Success'
try {
    $place = (Resolve-Path -LiteralPath $Path -ErrorAction Ignore).ProviderPath
    $folder = -not $place ? $null : (Test-Path -LiteralPath $place -PathType Container) ? $place : (Split-Path -LiteralPath $place)
    $name = "kinescope-$($begun.ToString('yyyyMMdd-HHmmss'))-$PID.ndjson"
    try {
        if (-not $LogFolder -and -not $folder) { throw 'there is no folder of a manifest' }
        $LogFolder = [System.IO.Directory]::CreateDirectory($LogFolder ? $PSCmdlet.GetUnresolvedProviderPathFromPSPath($LogFolder) : (Join-Path $folder logs)).FullName
        $log = [System.IO.StreamWriter]::new((Join-Path $LogFolder $name), $true)
        $keepsLogs = $true
    }
    catch {
        # The message about this night is made from a log all the same.
        $unlogged = $_
        $log = [System.IO.StreamWriter]::new((Join-Path ([System.IO.Path]::GetTempPath()) $name), $true)
    }

    $log.AutoFlush = $true
    Write-LogEvent start ([ordered]@{ path = $place ? $place : $Path; course = $Course; process = $PID; machine = [System.Environment]::MachineName })
    $settings = $EnvironmentFile ? @{ EnvironmentFile = $EnvironmentFile } : @{}
    try {
        Import-Module $Module -ErrorAction Stop
    }
    catch {
        Write-Error "The module cannot be loaded: $_" -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

    if (-not $place) {
        Write-Error "There is no manifest or folder $Path." -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

    if ($unlogged) {
        Write-Error "The log cannot be written: $unlogged" -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

    if ($isCourseGiven -and -not $Course) {
        Write-Error '-Course is empty. Leave it out for all courses.' -ErrorId NightlyUploadSetting -ErrorAction Stop
    }

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
    $replaces = $Replace ? @{ Replace = $true; ReplaceLimit = $ReplaceLimit } : @{}
    $send += $replaces
    if ($WithCompanions) { $send.WithCompanions = $true }
    # The log and the last line of the night say it all.
    $send.InformationAction = 'SilentlyContinue'
    $doubts | ForEach-Object { Write-Result $_ }
    if ($BasePath) { $map.BasePath = $BasePath }
    if ($Course) { $map.Course = $Course }
    if ($MinimumAge) { $map.MinimumAge = $MinimumAge }
    if ($BandwidthLimit) { $send.BandwidthLimit = $BandwidthLimit }
    if ($MaxDuration) { $send.MaxDuration = $MaxDuration }

    $lessons = @(Get-LessonVideoMap @map 2>&1 3>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord] -or $_ -is [System.Management.Automation.WarningRecord]) { Write-Result $_ }
            else { $_ }
        })
    $count.mapped = $lessons.Count

    # What is of the whole run and does not pass by itself ends it before a byte is sent. A lesson whose file cannot be played is left out;
    # what else is wrong with a lesson, its upload says.
    $unfit = @{}
    $look = $settings + $replaces + @{ ProgressFile = $send.ProgressFile; Quick = $Quick; FailOn = 'Never' }
    if ($lessons -and -not $stopped) {
        $findings = @($lessons | Where-Object { -not (Test-Awaited $_) } | Test-LessonUpload @look 3>$null)
    }

    foreach ($finding in $findings | Where-Object { $_.Level -and "$($_.Level)" -ne 'Information' }) {
        Write-LogEvent finding ([ordered]@{ level = "$($finding.Level)"; id = $finding.ErrorId; message = $finding.Message; lesson = $finding.LessonId })
        $isError = "$($finding.Level)" -eq 'Error'
        if ($isError -and $finding.LessonId -and "$($finding.Check)" -eq 'File') {
            $unfit[$finding.LessonId] = $true
            Write-Problem $finding.ErrorId $finding.Message $finding.LessonId
        }
        elseif ($isError -and -not $finding.LessonId -and $finding.ErrorId -notin $outcomes.PartialFailure) {
            Write-Problem $finding.ErrorId ($finding.Path ? "$($finding.Path): $($finding.Message)" : $finding.Message)
            $outcome = ($outcomes.Keys | Where-Object { $finding.ErrorId -in $outcomes[$_] }) ?? 'Configuration'
        }
    }

    if ($outcome -eq 'Success') {
        & {
            $lessons | Where-Object { -not $unfit[[string] $_.LessonId] -and -not (Test-Awaited $_) } | Send-KinescopeVideo @send | ForEach-Object { Write-Upload $_; $_ } | Set-LessonVideoId @link -PassThru
        } 2>&1 3>&1 | ForEach-Object { Write-Result $_ }
        if ($stopped) {
            $outcome = Get-Outcome $stopped
        }
        elseif ($misspelt -and $count.mapped -eq 0) {
            $outcome = 'Configuration'
        }
        elseif ($count.errors -gt 0 -or $count.failed -gt 0 -or $count.companionsFailed -gt 0) {
            $outcome = 'PartialFailure'
        }
        elseif ($count.mapped -eq 0) {
            Write-Error 'There is no lesson to upload.' -ErrorId NightlyUploadSetting -ErrorAction Stop
        }
        elseif ($count.mapped -gt $handled.Count) {
            $outcome = 'Unfinished'
        }
    }
}
catch {
    Write-Failure $_
    $outcome = Get-Outcome $_
}

# What another run has in hand is not left.
if ($outcome -eq 'AlreadyRunning') { $lessons = @() }
$count.left = $lessons ? $count.mapped - $count.uploaded - $count.skipped - $count.failed : 0
$lessons | Where-Object { -not $handled.Contains($_.LessonId) } | ForEach-Object { Write-LogEvent left ([ordered]@{ lesson = $_.LessonId; course = $_.Course }) }
$seconds = [System.Math]::Round(([datetime]::UtcNow - $begun).TotalSeconds, 1)
Write-LogEvent summary ([ordered]@{ outcome = $outcome; exitCode = $exitCodes[$outcome]; seconds = $seconds } + $count)
$beside = -not $WithCompanions ? '' : ', beside them {0} sent, {1} failed{2}' -f $count.companionsSent, $count.companionsFailed, ($count.companionsLeft ? ", $($count.companionsLeft) left" : '')
$line = '{0}: {1} mapped, {2} uploaded, {3} skipped, {4} failed, {5} left, {6} linked{7}, {8} errors; {9:N1} MiB sent in {10} s' -f $outcome,
    $count.mapped, $count.uploaded, $count.skipped, $count.failed, $count.left, $count.linked, $beside, $count.errors, ($count.bytesSent / 1MB), $seconds

if ($keepsLogs) {
    Write-Afterwards 'Old logs could not be removed' {
        Get-ChildItem -LiteralPath $LogFolder -Filter kinescope-*.ndjson -ErrorAction Stop | Where-Object Name -Match '^kinescope-\d{8}-\d{6}-\d+\.ndjson$' |
            Sort-Object Name -Descending | Select-Object -Skip $KeepLog | Remove-Item -ErrorAction Stop
    }
}

if ($EventLog) {
    Write-Afterwards 'The event log was not written' { Write-WindowsEvent $line }
}

if (Get-Module KinescopePS) {
    if ($told.Contains('EnvironmentFileNotFound') -or $told.Contains('EnvironmentFileUnreadable')) { $settings = @{} }
    $night = Get-KinescopeNight -LiteralPath $log.BaseStream.Name
    if ($Report) {
        Write-Afterwards 'The report was not written' { Write-Report }
    }

    $isWaiting = $outcome -eq 'Unfinished' -and -not ($lessons | Where-Object { -not $handled.Contains($_.LessonId) -and "$($_.State)" -ne 'Changing' -and -not (Test-Awaited $_) })
    if ($NotifyOn -eq 'Always' -or ($outcome -notin 'Success', 'AlreadyRunning' -and -not $isWaiting)) {
        $address = $NotifyUri ? @{ Uri = $NotifyUri } : @{}
        Write-Afterwards 'No message was sent' { $night | Send-KinescopeNotification @settings @address -ErrorAction Stop }
    }

    $address = $PingUri ? @{ Uri = $PingUri } : @{}
    Write-Afterwards 'The ping did not arrive' { $night | Send-KinescopeNotification -Ping @settings @address -ErrorAction Stop }
}

if ($log) {
    $log.Dispose()
}

$line
exit $exitCodes[$outcome]
