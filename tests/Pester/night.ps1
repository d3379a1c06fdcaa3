# What the test files of the scheduled script share; each dot-sources it in its BeforeAll, after common.ps1.

$script = Join-Path $PSScriptRoot ../../examples/Invoke-NightlyUpload.ps1 -Resolve
$library = Join-Path $TestDrive library
Write-SampleLibrary $library
$film = Get-ChildItem $library -Recurse -Filter *.mp4 | Sort-Object Length | Select-Object -First 1 | ForEach-Object { , [System.IO.File]::ReadAllBytes($_.FullName) }

# A film of 1000 bytes: what it lacks is a box that players pass over, with a content of its own.
function Write-Film([string] $Path, [int] $Seed) {
    $rest = [byte[]]::new(1000 - $film.Length)
    [System.Random]::new($Seed).NextBytes($rest)
    [System.Buffers.Binary.BinaryPrimitives]::WriteInt32BigEndian($rest, $rest.Length)
    [System.Text.Encoding]::Latin1.GetBytes('free').CopyTo($rest, 4)
    [System.IO.File]::WriteAllBytes((Join-Path $PWD.ProviderPath $Path), $film + $rest)
}

# Starts the script as a scheduler does: nobody can answer, and nothing but the exit code and the text comes back.
function Open-Night([string[]] $Arguments) {
    $start = New-PwshStart -NoProfile -File $script -Module $module @Arguments
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [System.Diagnostics.Process]::Start($start)
    $process.StandardInput.Close()
    $process
}

function Wait-Night([System.Diagnostics.Process] $Process) {
    $errors = $Process.StandardError.ReadToEndAsync()
    $output = $Process.StandardOutput.ReadToEnd()
    $Process.WaitForExit(60000) | Should -BeTrue
    $log = Get-ChildItem logs -Filter *.ndjson -ErrorAction Ignore | Where-Object Name -like "*-$($Process.Id).ndjson"
    [pscustomobject]@{
        ExitCode = $Process.ExitCode
        Output   = $output.Trim() -split '\r?\n'
        Errors   = $errors.Result
        Log      = @($log | Get-Content | ConvertFrom-Json)
    }
}

function Invoke-Night {
    Wait-Night (Open-Night $args)
}
