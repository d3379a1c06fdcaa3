[System.Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseDeclaredVarsMoreThanAssignments', '', Justification = 'Tests use what BeforeAll sets.')]
param()

BeforeDiscovery {
    # Windows allows links to those with a right to make them, and Wine makes some that lead nowhere.
    $link = Join-Path ([System.IO.Path]::GetTempPath()) (New-Guid)
    try {
        [System.IO.File]::WriteAllText("$link.txt", 'there')
        [System.IO.File]::CreateSymbolicLink($link, "$link.txt") | Out-Null
        $canLink = [System.IO.File]::ReadAllText($link) -eq 'there'
    }
    catch {
        $canLink = $false
    }
    finally {
        [System.IO.File]::Delete($link)
        [System.IO.File]::Delete("$link.txt")
    }
}

Describe 'A file that is no plain file' {
    BeforeAll {
        . $PSScriptRoot/common.ps1
        $before = Get-Setting
        $sandbox = Open-Sandbox

        function Add-Link([string] $Path, [string] $Target) {
            $link = Join-Path $PWD.ProviderPath $Path
            if ([System.IO.Directory]::Exists((Join-Path (Split-Path $link) $Target))) {
                [System.IO.Directory]::CreateSymbolicLink($link, $Target) | Out-Null
            }
            else {
                [System.IO.File]::CreateSymbolicLink($link, $Target) | Out-Null
            }
        }

        # A pipe that nobody writes to: whoever opens it waits for ever.
        function Add-Pipe([string] $Path) {
            & mkfifo $Path
        }
    }

    AfterAll {
        Close-Sandbox $sandbox
        Restore-Setting $before
    }

    BeforeEach {
        Use-Sandbox $sandbox
    }

    It 'is what a symbolic link leads to: FoundA04' -Skip:(-not $canLink) {
        'videos', 'course' | ForEach-Object { New-Item $_ -ItemType Directory | Out-Null }
        0..1 | ForEach-Object { Write-Video "videos/$_.mp4" (1000 + $_) $_ }
        Add-Link course/file.mp4 (Join-Path $PWD.ProviderPath videos/0.mp4)
        Add-Link course/again.mp4 file.mp4
        Add-Link course/folder ../videos
        Add-Link course/gone.mp4 ../videos/gone.mp4
        Add-Link course/circle.mp4 circle.mp4
        Add-Link course/all.mp4 ../videos
        Write-Manifest ('file.mp4', 'again.mp4', 'folder/1.mp4', 'gone.mp4', 'circle.mp4', 'all.mp4' | ForEach-Object { @{ id = $_; filepath = $_ } }) course/manifest.json
        (Get-Item videos/*.mp4).ForEach{ $_.LastWriteTimeUtc = [datetime]'2020-01-02' }

        $map = Get-LessonVideoMap course
        $sent = $map | Send-KinescopeVideo -ThrottleLimit 1 -ErrorAction SilentlyContinue -ErrorVariable failures

        $map.State | Should -Be Ready, Ready, Ready, Missing, Missing, Missing
        $map | ForEach-Object Length | Should -Be 1000, 1000, 1001, $null, $null, $null
        $sent = $sent | Sort-Object { $map.LessonId.IndexOf($_.LessonId) }
        $sent.Status | Should -Be Uploaded, Skipped, Uploaded, Failed, Failed, Failed
        $sent[0..2] | ForEach-Object Length | Should -Be 1000, 1000, 1001
        $failures.FullyQualifiedErrorId | Should -BeLike 'LessonFileNotFound,*'
        Get-StoredVideo | Should -HaveCount 2
        (Get-LessonVideoMap course | Where-Object State -eq Ready | Send-KinescopeVideo).Status | Should -Be Skipped, Skipped, Skipped
        Get-StoredVideo | Should -HaveCount 2
    }

    It 'is not opened, a pipe, a socket and a device: FoundA04' -Skip:$IsWindows {
        Write-Video good.mp4 1000 0
        Add-Pipe pipe.mp4
        Add-Link link.mp4 pipe.mp4
        Add-Link device.mp4 /dev/zero
        $socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
        $socket.Bind([System.Net.Sockets.UnixDomainSocketEndPoint]::new((Join-Path $PWD socket.mp4)))
        $names = 'pipe.mp4', 'link.mp4', 'device.mp4', 'socket.mp4', 'good.mp4'
        Write-Manifest ($names | ForEach-Object { @{ id = $_; filepath = $_ } })

        $map = Get-LessonVideoMap
        $sent = $map | Send-KinescopeVideo -ErrorAction SilentlyContinue -ErrorVariable failures
        $names | Send-KinescopeVideo -ProgressFile paths.jsonl -ErrorAction SilentlyContinue -ErrorVariable +failures | Out-Null
        $names | ForEach-Object { [pscustomobject]@{ Path = $_; State = 'Ready' } } |
            Send-KinescopeVideo -ProgressFile ready.jsonl -ErrorAction SilentlyContinue -ErrorVariable +failures | Out-Null
        $socket.Dispose()

        $map.State | Should -Be NotVideo, NotVideo, NotVideo, NotVideo, Ready
        $sent.Status | Should -Be Failed, Failed, Failed, Failed, Uploaded
        $failures | Should -HaveCount 12
        $failures.FullyQualifiedErrorId | Should -BeLike 'LessonFileNotVideo,*'
        Write-Manifest @()
        (Get-LessonVideoMap -IncludeOrphan).Title | Should -Be good
    }

    It 'is refused where a person names it as <Name>, a pipe or a folder: FoundC17' -Skip:$IsWindows -ForEach @(
        @{ Name = 'a manifest'; Run = { Get-LessonVideoMap pipe }; Error = 'ManifestUnreadable'; Folder = 'ManifestNotFound' }
        @{ Name = 'a map'; Run = { Import-LessonVideoMap pipe }; Error = 'ImportFileUnreadable' }
        @{ Name = 'the scripts'' progress file'; Run = { Import-KinescopeUpload pipe }; Error = 'ImportFileUnreadable' }
        @{ Name = 'a progress file to read'; Run = { Get-KinescopeUpload -ProgressFile pipe }; Error = 'ProgressFileUnreadable'; Folder = 'ProgressFileNotFound' }
        @{ Name = 'a progress file'; Run = { Send-KinescopeVideo a.mp4 -ProgressFile pipe }; Error = 'ProgressFileNotWritable' }
        @{ Name = 'an undo file to read'; Run = { Restore-LessonVideoId -DatabaseUrl file:lessons.db -UndoFile pipe -Confirm:$false }; Error = 'UndoFileUnreadable' }
        @{ Name = 'an undo file'; Run = { Set-LessonVideoId l v -DatabaseUrl file:lessons.db -UndoFile pipe }; Error = 'UndoFileNotWritable' }
        @{ Name = 'settings'; Run = { Connect-Kinescope -EnvironmentFile pipe }; Error = 'EnvironmentFileUnreadable' }
        @{ Name = 'certificates'; Run = { Connect-Kinescope -CertificateAuthority pipe }; Error = 'CertificateAuthorityInvalid' }
        @{ Name = 'a database'; Run = { Connect-LessonDatabase file:pipe }; Error = 'DatabaseNotFound' }
    ) {
        & $dotnet $sandboxProgram sample library --scale 0.01 | Out-Null
        Copy-Item library/lessons.db .
        Write-Video a.mp4 10 0
        Add-Pipe pipe

        Get-ErrorId $Run | Should -Be $Error
        Remove-Item pipe
        New-Item pipe -ItemType Directory | Out-Null
        Get-ErrorId $Run | Should -Be ($Folder ? $Folder : $Error)
    }

    It 'is refused where a text in it is without end, as <Name>: FoundC17' -ForEach @(
        @{ Name = 'manifest.json'; Text = '{"courses":[{"id":"{0}"}]}'; Run = { Get-LessonVideoMap }; Error = 'ManifestNotJson' }
        @{ Name = 'map.json'; Text = '{"matched":[{"filePath":"{0}"}]}'; Run = { Import-LessonVideoMap map.json }; Error = 'ImportFileInvalid' }
        @{ Name = 'old.json'; Text = '{"uploaded":[{"lessonId":"{0}"}]}'; Run = { Import-KinescopeUpload old.json }; Error = 'ImportFileUnreadable' }
        @{ Name = '.env'; Text = 'A={0}'; Run = { Connect-Kinescope -EnvironmentFile .env }; Error = 'EnvironmentFileUnreadable' }
    ) {
        [System.IO.File]::WriteAllText((Join-Path $PWD.ProviderPath $Name), $Text.Replace('{0}', [string]::new('a', 70MB)))

        $failure = Get-Failure $Run

        $failure.FullyQualifiedErrorId | Should -BeLike "$Error,*"
        $failure.Exception.Message | Should -BeLike "*$Name*"
    }
}
