#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, tests, shows and packs KinescopePS.
.DESCRIPTION
Build leaves the complete module in out/KinescopePS. Test runs the .NET tests, and the Pester suite where Pester 5 or later is
installed. Demo runs the main job end to end against a local Kinescope. Pack writes out/KinescopePS.<version>.nupkg for the PowerShell
Gallery and out/KinescopePS-<version>.zip: the same bytes for the same commit. TestPackage installs
that zip into an empty folder of modules and runs the Pester suite on it.
.EXAMPLE
./build.ps1 -Task Build, Test
#>
[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The tasks use it.')]
[CmdletBinding()]
param(
    [ValidateSet('Clean', 'Build', 'Test', 'Demo', 'Pack', 'TestPackage')]
    [string[]] $Task = 'Build',

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
    Push-Location $PSScriptRoot
    try {
        Invoke-Dotnet test --configuration $Configuration
    }
    finally {
        Pop-Location
    }

    if (Get-Module Pester -ListAvailable | Where-Object { $_.Version.Major -ge 5 }) {
        Invoke-PesterSuite
    }
    else {
        Write-Warning 'Pester 5 or later is not installed: the Pester suite was left out.'
    }
}

function Invoke-PesterSuite([string] $Module) {
    # In a process of its own: an assembly that was loaded here would stay.
    $env:KINESCOPEPS_MODULE = $Module
    try {
        & ([System.Environment]::ProcessPath) -NoProfile -File (Join-Path $PSScriptRoot 'tests/Pester/Invoke-Suite.ps1')
    }
    finally {
        $env:KINESCOPEPS_MODULE = $null
    }

    if ($LASTEXITCODE -ne 0) {
        throw 'Pester tests failed.'
    }
}

function Invoke-TestPackage {
    $modules = Join-Path $out 'installed'
    if (Test-Path $modules) {
        Remove-Item $modules -Recurse -Force
    }

    $version = (Import-PowerShellDataFile (Join-Path $PSScriptRoot 'KinescopePS.psd1')).ModuleVersion
    Expand-Archive (Join-Path $out "KinescopePS-$version.zip") $modules
    Invoke-Dotnet build (Join-Path $PSScriptRoot 'tools/KinescopeSandbox') --configuration $Configuration
    Invoke-PesterSuite (Join-Path $modules 'KinescopePS' $version)
}

function Invoke-Demo {
    Push-Location $PSScriptRoot
    try {
        Invoke-Dotnet run --project tools/KinescopeSandbox --configuration $Configuration -- demo
    }
    finally {
        Pop-Location
    }
}

function Invoke-Pack {
    # A folder of its own: the one of everyday builds may hold what is no longer made.
    $package = Join-Path $out 'package'
    $built = Join-Path $package 'KinescopePS'
    if (Test-Path $package) {
        Remove-Item $package -Recurse -Force
    }

    # The path of the working copy is kept out of the binaries.
    Invoke-Dotnet build (Join-Path $PSScriptRoot 'src/KinescopePS') --configuration Release --no-incremental '-p:ContinuousIntegrationBuild=true' "-p:ModuleOutputPath=$built/"
    Invoke-Dotnet run --project (Join-Path $PSScriptRoot 'tools/PackageBuilder') --configuration Release -- $built $out
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
