<#
.SYNOPSIS
Runs the Pester suite on the built module. The last line is: passed failed skipped.
.EXAMPLE
./Invoke-Suite.ps1 -PesterVersion 5.9.0
#>
[CmdletBinding()]
param(
    # The Pester to use, 5.0 or later. Default: the newest that is installed.
    [version] $PesterVersion
)

$ErrorActionPreference = 'Stop'
$wanted = $PesterVersion ? @{ RequiredVersion = $PesterVersion } : @{ MinimumVersion = '5.0' }
Import-Module Pester @wanted

$configuration = New-PesterConfiguration
$configuration.Run.Path = $PSScriptRoot
$configuration.Run.PassThru = $true
$result = Invoke-Pester -Configuration $configuration

# A file that cannot be read and an AfterAll that fails are no tests, but failures.
$failed = [System.Math]::Max($result.FailedCount + $result.FailedContainersCount, [int]($result.Result -ne 'Passed'))
"$($result.PassedCount) $failed $($result.SkippedCount)"
exit [int]($failed -gt 0)
