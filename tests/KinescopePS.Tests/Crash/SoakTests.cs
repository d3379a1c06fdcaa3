using System.Globalization;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Crash;

/// <summary>
/// Many files, many workers, every fault at once and three kills: what is left is one video a lesson, linked. And many pipelines in one
/// process: what is left of them is nothing. A run of the tests takes few of each; CONTRIBUTING.md says how to take many.
/// </summary>
public sealed class SoakTests : UploadTest
{
    private const int Length = 60_000, Kills = 3;

    private static readonly int Files = Setting("KINESCOPEPS_SOAK_FILES", 40), Pipelines = Setting("KINESCOPEPS_SOAK_PIPELINES", 60);

    private string Database => Folder["lessons.db"];

    // Its own threads and handles are not to be counted.
    private protected override async Task<RunningSandbox> StartSandboxAsync() => await SandboxProcess.StartAsync(SandboxOptions);

    private static object[] Faults =>
    [
        PatchFault(new { kind = "reset", after_bytes = 20_000 }, "*1.mp4", each: true),
        PatchFault(new { kind = "cut", after_bytes = 30_000 }, "*2.mp4", each: true),
        PatchFault(new { kind = "lost-answer" }, "*3.mp4", each: true),
        PatchFault(new { kind = "short-write", keep_bytes = 10_000 }, "*4.mp4", each: true),
        PatchFault(new { kind = "answer", status = 503 }, "*5.mp4", each: true),
        PatchFault(new { kind = "stall", after_bytes = 40_000 }, "*26.mp4"),
        Fault("HEAD", UploadPath, new { kind = "answer", status = 502 }, times: 5),
        .. new[] { 3, 11, 29, 101, 499, 1501 }.Select(nth => Fault("POST", "/v2/init", new { kind = "lost-answer" }, nth: nth)),
        .. new[] { 5, 17, 203, 997 }.Select(nth => Fault("POST", "/v2/init", new { kind = "answer", status = 500 }, nth: nth)),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_files_come_through_every_fault_and_three_kills(bool withWorkspace)
    {
        WriteCourse(Files, Length);
        SqliteLessons.Create(Database, Enumerable.Range(0, Files).Select(i => $"l{i}"));
        var script = Folder.Write("upload.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.05 -MaxRetry 8 -StallTimeoutSeconds 2
            Get-LessonVideoMap '{{Folder.Path}}' | Send-KinescopeVideo -ThrottleLimit 16 -ProgressFile '{{ProgressFile}}' | Set-LessonVideoId -DatabaseUrl 'file:{{Database}}'
            """);
        await Sandbox.SetFaultsAsync(Faults);
        for (var kill = 1; kill <= Kills; kill++)
        {
            using var process = ScriptProcess.Start(script, Sandbox, withWorkspace);
            await Sandbox.WaitAsync($"requests={(await PatchesAsync()).Count + Files / (Kills + 1)}&method=PATCH&timeout=600");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        for (var run = 0; run < 2; run++)
        {
            using var process = ScriptProcess.Start(script, Sandbox, withWorkspace);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }

        await RequireOneVideoEachAsync(Files);
        var videos = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("title").GetString()!, video => video.GetProperty("id").GetString());
        var lessons = Enumerable.Range(0, Files).Select(i => $"l{i}").Order(StringComparer.Ordinal);
        Assert.Equal(lessons.Select(lesson => videos[$"Урок {lesson[1..]}"]), SqliteLessons.VideoIds(Database));
        var statuses = Session.Run("param($file) Get-KinescopeUpload -ProgressFile $file", ProgressFile).RequireNoErrors();
        Assert.Equal(Files, statuses.Output.Count);
        Assert.Equal(["Uploaded"], statuses.Texts("Status").Distinct());
    }

    [Fact]
    public async Task Many_pipelines_and_imports_leave_no_thread_and_no_handle_behind()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Handles are counted in /proc.");
        WriteCourse(2);
        var script = Folder.Write("many.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            $folder = '{{Folder.Path}}'
            function Measure-Now {
                # What pools and timers hold for a while is no leak.
                [GC]::Collect(); [GC]::WaitForPendingFinalizers()
                $process = [System.Diagnostics.Process]::GetCurrentProcess()
                [ordered] @{ threads = $process.Threads.Count; handles = @(Get-ChildItem /proc/self/fd).Count; memory = [GC]::GetTotalMemory($true) }
            }
            function Invoke-Pipeline([int] $From, [int] $To) {
                foreach ($i in $From..$To) {
                    Get-LessonVideoMap $folder | Send-KinescopeVideo -ProgressFile (Join-Path $folder p.jsonl) -Force:($i % 10 -eq 0) | Out-Null
                    Get-KinescopeVideo | Select-Object -First 1 | Out-Null
                    if ($i % 20 -eq 0) { Import-Module '{{Built.Module}}' -Force -WarningAction Ignore; $null = Connect-Kinescope -RetryDelaySeconds 0.05 }
                }
            }
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.05
            Invoke-Pipeline 1 {{Pipelines / 2}}
            $before = Measure-Now
            Invoke-Pipeline {{(Pipelines / 2) + 1}} {{Pipelines}}
            @($before, (Measure-Now)) | ConvertTo-Json | Set-Content (Join-Path $folder measured.json)
            """);

        using var process = ScriptProcess.Start(script, Sandbox);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        var measured = JsonDocument.Parse(await File.ReadAllTextAsync(Folder["measured.json"], TestContext.Current.CancellationToken)).RootElement;
        TestContext.Current.SendDiagnosticMessage("after {0} pipelines, and after {1}: {2}", Pipelines / 2, Pipelines, measured);
        Assert.InRange(Grown("threads"), -100, 8);
        Assert.InRange(Grown("handles"), -100, 16);

        long Grown(string name) => measured[1].GetProperty(name).GetInt64() - measured[0].GetProperty(name).GetInt64();
    }

    private static object PatchFault(object fault, string file, bool each) =>
        new { match = new { method = "PATCH", path = UploadPath, file, times = 1, each_path = each }, fault };

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
