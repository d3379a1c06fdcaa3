#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, tests, shows and packs KinescopePS.
.DESCRIPTION
Build leaves the complete module in out/KinescopePS. Test runs the .NET tests, and the Pester suite where Pester 5 or later is
installed. Demo runs the main job end to end against a local Kinescope. Pack writes out/KinescopePS-<version>.zip.
.EXAMPLE
./build.ps1 -Task Build, Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Clean', 'Build', 'Test', 'Demo', 'Pack')]
    [string[]] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
$out = Join-Path $PSScriptRoot 'out'
$module = Join-Path $out 'KinescopePS'

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

    if (-not (Get-Module Pester -ListAvailable | Where-Object Version -ge '5.0')) {
        Write-Warning 'Pester 5 or later is not installed: the Pester suite was left out.'
        return
    }

    Import-Module Pester -MinimumVersion 5.0
    $result = Invoke-Pester -Path (Join-Path $PSScriptRoot 'tests/Pester') -PassThru -Output Detailed
    if ($result.Result -ne 'Passed') {
        throw "$($result.FailedCount) Pester tests failed."
    }
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
    $script:Configuration = 'Release'
    if (Test-Path $module) {
        Remove-Item $module -Recurse -Force
    }

    Invoke-Dotnet build (Join-Path $PSScriptRoot 'src/KinescopePS') --configuration Release --no-incremental
    $version = (Import-PowerShellDataFile (Join-Path $module 'KinescopePS.psd1')).ModuleVersion
    $package = Join-Path $out "KinescopePS-$version.zip"
    Compress-Archive -Path $module -DestinationPath $package -Force
    Get-Item $package
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
