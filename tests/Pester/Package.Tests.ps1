[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

Describe 'The package' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $builder = Get-ChildItem (Join-Path $PSScriptRoot '../../tools/PackageBuilder/bin') -Recurse -Filter PackageBuilder.dll -ErrorAction Ignore |
            Sort-Object LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
        $source = (New-Item (Join-Path $TestDrive source/KinescopePS) -ItemType Directory).FullName
        Copy-Item (Join-Path $module *) $source -Recurse
        $manifest = Import-PowerShellDataFile (Join-Path $source KinescopePS.psd1)
    }

    AfterAll {
        Restore-Setting $before
        Close-Sandbox $sandbox
    }

    It 'has a manifest without a complaint' {
        Test-ModuleManifest (Join-Path $source KinescopePS.psd1) -WarningVariable complaints -WarningAction SilentlyContinue | Out-Null

        $complaints | Should -BeNullOrEmpty
    }

    Context 'made from the build' -Skip:(-not (Get-ChildItem (Join-Path $PSScriptRoot '../../tools/PackageBuilder/bin') -Recurse -Filter PackageBuilder.dll -ErrorAction Ignore)) {
        BeforeAll {
            $made = Join-Path $TestDrive made
            & $dotnet $builder $source $made | Out-Null
            $archive = Join-Path $made "KinescopePS-$($manifest.ModuleVersion).zip"
            $package = Join-Path $made "KinescopePS.$($manifest.ModuleVersion).nupkg"
        }

        It 'is the same, byte for byte, when it is made again later' {
            Get-ChildItem $source -Recurse -File | ForEach-Object { $_.LastWriteTime = Get-Date '2030-01-01' }
            & $dotnet $builder $source (Join-Path $TestDrive again) | Out-Null

            $first, $second = 'made', 'again' | ForEach-Object { , (Get-ChildItem (Join-Path $TestDrive $_) | Get-FileHash).Hash }
            $first.Count | Should -Be 2
            $second | Should -Be $first
        }

        It 'does the job of the README when it is unpacked into a folder of modules' {
            $modules = Join-Path $TestDrive modules
            Expand-Archive $archive $modules
            Use-Sandbox $sandbox
            Write-SampleLibrary .
            $env:DATABASE_URL = 'file:./lessons.db'

            $said, $rest = Invoke-Pwsh @"
                `$env:PSModulePath = '$modules'
                Get-LessonVideoMap | Where-Object Course -eq 02_ads | Send-KinescopeVideo | Set-LessonVideoId
                (Get-Module KinescopePS).ModuleBase
                (Get-LessonVideoId -Course 02_ads -Missing).Count
                (Get-LessonVideoId -Missing).Count -lt 405
                (Get-Help Set-LessonVideoId).Synopsis
"@
            $said | Should -BeLike '67 uploaded, 0 already there, 0 failed; *'
            $rest | Should -Be (Join-Path $modules KinescopePS $manifest.ModuleVersion), 0, True, 'Writes video ids into the lesson table of the site.'
        }

        It 'runs what is compiled for its platform and its .NET, and leaves the rest alone' {
            $modules = Join-Path $TestDrive compiled
            Expand-Archive $archive $modules
            $bin = Join-Path $modules KinescopePS $manifest.ModuleVersion bin
            $system = $IsWindows ? 'win' : $IsMacOS ? 'osx' : 'linux'
            $platform = "$system-$([System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture)".ToLowerInvariant()
            $own = Join-Path $bin "net$([Environment]::Version.Major).0" $platform
            foreach ($folder in $own, (Join-Path $bin net99.0 $platform), (Join-Path $bin "net$([Environment]::Version.Major).0" other-x64)) {
                New-Item $folder -ItemType Directory -Force | Out-Null
            }
            Copy-Item (Join-Path $bin KinescopePS.Core.dll) $own -Force
            foreach ($folder in 'net99.0', "net$([Environment]::Version.Major).0/other-x64") {
                Set-Content (Join-Path $bin $folder KinescopePS.Core.dll) 'not for this one'
            }

            Invoke-Pwsh @"
                `$env:PSModulePath = '$modules'
                Import-Module KinescopePS
                [KinescopePS.LessonVideo].Assembly.Location
                (Get-Command -Module KinescopePS).Count -gt 0
"@ | Should -Be (Join-Path $own KinescopePS.Core.dll), True
        }

        It 'tells the gallery its version, its licence, its cmdlets and what to read' {
            Expand-Archive $package (Join-Path $TestDrive nupkg)
            $details = ([xml] (Get-Content (Join-Path $TestDrive nupkg KinescopePS.nuspec) -Raw)).package.metadata

            $details.version | Should -Be $manifest.ModuleVersion
            $details.license.'#text' | Should -Be MIT
            ($details.tags -split ' ') | Should -Contain PSModule
            ($details.tags -split ' ') | Should -Contain PSCmdlet_Send-KinescopeVideo
            $details.releaseNotes | Should -Match CHANGELOG
            $details.readme | Should -Be README.md
            'KinescopePS.psd1', 'README.md', 'CHANGELOG.md' | ForEach-Object { Test-Path (Join-Path $TestDrive nupkg $_) | Should -BeTrue -Because $_ }
        }

        # Windows keeps repositories and installed modules where no variable leads: those of whoever runs the tests.
        It 'is found, installed, updated, saved and removed by PSResourceGet as docs/install.md says' -Skip:($IsWindows -or -not (Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable)) {
            Use-EmptyFolder
            $page = Get-Content (Join-Path $source docs/install.md) -Raw
            # What builds, and what imports the build, is the README's.
            $blocks = [regex]::Matches($page, '(?ms)^```powershell\n(.*?)^```').ForEach{ $_.Groups[1].Value -replace '\b0\.1\.0\b', $manifest.ModuleVersion } -notmatch 'dotnet|build\.ps1'
            New-Item out -ItemType Directory | Out-Null
            Copy-Item $package, $archive out
            Copy-Item $source out -Recurse
            $newer = (New-Item newer/KinescopePS -ItemType Directory).FullName
            Copy-Item (Join-Path $source *) $newer -Recurse
            (Get-Content $newer/KinescopePS.psd1 -Raw) -replace "(ModuleVersion\s*=) '[^']*'", "`$1 '99.0.0'" | Set-Content $newer/KinescopePS.psd1
            $homes = $env:HOME, $env:XDG_DATA_HOME, $env:XDG_CONFIG_HOME, $env:PSModulePath
            $env:HOME, $env:XDG_DATA_HOME, $env:XDG_CONFIG_HOME, $env:PSModulePath = $PWD.ProviderPath, $null, $null, $null
            try {
                $said = (Invoke-Pwsh @"
                    `$ErrorActionPreference = 'Stop'
                    `$ProgressPreference = 'SilentlyContinue'
                    $($blocks.ForEach{
                        if ($_ -match 'Update-PSResource') { "Publish-PSResource ./newer/KinescopePS -Repository KinescopePS`n" }
                        "& {`n$_`n} | Out-String -Width 200`n"
                        if ($_ -match 'Unregister-PSResourceRepository') { "'left: ' + @(Get-InstalledPSResource KinescopePS -ErrorAction Ignore).Count`n" }
                    })
                    'to the end'
"@) -join "`n"
            }
            finally {
                $env:HOME, $env:XDG_DATA_HOME, $env:XDG_CONFIG_HOME, $env:PSModulePath = $homes
            }

            $said | Should -BeLike '*to the end'
            $said | Should -Match "KinescopePS\s+$($manifest.ModuleVersion)\s+KinescopePS\s"
            $said | Should -Match 'Cmdlet\s+Send-KinescopeVideo\s'
            $said | Should -Match 'KinescopePS\s+99\.0\.0\s'
            $said | Should -Match 'left: 0'
            $said | Should -Match 'Maps, uploads, waits and links'
            'carry/KinescopePS/99.0.0/KinescopePS.psd1', 'kinescope/Register-NightlyUpload.ps1' | ForEach-Object { Test-Path $_ | Should -BeTrue -Because $_ }
        }
    }

    It 'has its README, whose links lead to pages that it has too' {
        foreach ($page in 'README.md', 'README.ru.md') {
            $targets = [regex]::Matches((Get-Content (Join-Path $source $page) -Raw), '\]\((?!https?:)([^)#\s]+)').ForEach{ $_.Groups[1].Value }

            $targets.Count | Should -BeGreaterThan 40
            $targets.Where{ -not (Test-Path (Join-Path $source $_)) } | Should -BeNullOrEmpty
        }
    }

    It 'has the scripts for schedulers, with help' {
        $scripts = Get-ChildItem (Join-Path $source examples) -Filter *.ps1

        $scripts.Name | Should -Be (Get-ChildItem (Join-Path $PSScriptRoot ../../examples) -Filter *.ps1).Name
        'systemd/kinescope-upload.service', 'systemd/kinescope-upload.timer', 'kinescope-upload.cron' | ForEach-Object { Test-Path (Join-Path $source examples $_) | Should -BeTrue -Because $_ }
        foreach ($script in @($scripts) + (Get-Item (Join-Path $PSScriptRoot ../../build.ps1))) {
            $help = Get-Help $script.FullName -Full

            $help.Synopsis | Should -Match '^[A-Z].* .*\.$' -Because $script.Name
            $help.description.Text | Should -Not -BeNullOrEmpty -Because $script.Name
            $help.examples.example.Count | Should -BeGreaterOrEqual 1 -Because $script.Name
            $help.parameters.parameter.Where{ $_.name -notin 'WhatIf', 'Confirm' -and -not $_.description.Text }.name | Should -BeNullOrEmpty -Because "$($script.Name) is to describe each parameter"
        }
    }

    It 'names each package that it ships, and its licence' {
        $shipped = (Get-Content (Join-Path $source bin/KinescopePS.deps.json) -Raw | ConvertFrom-Json -AsHashtable).targets.Values |
            ForEach-Object { $_.GetEnumerator() } | Where-Object { $_.Value.runtime -or $_.Value.runtimeTargets -or $_.Value.native } | ForEach-Object { ($_.Key -split '/')[0] } | Where-Object { $_ -notin 'KinescopePS', 'KinescopePS.Core' }
        $notices = Get-Content (Join-Path $source THIRD-PARTY-NOTICES.txt)

        $shipped.Count | Should -BeGreaterThan 5
        foreach ($package in $shipped) {
            @($notices -cmatch "^$([regex]::Escape($package)) +[A-Z]\S+ +\S").Count | Should -Be 1 -Because $package
        }
    }

    It 'has the natives of seven platforms and nothing of the engine' {
        (Get-ChildItem (Join-Path $source bin/runtimes)).Name | Should -Be linux-arm64, linux-musl-x64, linux-x64, osx-arm64, osx-x64, win-arm64, win-x64
        Get-ChildItem $source -Recurse -Filter System.Management.Automation.dll | Should -BeNullOrEmpty
    }
}
