using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The user stops the run, or the database is not as it should be.</summary>
public sealed class RunFaults : UploadTest
{
    private string DatabaseUrl => $"file:{Folder["lessons.db"]}";

    [Fact]
    public async Task Fault40_Ctrl_C_ends_within_two_seconds_and_the_next_run_continues_at_the_byte()
    {
        WriteCourse(1, 3_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_000_000 }));
        using var run = Start();
        await Sandbox.WaitAsync("stalled=1");

        var watch = Stopwatch.StartNew();
        run.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"It took {watch.Elapsed}.");
        await RequireResumedAsync(3_000_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fault40_Ctrl_C_as_a_signal_once_or_twice_leaves_a_progress_file_to_continue_from(int times)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Signals, and GNU's env to make sure that they are heard.");
        WriteCourse(1, 3_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_000_000 }));
        var script = Folder.Write("upload.ps1", $"Import-Module '{Built.Module}'; Get-LessonVideoMap '{Folder.Path}' | Send-KinescopeVideo -ProgressFile '{ProgressFile}'");
        // A shell that runs the tests in the background has its children ignore SIGINT.
        using var process = ScriptProcess.Start(script, Sandbox, through: ["env", "--default-signal=INT"]);
        await Sandbox.WaitAsync("stalled=1");

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < times; i++)
            Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The exit code is PowerShell's own: 0, for a pipeline that was stopped.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"It took {watch.Elapsed}.");
        await RequireResumedAsync(3_000_000);
    }

    [Fact]
    public async Task Fault40_Database_down_does_not_hold_the_uploads_up_and_the_next_run_links_them()
    {
        WriteCourse(3);

        var result = Send("| Set-LessonVideoId -Database (Get-UncheckedDatabase 'postgresql://u:secret@127.0.0.1:1/site' -MaxRetry 1 -RetryDelaySeconds 0)");

        Assert.Equal(["DatabaseUnreachable"], result.ErrorIds);
        Assert.Contains("3 lessons were not changed", result.LastError.Exception.Message);
        Assert.DoesNotContain("secret", result.LastError.ToString());
        await RequireOneVideoEachAsync(3);

        SqliteLessons.Create(Folder["lessons.db"], ["l0", "l1", "l2"]);
        var next = Send($"| Set-LessonVideoId -PassThru -DatabaseUrl '{DatabaseUrl}'").RequireNoErrors();
        Assert.All(next.Texts("Status"), status => Assert.Equal("Linked", status));
        Assert.DoesNotContain(null, SqliteLessons.VideoIds(Folder["lessons.db"]));
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task Fault40_Missing_lesson_row_is_told_and_its_video_stays()
    {
        WriteCourse(3);
        SqliteLessons.Create(Folder["lessons.db"], ["l0", "l2"]);

        var result = Send($"| Set-LessonVideoId -DatabaseUrl '{DatabaseUrl}'");

        Assert.Equal(["LessonNotFound"], result.ErrorIds);
        Assert.Equal("l1", result.LastError.TargetObject);
        Assert.DoesNotContain(null, SqliteLessons.VideoIds(Folder["lessons.db"]));
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
        await RequireOneVideoEachAsync(3);
    }

    private async Task RequireResumedAsync(long length)
    {
        await Sandbox.ClearFaultsAsync();
        var result = Send().RequireNoErrors();
        Assert.Equal(["Uploaded"], result.Texts("Status"));
        Assert.Empty(result.Warnings);
        var patches = await PatchesAsync();
        var received = patches[0].GetProperty("body_bytes").GetInt64();
        Assert.InRange(received, 1, length - 1);
        Assert.Equal([0, received], Offsets(patches).Distinct());
        Assert.Equal([length - received], result.Values("BytesSent"));
        await RequireOneVideoEachAsync(1);
    }
}
