[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidOverwritingBuiltInCmdlets', '', Justification = 'Nothing is to be registered.')]
param()

Describe 'The task of Register-NightlyUpload' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $examples = Join-Path $PSScriptRoot ../../examples -Resolve
        $path = $env:PATH

        # Instead of Task Scheduler's.
        function New-ScheduledTaskAction([string] $Execute, [string] $Argument, [string] $WorkingDirectory) { $PSBoundParameters }
        function New-ScheduledTaskTrigger([switch] $Daily, [switch] $Once, [datetime] $At, [nullable[timespan]] $RepetitionInterval) { $PSBoundParameters }
        function New-ScheduledTaskPrincipal([string] $UserId, [string] $LogonType, [string] $RunLevel) { $PSBoundParameters }
        function New-ScheduledTaskSettingsSet { $args }
        function Register-ScheduledTask([string] $TaskName, [object] $Action, [object] $Trigger, [object] $Principal, [object] $Settings, [switch] $Force) {
            $PSBoundParameters
        }

        # Beside the script to register, a run that only tells what it was given: with the parameters of the real one.
        function Copy-Example([string] $Folder) {
            New-Item $Folder -ItemType Directory -Force | Out-Null
            Copy-Item (Join-Path $examples Register-NightlyUpload.ps1) $Folder
            $night = [System.Management.Automation.Language.Parser]::ParseFile((Join-Path $examples Invoke-NightlyUpload.ps1), [ref] $null, [ref] $null)
            Set-Content -LiteralPath (Join-Path $Folder Invoke-NightlyUpload.ps1) "[CmdletBinding()]", $night.ParamBlock.Extent.Text, {
                $given = @{}
                $PSBoundParameters.GetEnumerator() | ForEach-Object { $given[$_.Key] = "$($_.Value)" }
                @{ Given = $given; Folder = $PWD.ProviderPath; Home = $PSHOME } |
                    ConvertTo-Json -Depth 2 | Set-Content -LiteralPath (Join-Path $PSScriptRoot told.json)
            }
            (Resolve-Path -LiteralPath $Folder).ProviderPath
        }

        # Starts a command line as Windows does. Elsewhere .NET takes it apart by the same rules.
        function Start-CommandLine([string] $Execute, [string] $Argument, [string] $WorkingDirectory) {
            $start = [System.Diagnostics.ProcessStartInfo]::new($Execute)
            $start.Arguments = $IsWindows ? $Argument : $Argument.Replace(' -WindowStyle Hidden', '')
            $start.WorkingDirectory = $WorkingDirectory
            $start.Environment['PSExecutionPolicyPreference'] = 'Restricted'
            $process = [System.Diagnostics.Process]::Start($start)
            $process.WaitForExit(60000) | Should -BeTrue
            $process.ExitCode | Should -Be 0
        }

        function Write-Program([string] $Folder, [string] $Text) {
            New-Item $Folder -ItemType Directory -Force | Out-Null
            $program = Join-Path $Folder pwsh
            Set-Content -LiteralPath $program '#!/bin/sh', $Text
            chmod +x $program
            $env:PATH = "$Folder$([System.IO.Path]::PathSeparator)$path"
            $program
        }

        $shell = ($pwsh | ForEach-Object { "'$_'" }) -join ' '
    }

    AfterEach {
        $env:PATH = $path
    }

    It 'runs the script with the folder and the file that were given, in that folder: <Name>/<Manifest>' -ForEach @(
        @{ Name = 'school'; Manifest = '' }
        @{ Name = 'school'; Manifest = 'course.json' }
        @{ Name = 'C# & it''s 100% (новая) школа'; Manifest = 'the lessons.json' }
    ) {
        $folder = Copy-Example (Join-Path $TestDrive $Name)
        Set-Content -LiteralPath (Join-Path $folder .env) ''
        $place = $Manifest ? (New-Item (Join-Path $folder $Manifest) -Force).FullName : $folder

        $task = & (Join-Path $folder Register-NightlyUpload.ps1) -Path $place -EnvironmentFile (Join-Path $folder .env) -At 02:45 -MaxDuration 05:30:00 -Replace -ReplaceLimit 5GB -WithCompanions
        $action = $task.Action
        Start-CommandLine @action

        $told = Get-Content -LiteralPath (Join-Path $folder told.json) | ConvertFrom-Json -AsHashtable
        $told.Given.Keys | Sort-Object | Should -Be EnvironmentFile, MaxDuration, Path, Replace, ReplaceLimit, WithCompanions
        $told.Given.Path | Should -Be $place
        $told.Given.EnvironmentFile | Should -Be (Join-Path $folder .env)
        $told.Given.MaxDuration | Should -Be 05:30:00
        $told.Given.ReplaceLimit | Should -Be 5GB
        $told.Folder | Should -Be $folder
        $told.Home | Should -Be $PSHOME
        $task.Trigger.At.TimeOfDay | Should -Be ([timespan] '02:45')
    }

    It 'runs it again and again where a folder is watched: -Every <Every>' -ForEach @(
        @{ Every = '10m'; Interval = '00:10:00' }
        @{ Every = '1h30m'; Interval = '01:30:00' }
        @{ Every = '0:15'; Interval = '00:15:00' }
        @{ Every = '24:00'; Interval = '1.00:00:00' }
        @{ Every = '10M'; Interval = '00:10:00' }
    ) {
        $folder = Copy-Example (Join-Path $TestDrive watched)
        Set-Content -LiteralPath (Join-Path $folder .env) ''

        $task = & (Join-Path $folder Register-NightlyUpload.ps1) -Path $folder -EnvironmentFile (Join-Path $folder .env) -Every $Every -MinimumAge 10m
        $action = $task.Action
        Start-CommandLine @action

        $task.Trigger.Once | Should -BeTrue
        $task.Trigger.RepetitionInterval | Should -Be ([timespan] $Interval)
        $given = (Get-Content -LiteralPath (Join-Path $folder told.json) | ConvertFrom-Json).Given
        $given.MinimumAge | Should -Be 10m
        $given.NotifyOn | Should -Be Problem
        $given.KeepLog | Should -Be 1000
    }

    It 'is not made for a time that Task Scheduler does not take: -Every <Every>' -ForEach @(@{ Every = '30s' }, @{ Every = '0m' }, @{ Every = '32d' }, @{ Every = 'often' }) {
        $folder = Copy-Example (Join-Path $TestDrive watched)
        Set-Content -LiteralPath (Join-Path $folder .env) ''

        { & (Join-Path $folder Register-NightlyUpload.ps1) -Path $folder -EnvironmentFile (Join-Path $folder .env) -Every $Every } | Should -Throw '*Every*'
    }

    It 'takes a drive as the folder' -Skip:(-not $IsWindows) {
        $folder = Copy-Example (Join-Path $TestDrive drive)
        Set-Content -LiteralPath (Join-Path $folder .env) ''

        $action = (& (Join-Path $folder Register-NightlyUpload.ps1) -Path $env:SystemDrive\ -EnvironmentFile (Join-Path $folder .env)).Action
        Start-CommandLine @action

        $told = Get-Content -LiteralPath (Join-Path $folder told.json) | ConvertFrom-Json
        $told.Given.Path | Should -Be $env:SystemDrive\
        $told.Given.EnvironmentFile | Should -Be (Join-Path $folder .env)
        $told.Folder | Should -Be $env:SystemDrive\
    }

    It 'quotes what Windows would take apart' {
        $script = [System.Management.Automation.Language.Parser]::ParseFile((Join-Path $examples Register-NightlyUpload.ps1), [ref] $null, [ref] $null)
        . ([scriptblock]::Create($script.Find({ $args[0].Name -eq 'ConvertTo-Argument' }, $true).Extent.Text))
        $values = 'C:\', 'D:\школа\', '\\server\share\\', 'a b', 'a\ b', "it's", '100%', 'a&b', 'say "so"', 'a\"b', 'a\\"', ''
        $program = Join-Path $TestDrive tell.ps1
        Set-Content $program 'ConvertTo-Json $args | Set-Content (Join-Path $PSScriptRoot values.json)'

        Start-CommandLine @($pwsh)[0] (@($pwsh | Select-Object -Skip 1; '-NoProfile', '-ExecutionPolicy', 'Bypass', '-File', $program; $values) | ForEach-Object { ConvertTo-Argument $_ } | Join-String -Separator ' ') $TestDrive

        Get-Content (Join-Path $TestDrive values.json) | ConvertFrom-Json | Should -Be $values
    }

    It 'is not made where Task Scheduler would replace a part of a name' {
        $env:KINESCOPEPS_TEST_PLACE = 'elsewhere'
        $folder = Copy-Example (Join-Path $TestDrive '%KINESCOPEPS_TEST_PLACE%')
        Set-Content -LiteralPath (Join-Path $folder .env) ''

        { & (Join-Path $folder Register-NightlyUpload.ps1) -Path $folder -EnvironmentFile (Join-Path $folder .env) } | Should -Throw '*would replace a variable in*'
        $env:KINESCOPEPS_TEST_PLACE = $null
    }

    # On Windows these are programs of PowerShell's installers.
    Context 'in a PowerShell that was installed one way or another' -Skip:$IsWindows {
        BeforeAll {
            $folder = Copy-Example (Join-Path $TestDrive way)
            Set-Content -LiteralPath (Join-Path $folder .env) ''
            $register = @{ Path = $folder; EnvironmentFile = Join-Path $folder .env }
        }

        It 'starts the one on PATH, where that is the same' {
            $program = Write-Program (Join-Path $TestDrive same) "exec $shell `"`$@`""

            $action = (& (Join-Path $folder Register-NightlyUpload.ps1) @register).Action
            Start-CommandLine @action

            $action.Execute | Should -Be $program
            $action.Argument | Should -BeLike '-NoProfile *'
            (Get-Content (Join-Path $folder told.json) | ConvertFrom-Json).Home | Should -Be $PSHOME
        }

        It 'starts itself, where the one on PATH <Why>' -ForEach @(
            @{ Why = 'is another'; Text = 'echo /opt/microsoft/powershell/7' }
            @{ Why = 'cannot be started'; Text = $null }
        ) {
            $program = Write-Program (Join-Path $TestDrive (New-Guid)) $Text
            if (-not $Text) {
                Set-Content -LiteralPath $program 'no program' -NoNewline
            }

            $action = (& (Join-Path $folder Register-NightlyUpload.ps1) @register).Action
            Start-CommandLine @action

            $action.Execute | Should -Be @($pwsh)[0]
            (Get-Content (Join-Path $folder told.json) | ConvertFrom-Json).Home | Should -Be $PSHOME
        }
    }

    It 'is only told with -WhatIf' {
        $folder = Copy-Example (Join-Path $TestDrive preview)
        Set-Content -LiteralPath (Join-Path $folder .env) ''

        & (Join-Path $folder Register-NightlyUpload.ps1) -Path $folder -EnvironmentFile (Join-Path $folder .env) -WhatIf | Should -BeNullOrEmpty
    }
}
