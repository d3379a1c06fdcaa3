[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    $cmdlets = (Import-PowerShellDataFile $PSScriptRoot/../../out/KinescopePS/KinescopePS.psd1).CmdletsToExport
}

Describe 'The module' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $cmdlets = (Import-PowerShellDataFile $module/KinescopePS.psd1).CmdletsToExport | Sort-Object
        $exported = "$cmdlets"
    }

    AfterAll {
        Restore-Setting $before
    }

    BeforeEach {
        Use-EmptyFolder
    }

    Context 'as its manifest describes it' {
        BeforeAll {
            $manifest = Test-ModuleManifest (Join-Path $module KinescopePS.psd1)
        }

        It 'is for PowerShell 7.4 and later' {
            "$($manifest.PowerShellVersion)" | Should -Be 7.4
            $manifest.CompatiblePSEditions | Should -Be Core
        }

        It 'exports the cmdlets by name, so that they are found without an import' {
            $manifest.ExportedCmdlets.Keys | Sort-Object | Should -Be $cmdlets
            'Get-LessonVideoMap', 'Send-KinescopeVideo', 'Set-LessonVideoId' | Should -BeIn $cmdlets
            $manifest.ExportedFunctions.Keys + $manifest.ExportedAliases.Keys + $manifest.ExportedVariables.Keys | Should -BeNullOrEmpty
        }

        It 'has the version of its assembly' {
            $assembly = (Get-Command Get-LessonVideoMap).ImplementingType.Assembly.GetName()

            "$($assembly.Version)" | Should -BeLike "$($manifest.Version).*"
        }
    }

    Context 'imported in a process of its own' {
        It 'says nothing and exports its cmdlets, nothing else' {
            Invoke-Pwsh @'
                Import-Module $module
                "$((Get-Command -Module KinescopePS).Name | Sort-Object)"
                "$((Get-Module KinescopePS).ExportedCommands.Keys | Sort-Object)"
'@ | Should -Be $exported, $exported
        }

        It 'can be imported again with -Force, removed, and imported under a prefix' {
            Invoke-Pwsh @'
                Import-Module $module
                Import-Module $module -Force
                "$((Get-Command -Module KinescopePS).Name | Sort-Object)"
                Remove-Module KinescopePS
                "left: $(Get-Command Get-LessonVideoMap -ErrorAction Ignore)"
                Import-Module $module -Prefix Site
                "$((Get-Command -Module KinescopePS).Name | Sort-Object)"
                try { Get-SiteLessonVideoMap nowhere } catch { $_.FullyQualifiedErrorId }
'@ | Should -Be @(
                $exported
                'left: '
                $exported.Replace('-', '-Site')
                'ManifestNotFound,KinescopePS.Commands.GetLessonVideoMapCommand'
            )
        }

        It 'refuses another version than the one in use, in one error: FoundC06' {
            $new = (New-Item (Join-Path $TestDrive new/KinescopePS) -ItemType Directory -Force).FullName
            Copy-Item "$module/*" $new -Recurse -Force
            (Get-Content $new/KinescopePS.psd1 -Raw) -replace "(ModuleVersion\s*=) '[^']*'", "`$1 '9.9.9'" | Set-Content $new/KinescopePS.psd1
            # Another build, as far as anybody can tell.
            $commands = (Get-Command Get-LessonVideoMap).ImplementingType.Module
            $loader = @([System.AppDomain]::CurrentDomain.GetAssemblies()) -match '^KinescopePS\.Loader,'
            foreach ($loaded in $commands, $loader[0].ManifestModule) {
                $file = Join-Path $new bin $loaded.ScopeName
                $dll = [System.IO.File]::ReadAllBytes($file)
                $text = [System.Text.Encoding]::Latin1
                $id = $text.GetString($loaded.ModuleVersionId.ToByteArray())
                $place = $text.GetString($dll).IndexOf($id, [System.StringComparison]::Ordinal)
                $dll[$place] = $dll[$place] -bxor 1
                [System.IO.File]::WriteAllBytes($file, $dll)
            }

            Invoke-Pwsh @"
                Import-Module `$module
                foreach (`$options in @{}, @{ Force = `$true }) {
                    try { Import-Module '$new' @options } catch { "`$(`$_.FullyQualifiedErrorId) `$(`$_ -match '^This PowerShell has used.* Open a new PowerShell window') `$("`$_".Contains(" from `$(Join-Path `$module bin) already,"))" }
                }
                Remove-Module KinescopePS
                try { Import-Module '$new' } catch { "`$(`$_.FullyQualifiedErrorId)" }
                "`$(Get-Module KinescopePS)"
                Import-Module `$module
                (Get-Command Get-LessonVideoMap).Version.ToString()
"@ | Should -Be @(
                'ModuleNotLoaded,Microsoft.PowerShell.Commands.ImportModuleCommand True True'
                'ModuleNotLoaded,Microsoft.PowerShell.Commands.ImportModuleCommand True True'
                'ModuleNotLoaded,Microsoft.PowerShell.Commands.ImportModuleCommand'
                (Import-PowerShellDataFile $module/KinescopePS.psd1).ModuleVersion
            )
        }

        It 'does without what is compiled ahead where that is damaged' {
            $copy = (New-Item (Join-Path $TestDrive damaged/KinescopePS) -ItemType Directory -Force).FullName
            Copy-Item "$module/*" $copy -Recurse -Force
            $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : 'linux'
            $processor = "$([System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture)".ToLowerInvariant()
            $ahead = (New-Item "$copy/bin/net$([System.Environment]::Version.Major).0/$system-$processor" -ItemType Directory -Force).FullName
            foreach ($name in 'KinescopePS', 'KinescopePS.Core', 'Npgsql', 'Microsoft.Data.Sqlite') {
                Set-Content (Join-Path $ahead "$name.dll") damaged
            }

            Invoke-Pwsh @"
                Import-Module '$copy'
                "`$((Get-Command -Module KinescopePS).Name | Sort-Object)"
                `$Error.Count
                try { Get-LessonVideoId -DatabaseUrl postgresql://nobody@127.0.0.1:1/none } catch { }
                `$Error[0].FullyQualifiedErrorId
"@ | Should -Be $exported, '0', 'DatabaseUnreachable,KinescopePS.Commands.GetLessonVideoIdCommand'
        }

        It 'is found by name and loaded by the first use of a cmdlet' {
            Invoke-Pwsh @'
                $env:PSModulePath = Split-Path $module
                try { Get-LessonVideoMap nowhere } catch { $_.FullyQualifiedErrorId }
                (Get-Module KinescopePS).Name
'@ | Should -Be 'ManifestNotFound,KinescopePS.Commands.GetLessonVideoMapCommand', KinescopePS
        }

        It 'can be imported by several sessions at once' {
            Invoke-Pwsh @'
                1..4 | ForEach-Object -ThrottleLimit 4 -Parallel { Import-Module $using:module; "$((Get-Command -Module KinescopePS).Name | Sort-Object)" }
'@ | Should -Be $exported, $exported, $exported, $exported
        }
    }

    Context 'beside a module with other versions of its packages' {
        BeforeAll {
            $packages = 'Npgsql', 'Microsoft.Data.Sqlite', 'Microsoft.Extensions.Logging.Abstractions', 'Polly.Core'
            $rival = (New-Item (Join-Path $TestDrive Rival) -ItemType Directory).FullName
            foreach ($package in $packages) {
                Add-Type -OutputAssembly (Join-Path $rival "$package.dll") -TypeDefinition @"
                    [assembly: System.Reflection.AssemblyVersion("99.0.0.0")]
                    namespace Rival.$package { public static class Version { public const string Text = "99"; } }
"@
            }

            $types = ($packages | ForEach-Object { "[Rival.$_.Version]::Text" }) -join ', '
            Set-Content (Join-Path $rival Rival.psm1) @"
                Add-Type -Path (Get-ChildItem `$PSScriptRoot -Filter *.dll).FullName
                function Get-RivalVersion { $types }
"@
            $library = Join-Path $TestDrive library
            Write-SampleLibrary $library
        }

        It 'works, and lets it work, imported <_>' -ForEach 'before it', 'after it' {
            Copy-Item (Join-Path $library lessons.db) .
            $import = "Import-Module '$rival/Rival.psm1'", 'Import-Module $module'
            if ($_ -eq 'before it') {
                [array]::Reverse($import)
            }

            $said = Invoke-Pwsh @"
                $($import -join "`n")
                (Set-LessonVideoId 02_ads_m01_001 v1 -DatabaseUrl file:./lessons.db -PassThru).Status
                try { Connect-LessonDatabase 'postgresql://u:p@127.0.0.1:1/d' -MaxRetry 0 }
                catch { (`$_.FullyQualifiedErrorId -split ',')[0] }
                "`$(Get-RivalVersion)"
"@

            $said | Should -Be Linked, DatabaseUnreachable, '99 99 99 99'
        }
    }

    Context 'to its users' {
        It '<_> has an approved verb' -ForEach $cmdlets {
            (Get-Command $_).Verb | Should -BeIn (Get-Verb).Verb
        }
    }
}
