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
        It 'is the same, byte for byte, when it is made again later' {
            & $dotnet $builder $source (Join-Path $TestDrive one) | Out-Null
            Get-ChildItem $source -Recurse -File | ForEach-Object { $_.LastWriteTime = Get-Date '2030-01-01' }
            & $dotnet $builder $source (Join-Path $TestDrive two) | Out-Null

            $first, $second = 'one', 'two' | ForEach-Object { , (Get-ChildItem (Join-Path $TestDrive $_) | Get-FileHash).Hash }
            $first.Count | Should -Be 2
            $second | Should -Be $first
        }

        It 'does the job of the README when it is unpacked into a folder of modules' {
            & $dotnet $builder $source (Join-Path $TestDrive zip) | Out-Null
            $modules = Join-Path $TestDrive modules
            Expand-Archive (Join-Path $TestDrive zip "KinescopePS-$($manifest.ModuleVersion).zip") $modules
            Use-Sandbox $sandbox
            Write-SampleLibrary .
            $env:DATABASE_URL = 'file:./lessons.db'

            Invoke-Pwsh @"
                `$env:PSModulePath = '$modules'
                Get-LessonVideoMap | Where-Object Course -eq 02_ads | Send-KinescopeVideo | Set-LessonVideoId
                (Get-Module KinescopePS).ModuleBase
                (Get-LessonVideoId -Course 02_ads -Missing).Count
                (Get-LessonVideoId -Missing).Count -lt 405
                (Get-Help Set-LessonVideoId).Synopsis
"@ | Should -Be (Join-Path $modules KinescopePS $manifest.ModuleVersion), 0, True, 'Writes video ids into the lesson table of the site.'
        }

        It 'tells the gallery its version, its licence and its cmdlets' {
            & $dotnet $builder $source (Join-Path $TestDrive gallery) | Out-Null
            Expand-Archive (Join-Path $TestDrive gallery "KinescopePS.$($manifest.ModuleVersion).nupkg") (Join-Path $TestDrive nupkg)
            $details = ([xml] (Get-Content (Join-Path $TestDrive nupkg KinescopePS.nuspec) -Raw)).package.metadata

            $details.version | Should -Be $manifest.ModuleVersion
            $details.license.'#text' | Should -Be MIT
            ($details.tags -split ' ') | Should -Contain PSModule
            ($details.tags -split ' ') | Should -Contain PSCmdlet_Send-KinescopeVideo
            Test-Path (Join-Path $TestDrive nupkg KinescopePS.psd1) | Should -BeTrue
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
