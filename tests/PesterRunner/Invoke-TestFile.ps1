# Runs a file of the Pester suite, or names its tests, and writes what came out as JSON.
param(
    [Parameter(Mandatory)] [string] $Pester,
    [Parameter(Mandatory)] [string] $Path,
    [Parameter(Mandatory)] [string] $Result,
    # A JSON list of wildcards for the full names of tests.
    [string] $Test,
    [switch] $List
)

$ErrorActionPreference = 'Stop'
[System.Console]::OutputEncoding = [System.Text.Encoding]::UTF8
Import-Module $Pester

$configuration = New-PesterConfiguration
$configuration.Run.Path = $Path
$configuration.Run.PassThru = $true
$configuration.Run.SkipRun = [bool] $List
$configuration.Output.Verbosity = 'Detailed'
if ($Test) {
    $configuration.Filter.FullName = [string[]] ($Test | ConvertFrom-Json)
}

# From here on what goes wrong is the suite's.
[System.IO.File]::WriteAllText("$Result.begun", '')
$run = Invoke-Pester -Configuration $configuration
$file = Split-Path $Path -Leaf

function Get-FailedBlock($Block) {
    foreach ($inner in $Block.Blocks) {
        if ($inner.ErrorRecord.Count) {
            $inner
        }

        Get-FailedBlock $inner
    }
}

function New-Result([string] $Name, [string] $Outcome, [object[]] $ErrorRecord, [double] $Seconds) {
    @{
        File    = $file
        Name    = $Name
        Outcome = $Outcome
        Message = ($ErrorRecord | ForEach-Object { $_.DisplayErrorMessage ?? "$_" }) -join "`n"
        Trace   = ($ErrorRecord | ForEach-Object { $_.DisplayStackTrace }) -join "`n"
        Seconds = $Seconds
    }
}

$results = @(
    foreach ($tested in $run.Tests) {
        $outcome = if ($List) { 'Discovered' } else { $tested.Result -in 'Passed', 'Skipped', 'NotRun' ? $tested.Result : 'Failed' }
        if ($outcome -ne 'NotRun') {
            $said = $outcome -eq 'Failed' -and -not $tested.ErrorRecord ? 'It was not run: what comes before it failed.' : $tested.ErrorRecord
            New-Result $tested.ExpandedPath $outcome $said $tested.Duration.TotalSeconds
        }
    }

    # What fails outside of tests: BeforeAll, AfterAll, and the file itself.
    foreach ($container in $run.Containers) {
        foreach ($block in Get-FailedBlock $container) {
            New-Result "$($block.ExpandedPath), around its tests" Failed $block.ErrorRecord
        }

        if ($container.ErrorRecord.Count) {
            New-Result "$file as a whole" Failed $container.ErrorRecord
        }
    }
)

ConvertTo-Json -InputObject $results -Depth 3 | Set-Content -LiteralPath $Result -Encoding utf8NoBOM
