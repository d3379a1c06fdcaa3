#!/usr/bin/env pwsh
#Requires -Version 7.4

<#
.SYNOPSIS
Has Windows' Task Scheduler run Invoke-NightlyUpload.ps1 every night.

.DESCRIPTION
The task runs as you, whether you are signed in or not, without keeping your password (S4U). Such a task reaches local disks but no network
shares that want your password. The machine is woken for it; a start that was missed is made up for; a second one beside a run that
goes on is left out. It starts in the manifest's folder, and whatever execution policy the machine has, but for one set by Group Policy.

.EXAMPLE
./Register-NightlyUpload.ps1 -Path D:\school -EnvironmentFile D:\school\.env -At 01:30

.EXAMPLE
./Register-NightlyUpload.ps1 -Path D:\school -EnvironmentFile D:\school\.env -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The manifest, or the folder that holds manifest.json.
    [Parameter(Mandatory)] [string] $Path,

    # The file that holds the settings. Only you should be able to read it.
    [Parameter(Mandatory)] [string] $EnvironmentFile,

    # When it begins.
    [datetime] $At = '01:30',

    # How often it is run from then on, as for a folder that is watched: 10m, 1h. Default: once a day.
    [ValidatePattern('^(\d+:[0-5]?\d(:[0-5]?\d)?|(\d+[dhms])+)$')]
    [string] $Every,

    # A file that was changed within this time waits for the next run, as one that is still being copied: 10m, 1h.
    [ValidatePattern('^(\d+:[0-5]?\d(:[0-5]?\d)?|(\d+[dhms])+)$')]
    [string] $MinimumAge,

    # A lesson whose file is not there yet waits for a later run.
    [switch] $AwaitMissing,

    # A file that was changed since its upload becomes the new content of its lesson's video, whose id and links stay.
    [switch] $Replace,

    # The largest file that -Replace sends, in bytes such as 5GB; a larger one is an error of its lesson. Default: 2GB.
    [ValidateRange(0, [long]::MaxValue)]
    [long] $ReplaceLimit,

    # Also sends what stands beside each video: its poster, subtitles and chapters.
    [switch] $WithCompanions,

    # Which runs are told by a message: Always, or Problem. Default: Always; with -Every Problem.
    [ValidateSet('Always', 'Problem')]
    [string] $NotifyOn,

    # The number of runs whose logs are kept. Default: 90; with -Every 1000.
    [ValidateRange(0, 100000)]
    [int] $KeepLog,

    # After this time no new file is begun: 6h, 1h30m, or 6:00 for hours and minutes.
    [ValidatePattern('^(\d+:[0-5]?\d(:[0-5]?\d)?|(\d+[dhms])+)$')]
    [string] $MaxDuration = '6h',

    # The report of each night, an HTML file.
    [string] $Report,

    # Opens no video file in the look before the upload.
    [switch] $Quick,

    # Also writes how each night went to the event log: Application. An administrator gives it a source of its own, KinescopePS.
    [switch] $EventLog,

    # The task's name in Task Scheduler. One of that name is replaced.
    [string] $TaskName = 'Kinescope nightly upload'
)

$ErrorActionPreference = 'Stop'

# The PowerShell that you would start. Where it is on PATH, its path there survives an update; the Store and .NET's tools keep each version
# in a folder of its own.
function Find-PowerShell {
    # PowerShell itself puts its own folder on PATH.
    $others = Get-Command pwsh -CommandType Application -All -ErrorAction Ignore | Where-Object { (Split-Path $_.Source) -ne $PSHOME }
    foreach ($found in $others) {
        try {
            if ((& $found -NoProfile -NonInteractive -Command '$PSHOME') -eq $PSHOME) {
                return $found.Source
            }
        }
        catch {
            Write-Verbose "$($found.Source) cannot be started: $_"
        }
    }

    $running = [System.Environment]::ProcessPath
    if ((Split-Path $running -LeafBase) -eq 'dotnet') {
        return $running, (Join-Path $PSHOME pwsh.dll)
    }

    $running
}

# As Windows takes a command line apart: backslashes stand for themselves, except before a quote.
function ConvertTo-Argument([string] $Value) {
    '"{0}"' -f ($Value -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1')
}

# As the module reads it: 24:00 are hours.
function ConvertTo-TimeSpan([string] $Text) {
    if ($Text.Contains(':')) {
        $hours, $minutes, $rest = [int[]] $Text.Split(':')
        return [timespan]::new($hours, $minutes, [int] $rest)
    }

    $seconds = @{ d = 86400; h = 3600; m = 60; s = 1 }
    [timespan]::FromSeconds(([regex]::Matches($Text, '(\d+)([dhms])', 'IgnoreCase') | Measure-Object -Sum { [int] $_.Groups[1].Value * $seconds[$_.Groups[2].Value] }).Sum)
}

$interval = $Every ? (ConvertTo-TimeSpan $Every) : [timespan]::Zero
if ($Every -and ($interval -lt [timespan]::FromMinutes(1) -or $interval -gt [timespan]::FromDays(31))) {
    throw "-Every $Every is none that Task Scheduler takes: 1m to 31d."
}

$place = (Resolve-Path -LiteralPath $Path).ProviderPath
$folder = (Test-Path -LiteralPath $place -PathType Container) ? $place : (Split-Path -LiteralPath $place)
$powerShell, $assembly = Find-PowerShell
$argument = @(
    if ($assembly) { ConvertTo-Argument $assembly }
    '-NoProfile -NonInteractive -WindowStyle Hidden -ExecutionPolicy Bypass -File'
    ConvertTo-Argument (Join-Path $PSScriptRoot Invoke-NightlyUpload.ps1)
    '-Path', (ConvertTo-Argument $place)
    '-EnvironmentFile', (ConvertTo-Argument (Resolve-Path -LiteralPath $EnvironmentFile).ProviderPath)
    '-MaxDuration', $MaxDuration
    if ($MinimumAge) { '-MinimumAge', $MinimumAge }
    if ($AwaitMissing) { '-AwaitMissing' }
    if ($Replace) { '-Replace' }
    if ($WithCompanions) { '-WithCompanions' }
    if ($PSBoundParameters.ContainsKey('ReplaceLimit')) { '-ReplaceLimit', $ReplaceLimit }
    if ($NotifyOn -or $Every) { '-NotifyOn', ($NotifyOn ? $NotifyOn : 'Problem') }
    if ($KeepLog -or $Every) { '-KeepLog', ($KeepLog ? $KeepLog : 1000) }
    if ($Report) { '-Report', (ConvertTo-Argument $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Report)) }
    if ($Quick) { '-Quick' }
    if ($EventLog) { '-EventLog' }
) -join ' '

# Task Scheduler replaces these, and nothing keeps it from doing so.
foreach ($text in $powerShell, $argument, $folder) {
    if ([System.Environment]::ExpandEnvironmentVariables($text) -cne $text -or $text -match '\$\(Arg\d+\)') {
        throw "Task Scheduler would replace a variable in: $text. Rename the folder or file that has %...% or `$(Arg...) in its name."
    }
}

if ($PSCmdlet.ShouldProcess($TaskName, "Run $powerShell $argument at $($At.ToString('t'))$($Every ? ", then every $Every" : '')")) {
    $task = @{
        TaskName  = $TaskName
        Action    = New-ScheduledTaskAction -Execute $powerShell -Argument $argument -WorkingDirectory $folder
        Trigger   = $Every ? (New-ScheduledTaskTrigger -Once -At $At -RepetitionInterval $interval) : (New-ScheduledTaskTrigger -Daily -At $At)
        Principal = New-ScheduledTaskPrincipal -UserId "$env:USERDOMAIN\$env:USERNAME" -LogonType S4U -RunLevel Limited
        Settings  = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -WakeToRun:(-not $Every) -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -ExecutionTimeLimit ([timespan]::Zero)
    }
    Register-ScheduledTask @task -Force
    if ($EventLog) {
        try {
            if (-not [System.Diagnostics.EventLog]::SourceExists('KinescopePS')) {
                [System.Diagnostics.EventLog]::CreateEventSource('KinescopePS', 'Application')
            }
        }
        catch {
            Write-Verbose "The entries come from the source Application: $_"
        }
    }
}
