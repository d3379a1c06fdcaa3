#!/usr/bin/env pwsh
#Requires -Version 7.4
<#
.SYNOPSIS
Has Windows' Task Scheduler run Invoke-NightlyUpload.ps1 every night.

.DESCRIPTION
The task runs as you, whether you are signed in or not, without keeping your password (S4U). Such a task reaches local disks but no network
shares that want your password. The machine is woken for it; a start that was missed is made up for; a second one beside a run that
goes on is left out.

.EXAMPLE
./Register-NightlyUpload.ps1 -Path D:\school -EnvironmentFile D:\school\.env -At 01:30

.EXAMPLE
./Register-NightlyUpload.ps1 -Path D:\school -EnvironmentFile D:\school\.env -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    # The folder that holds manifest.json.
    [Parameter(Mandatory)] [string] $Path,

    # The file that holds the settings. Only you should be able to read it.
    [Parameter(Mandatory)] [string] $EnvironmentFile,

    # When it begins.
    [datetime] $At = '01:30',

    # After this time no new file is begun.
    [timespan] $MaxDuration = '06:00:00',

    [string] $TaskName = 'Kinescope nightly upload'
)

$ErrorActionPreference = 'Stop'
$quoted = foreach ($value in (Join-Path $PSScriptRoot Invoke-NightlyUpload.ps1), (Resolve-Path -LiteralPath $Path).ProviderPath, (Resolve-Path -LiteralPath $EnvironmentFile).ProviderPath) {
    '"{0}"' -f $value.TrimEnd('\')
}

$argument = '-NoProfile -NonInteractive -WindowStyle Hidden -File {0} -Path {1} -EnvironmentFile {2} -MaxDuration {3}' -f $quoted[0], $quoted[1], $quoted[2], $MaxDuration
if ($PSCmdlet.ShouldProcess($TaskName, "Run pwsh $argument at $($At.ToString('t'))")) {
    $task = @{
        TaskName  = $TaskName
        Action    = New-ScheduledTaskAction -Execute ([System.Environment]::ProcessPath) -Argument $argument
        Trigger   = New-ScheduledTaskTrigger -Daily -At $At
        Principal = New-ScheduledTaskPrincipal -UserId "$env:USERDOMAIN\$env:USERNAME" -LogonType S4U -RunLevel Limited
        Settings  = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable -WakeToRun -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries -ExecutionTimeLimit ([timespan]::Zero)
    }
    Register-ScheduledTask @task -Force
}
