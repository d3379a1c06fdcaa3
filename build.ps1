#!/usr/bin/env pwsh

<#
.SYNOPSIS
Builds, tests, shows and packs KinescopePS.
.DESCRIPTION
Build leaves the complete module in out/KinescopePS. Test runs all tests, the Pester suite among them; TestWindows runs that suite in
PowerShell for Windows, on Linux under Wine. Demo runs the main job end to end against a local Kinescope. Pack writes
out/KinescopePS.<version>.nupkg for the PowerShell Gallery and out/KinescopePS-<version>.zip: the same bytes for the same commit.
TestPackage installs that zip into an empty folder of modules and runs the Pester suite on it.

Tests and demo run in the PowerShell that the repository pins, or in the one that the variable KINESCOPEPS_PWSH names.
.EXAMPLE
./build.ps1 -Task Build, Test
#>
[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The tasks use it.')]
[CmdletBinding()]
param(
    # What to do, in this order.
    [ValidateSet('Clean', 'Build', 'Test', 'TestWindows', 'Demo', 'Pack', 'TestPackage')]
    [string[]] $Task = 'Build',

    # Debug is for work on the module. Pack always takes Release.
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
$out = Join-Path $PSScriptRoot 'out'

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE -ne 0) {
        throw "dotnet $($args -join ' ') ended with exit code $LASTEXITCODE."
    }
}

function Invoke-Clean {
    Invoke-Dotnet clean $PSScriptRoot --configuration $Configuration
    if (Test-Path $out) {
        Remove-Item $out -Recurse -Force
    }
}

function Invoke-Build {
    Invoke-Dotnet build $PSScriptRoot --configuration $Configuration
}

function Invoke-Test {
    Invoke-Dotnet test --configuration $Configuration
}

function Invoke-TestWindows {
    & bash (Join-Path $PSScriptRoot 'tests/Windows/run')
    if ($LASTEXITCODE -ne 0) {
        throw "tests/Windows/run ended with exit code $LASTEXITCODE."
    }
}

function Invoke-TestPackage {
    $modules = Join-Path $out 'installed'
    if (Test-Path $modules) {
        Remove-Item $modules -Recurse -Force
    }

    $version = (Import-PowerShellDataFile (Join-Path $PSScriptRoot 'KinescopePS.psd1')).ModuleVersion
    Expand-Archive (Join-Path $out "KinescopePS-$version.zip") $modules
    $env:KINESCOPEPS_MODULE = Join-Path $modules 'KinescopePS' $version
    try {
        Invoke-Dotnet test --project tests/PesterRunner --configuration $Configuration
    }
    finally {
        $env:KINESCOPEPS_MODULE = $null
    }
}

function Invoke-Demo {
    Invoke-Dotnet run --project tools/KinescopeSandbox --configuration $Configuration -- demo
}

function Invoke-Pack {
    # A folder of its own: the one of everyday builds may hold what is no longer made.
    $package = Join-Path $out 'package'
    $built = Join-Path $package 'KinescopePS'
    if (Test-Path $package) {
        Remove-Item $package -Recurse -Force
    }

    # The path of the working copy is kept out of the binaries.
    Invoke-Dotnet build (Join-Path $PSScriptRoot 'src/KinescopePS') --configuration Release --no-incremental '-p:CompileAhead=true' '-p:ContinuousIntegrationBuild=true' "-p:ModuleOutputPath=$built/"
    Invoke-Dotnet run --project (Join-Path $PSScriptRoot 'tools/PackageBuilder') --configuration Release -- $built $out
}

# dotnet test looks at global.json in the current folder.
Push-Location $PSScriptRoot
try {
    foreach ($name in $Task) {
        & "Invoke-$name"
    }
}
finally {
    Pop-Location
}
