[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    # What needs TLS servers, PostgreSQL, a user who is not root, or a server that lies, is tried by the .NET tests.
    $elsewhere = 'CertificateRejected', 'DatabaseBusy', 'DatabaseAccessDenied', 'LessonNotVisible', 'LessonFolderUnreadable', 'UploadMoved', 'UploadFailed',
        'VideoShared', 'VideoNotMoved'
    $known = Select-String -LiteralPath $PSScriptRoot/../../src/KinescopePS/Errors/ErrorIds.cs 'const string (\w+)' | ForEach-Object { $_.Matches[0].Groups[1].Value }
}

Describe 'Error ids' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $tests = (Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1 | Get-Content -Raw) -join "`n"
        $codeTests = (Get-ChildItem $PSScriptRoot/../KinescopePS.Tests -Recurse -Filter *.cs | Get-Content -Raw) -join "`n"
    }

    AfterAll {
        Restore-Setting $before
        Close-Sandbox $sandbox
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    It '<_> is seen in a test of PowerShell' -ForEach ($known | Where-Object { $_ -notin $elsewhere }) {
        [regex]::IsMatch($tests, "\b$_\b") | Should -BeTrue
    }

    It '<_> is seen in a test' -ForEach ($elsewhere | Where-Object { $_ -ne 'UploadFailed' }) {
        [regex]::IsMatch($codeTests, "\b$_\b") | Should -BeTrue
    }

    It 'LessonIdInvalid: an id that commands the terminal' {
        Write-Course
        Write-Manifest @{ id = "l0`e[2J"; filepath = 'l0.mp4' }, @{ id = 'l1'; filepath = 'l1.mp4' }

        Get-ErrorId { Get-LessonVideoMap } | Should -Be LessonIdInvalid
        (Get-LessonVideoMap -ErrorAction SilentlyContinue).LessonId | Should -Be l1
    }

    It 'ApiKeyInvalid: a key with something around it' {
        Write-Course
        $env:KINESCOPE_API_KEY = "Bearer $env:KINESCOPE_API_KEY"

        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo } | Should -Contain ApiKeyInvalid
        Get-ErrorId { Get-KinescopeProject } | Should -Contain ApiKeyInvalid
    }

    It 'HostUnreachable: nobody listens' {
        $env:KINESCOPE_API_URL = 'http://127.0.0.1:1'

        Get-ErrorId { Get-KinescopeProject -MaxRetry 0 } | Should -Be HostUnreachable
    }

    It 'FolderByInvalid: neither a name, a script nor a table' {
        Write-Course

        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -FolderBy Weekday } | Should -Contain FolderByInvalid
    }

    It 'FolderNotFound: a folder that is not there' {
        Get-ErrorId { Get-KinescopeFolder -Id (New-Guid) } | Should -Contain FolderNotFound
    }

    It 'BodyInvalid: a body that is not JSON' {
        Get-ErrorId { Invoke-KinescopeApi -Method Post -Path /v1/projects -Body '{' } | Should -Contain BodyInvalid
    }

    It '<Id>: Kinescope answers with code <Code>' -ForEach @(
        @{ Id = 'NameTaken'; Code = 400201 }
        @{ Id = 'OrderNotAllowed'; Code = 400216 }
        @{ Id = 'VideoAlreadyExists'; Code = 400419 }
    ) {
        Use-Fault @{ match = @{ path = '/v1/projects' }; fault = @{ kind = 'answer'; status = 400; code = $Code; message = 'no' } }

        Get-ErrorId { Get-KinescopeProject -MaxRetry 0 } | Should -Contain $Id
    }

    It 'ProgressFileVersionUnsupported: a newer module wrote it' {
        Write-Course
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        $line = '{"event":"journal","at":"2030-01-01T00:00:00+00:00","version":99'
        # The checksum is made by the module's own code: from outside, any other is a damaged line.
        $seal = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'KinescopePS' } | Select-Object -Last 1
        $method = $seal.GetType('KinescopePS.Journal.JournalLine').GetMethod('Write')
        $record = $seal.GetType('KinescopePS.Journal.JournalRecord')
        $kind = [System.Enum]::Parse($seal.GetType('KinescopePS.Journal.JournalEvent'), 'Journal')
        $header = [System.Activator]::CreateInstance($record, @($kind, [System.DateTimeOffset]::UtcNow))
        $record.GetProperty('Version').SetValue($header, 99)
        [System.IO.File]::WriteAllBytes((Join-Path $PWD.ProviderPath new.jsonl), $method.Invoke($null, @($header)))

        Get-ErrorId { Get-KinescopeUpload -ProgressFile new.jsonl } | Should -Contain ProgressFileVersionUnsupported
        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -ProgressFile new.jsonl } | Should -Contain ProgressFileVersionUnsupported
    }

    It 'ImportFileUnreadable and UndoFileUnreadable: a folder is no file' {
        New-Item folder -ItemType Directory | Out-Null
        $env:DATABASE_URL = 'file:./lessons.db'

        Get-ErrorId { Import-KinescopeUpload folder } | Should -Contain ImportFileUnreadable
        Get-ErrorId { Restore-LessonVideoId -UndoFile folder } | Should -Contain UndoFileUnreadable
    }
}
