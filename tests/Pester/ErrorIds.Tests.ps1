[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    # What needs TLS servers, PostgreSQL, a user who is not root, or a server that lies, is tried by the .NET tests.
    $elsewhere = 'CertificateRejected', 'DatabaseBusy', 'DatabaseAccessDenied', 'LessonNotVisible', 'LessonFolderUnreadable', 'UploadMoved', 'LessonClaimed',
        'VideoShared', 'VideoNotMoved', 'UnexpectedError', 'UploadRecordChanged', 'UploadUnconfirmed', 'DownloadRefused',
        'RecordNotInitialised', 'RecordVersionUnsupported', 'RecordUnreachable', 'LessonContentDiffers', 'MachineNotFound', 'DiskRoomShort'
    $known = Select-String -LiteralPath $PSScriptRoot/../../src/KinescopePS.Core/Errors/ErrorIds.cs 'const string (\w+)' | ForEach-Object { $_.Matches[0].Groups[1].Value }
}

Describe 'Error ids' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox
        $tests = (Get-ChildItem $PSScriptRoot -Filter *.Tests.ps1 | Get-Content -Raw) -join "`n"
        $codeTests = (Get-ChildItem $PSScriptRoot/../KinescopePS*Tests -Recurse -Filter *.cs | Get-Content -Raw) -join "`n"
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

    It '<_> is seen in a test' -ForEach $elsewhere {
        [regex]::IsMatch($codeTests, "\b$_\b") | Should -BeTrue
    }

    It 'LessonIdInvalid: an id that commands the terminal' {
        Write-Course
        # Clears the screen, writes the clipboard (OSC 52), turns the reading order round.
        $id = "`e[2J`e]52;c;cm0gLXJmIC8=`aУрок$([char] 0x202E)gpj.$([char] 0x9B)31m`r`n1"
        Write-Manifest @{ id = $id; filepath = 'l0.mp4' }, @{ id = 'l1'; filepath = 'l1.mp4' }

        $failure = Get-Failure { Get-LessonVideoMap }

        $failure.FullyQualifiedErrorId | Should -BeLike 'LessonIdInvalid,*'
        $failure.Exception.Message | Should -Not -Match '[\p{Cc}\u202E\u2066]'
        (Get-LessonVideoMap -ErrorAction SilentlyContinue).LessonId | Should -Be l1
    }

    It 'ApiKeyInvalid: a key with something around it' {
        Write-Course
        $env:KINESCOPE_API_KEY = "Bearer $env:KINESCOPE_API_KEY"

        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo } | Should -Contain ApiKeyInvalid
        Get-ErrorId { Get-KinescopeProject } | Should -Contain ApiKeyInvalid
    }

    It 'ApiKeyInvalid: a key <Why>, which is not repeated' -ForEach @(
        @{ Why = 'that would add a header'; Key = "key`r`nX-Injected: 1" }
        @{ Why = 'with blanks'; Key = 'key with blanks' }
        @{ Why = 'of other letters'; Key = 'ключ' }
    ) {
        Write-Course
        $secure = [System.Net.NetworkCredential]::new('', $Key).SecurePassword

        $failure = Get-Failure { Get-LessonVideoMap | Send-KinescopeVideo -ApiKey $secure }

        $failure.FullyQualifiedErrorId | Should -BeLike 'ApiKeyInvalid,*'
        "$failure $($failure.Exception)".Contains($Key) | Should -BeFalse
        Get-StoredVideo | Should -BeNullOrEmpty
    }

    It 'HostUnreachable: nobody listens' {
        $env:KINESCOPE_API_URL = 'http://127.0.0.1:1'

        Get-ErrorId { Connect-Kinescope -MaxRetry 0 } | Should -Be HostUnreachable
    }

    It 'FolderByInvalid: <Why>' -ForEach @(
        @{ Why = 'neither a name, a script nor a table'; By = 'Weekday' }
        @{ Why = 'a script that fails'; By = { throw 'no' } }
    ) {
        Write-Course l0

        Get-ErrorId { Get-LessonVideoMap | Send-KinescopeVideo -FolderBy $By } | Should -Be FolderByInvalid
        Get-SandboxRequest POST /v2/init | Should -BeNullOrEmpty
    }

    It 'AnswerInvalid: a page to sign in at' {
        Use-Fault @{ match = @{ path = '/v1/videos' }; fault = @{ kind = 'answer'; status = 200; body = '<html>Sign in</html>' } }

        Get-ErrorId { Get-KinescopeVideo } | Should -Be AnswerInvalid
    }

    It 'FolderNotFound: a folder that is not there' {
        Get-ErrorId { Get-KinescopeFolder -Id (New-Guid) } | Should -Contain FolderNotFound
    }

    It 'BodyInvalid: a body that is not JSON' {
        Get-ErrorId { Invoke-KinescopeApi -Method Post -Path /v1/projects -Body '{' } | Should -Contain BodyInvalid
    }

    It '<Id>: Kinescope answers with status <Status>, code <Code>' -ForEach @(
        @{ Id = 'RequestInvalid'; Status = 400; Code = 1 }
        @{ Id = 'TokenRejected'; Status = 400; Code = 100101 }
        @{ Id = 'TokenRejected'; Status = 401; Code = 100102 }
        @{ Id = 'AccessDenied'; Status = 403; Code = 100103 }
        @{ Id = 'AccessDenied'; Status = 403; Code = 100107 }
        @{ Id = 'PaymentRequired'; Status = 400; Code = 100106 }
        @{ Id = 'RequestInvalid'; Status = 400; Code = 400101 }
        @{ Id = 'RequestInvalid'; Status = 400; Code = 400102 }
        @{ Id = 'NameTaken'; Status = 400; Code = 400201 }
        @{ Id = 'NameTaken'; Status = 400; Code = 400203 }
        @{ Id = 'PaymentRequired'; Status = 400; Code = 400207 }
        @{ Id = 'PaymentRequired'; Status = 402; Code = 400208 }
        @{ Id = 'PaymentRequired'; Status = 400; Code = 400209 }
        @{ Id = 'PaymentRequired'; Status = 400; Code = 400210 }
        @{ Id = 'PaymentRequired'; Status = 400; Code = 400211 }
        @{ Id = 'PaymentRequired'; Status = 402; Code = 400212 }
        @{ Id = 'OrderNotAllowed'; Status = 400; Code = 400216 }
        @{ Id = 'IdInvalid'; Status = 400; Code = 400301 }
        @{ Id = 'RequestInvalid'; Status = 400; Code = 400400 }
        @{ Id = 'VideoAlreadyExists'; Status = 400; Code = 400419 }
        @{ Id = 'RequestInvalid'; Status = 400; Code = 402402 }
        @{ Id = 'RequestInvalid'; Status = 402; Code = 402402 }
        @{ Id = 'EntityNotFound'; Status = 404; Code = 404404 }
        @{ Id = 'KinescopeUnavailable'; Status = 500; Code = 500500 }
        @{ Id = 'VideoProcessingFailed'; Status = 400; Code = 610100 }
        @{ Id = 'RateLimited'; Status = 429; Code = 429429 }
        @{ Id = 'RequestInvalid'; Status = 418; Code = 999999 }
    ) {
        Connect-Sandbox -MaxRetry 0
        Use-Fault @{ match = @{ path = '/v1/videos'; times = 1 }; fault = @{ kind = 'answer'; status = $Status; code = $Code; message = "the platform's words" } }

        $failure = Get-Failure { Invoke-KinescopeApi videos }

        $failure.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $failure.Exception.RequestId | Should -Not -BeNullOrEmpty
        $failure.Exception.RequestId | Should -Be (Get-SandboxRequest GET /v1/videos).request_id
        "$failure" | Should -BeLike "*code ${Code}: the platform's words.*$($failure.Exception.RequestId)*"
        # Advice, except for a code that nobody knows.
        if ($Code -lt 900000) {
            "$failure" | Should -Match 'words\. \w.*\. \(X-Request-ID'
        }
    }

    It 'KinescopeUnavailable: a refused PATCH, with status and X-Request-ID in Get-Error' {
        Write-Course
        Connect-Sandbox -MaxRetry 0
        Use-Fault @{ match = @{ method = 'PATCH' }; fault = @{ kind = 'answer'; status = 500; code = 500500; message = 'storage blocked' } }

        $failure = Get-Failure { Get-LessonVideoMap | Select-Object -First 1 | Send-KinescopeVideo }

        $failure.FullyQualifiedErrorId | Should -BeLike 'KinescopeUnavailable,*'
        $shown = $failure | Get-Error | Out-String -Width 300
        $shown | Should -BeLike '*StatusCode*InternalServerError*'
        $shown | Should -BeLike "*RequestId*$((Get-SandboxRequest PATCH | Select-Object -Last 1).request_id)*"
    }

    It 'ProgressFileVersionUnsupported: a newer module wrote it' {
        Write-Course
        Get-LessonVideoMap | Send-KinescopeVideo | Out-Null
        # The header's checksum is made by the module's own code: from outside, any other is a damaged line.
        $core = [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'KinescopePS.Core' } | Select-Object -Last 1
        $format = $core.GetType('KinescopePS.Files.CheckedLogFormat')
        $name = (Get-Content kinescope-upload-progress.jsonl -First 1 | ConvertFrom-Json).event
        $newer = [System.Activator]::CreateInstance($format, @($name, 99, '', '', '', ''))
        $header = $format.GetMethod('Header').Invoke($newer, @([System.DateTimeOffset]::UtcNow))
        [System.IO.File]::WriteAllBytes((Join-Path $PWD.ProviderPath new.jsonl), $header)

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
