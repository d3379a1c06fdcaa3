using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>Ways to stop a run beside Ctrl+C: a downstream that has enough, kill -9.</summary>
public sealed class StoppingTests : UploadTest
{
    [Fact]
    public async Task A_downstream_that_has_enough_stops_the_uploads_behind_it()
    {
        WriteCourse(3, 500_000);
        // The first file passes; the two others hang until they are stopped.
        await Sandbox.SetFaultsAsync(
            new { match = new { method = "PATCH", path = UploadPath, file = "0.mp4" }, fault = new { kind = "delay", seconds = 0.0 } },
            PatchFault(new { kind = "stall", after_bytes = 100_000 }, times: null));

        var watch = Stopwatch.StartNew();
        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope | ForEach-Object { $_; $global:stopped = $_.LessonId; throw 'enough' }");
        watch.Stop();

        Assert.Equal(["l0"], result.Texts("LessonId"));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"It took {watch.Elapsed}.");
        // Nothing holds the progress file any more, and the stopped ones go on.
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Skipped", "l1 Uploaded", "l2 Uploaded"], Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors().Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value}").Order());
        await RequireOneVideoEachAsync(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_process_killed_in_the_middle_of_a_file_leaves_one_video_and_every_id(bool withWorkspace)
    {
        WriteCourse(4, 2_000_000);
        LessonDatabase.Create(Folder["lessons.db"], Enumerable.Range(0, 4).Select(i => $"l{i}"));
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = UploadPath, file = "2.mp4", times = 1 }, fault = new { kind = "stall", after_bytes = 700_000 } });
        var script = Folder.Write("upload.ps1", $$"""
            Import-Module '{{Built.Module}}'
            Get-LessonVideoMap '{{Folder.Path}}' | Send-KinescopeVideo -ThrottleLimit 1 -ProgressFile '{{ProgressFile}}' | Set-LessonVideoId -DatabaseUrl 'file:{{Folder["lessons.db"]}}'
            """);

        using (var process = ScriptProcess.Start(script, Sandbox, withWorkspace))
        {
            await Sandbox.WaitAsync("stalled=1");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Sandbox.ClearFaultsAsync();
        using (var process = ScriptProcess.Start(script, Sandbox, withWorkspace))
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, process.ExitCode);
        }

        await RequireOneVideoEachAsync(4);
        var videos = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("title").GetString()!, video => video.GetProperty("id").GetString());
        Assert.Equal(Enumerable.Range(0, 4).Select(i => (string?)videos[$"Урок {i}"]), LessonDatabase.VideoIds(Folder["lessons.db"]));
        // What the server received of the killed request was not sent again.
        Assert.Equal(4 * 2_000_000, (await Sandbox.RequestsAsync("PATCH", UploadPath)).Sum(patch => patch.GetProperty("body_bytes").GetInt64()));
    }
}
