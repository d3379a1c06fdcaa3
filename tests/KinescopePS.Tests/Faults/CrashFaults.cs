using KinescopePS.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KinescopePS.Tests.Faults;

/// <summary>The process is killed between a step and its record.</summary>
public sealed class CrashFaults : UploadTest
{
    private string Database => Folder["lessons.db"];

    [Theory]
    [InlineData("intent-recorded", true)]
    [InlineData("init-answered", false)]
    [InlineData("init-answered", true)]
    public async Task Fault27_Killed_around_init_leaves_one_video(string waypoint, bool withWorkspace)
    {
        await KillAtAsync(waypoint, withWorkspace);
        Assert.Equal("intent", ProgressEvents[^1]);

        await RunToEndAsync(withWorkspace);

        await RequireOneVideoEachAsync(2);
        await RequireLinkedAsync();
    }

    [Fact]
    public async Task Fault28_Killed_after_the_last_byte_resends_nothing()
    {
        await KillAtAsync("last-patch-answered");
        Assert.DoesNotContain("uploaded", ProgressEvents);

        await RunToEndAsync();

        Assert.Equal(2 * 200_000, BytesOf(await PatchesAsync()));
        Assert.Equal(2, (await Sandbox.RequestsAsync("POST", "/v2/init")).Count);
        await RequireOneVideoEachAsync(2);
        await RequireLinkedAsync();
    }

    [Fact]
    public async Task Fault29_Killed_before_the_database_update_only_links()
    {
        await KillAtAsync("uploaded-recorded");
        Assert.Equal([null, null], SqliteLessons.VideoIds(Database));
        var before = (await Sandbox.RequestsAsync("PATCH", "/")).Count;

        await RunToEndAsync();

        // The second lesson is uploaded; the first one is linked and nothing else.
        Assert.Equal(before + 1, (await PatchesAsync()).Count);
        Assert.Equal(2, (await Sandbox.RequestsAsync("POST", "/v2/init")).Count);
        await RequireOneVideoEachAsync(2);
        await RequireLinkedAsync();
    }

    [Fact]
    public async Task Fault30_Killed_in_the_transaction_is_linked_by_the_next_run_and_unchanged_by_the_one_after()
    {
        Prepare();
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            // Another program writes: the commit of ours waits for it, and dies waiting.
            using var other = connection.BeginTransaction(deferred: false);
            using var process = ScriptProcess.Start(Script, Sandbox);
            await Eventually.HoldsAsync(() => File.Exists(ProgressFile) && ProgressEvents.Count(kind => kind == "uploaded") == 2);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal([null, null], SqliteLessons.VideoIds(Database));
        await RunToEndAsync();
        await RequireLinkedAsync();
        await RunToEndAsync();
        await RequireLinkedAsync();
        await RequireOneVideoEachAsync(2);
        Assert.Equal(2, (await PatchesAsync()).Count);
    }

    [Fact]
    public async Task Fault30_Update_never_replaces_an_id_that_came_meanwhile()
    {
        Prepare();
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1000 }, "0.mp4"));
        using var run = Start($"| Set-LessonVideoId -PassThru -DatabaseUrl 'file:{Database}'");
        await Sandbox.WaitAsync("stalled=1");
        using (var other = new PowerShellSession(Folder.Path))
            other.Run($"Set-LessonVideoId l0 theirs -DatabaseUrl 'file:{Database}'").RequireNoErrors();
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        Assert.Equal(["VideoIdAlreadySet"], result.ErrorIds);
        Assert.Equal("theirs", SqliteLessons.VideoIds(Database)[0]);
        Assert.NotNull(SqliteLessons.VideoIds(Database)[1]);
    }

    private string Script => Folder.Write("upload.ps1", $$"""
        Import-Module '{{Built.Module}}'
        Get-LessonVideoMap '{{Folder.Path}}' | Send-KinescopeVideo -ThrottleLimit 1 -ProgressFile '{{ProgressFile}}' | Set-LessonVideoId -DatabaseUrl 'file:{{Database}}'
        """);

    private void Prepare()
    {
        WriteCourse(2, 200_000);
        SqliteLessons.Create(Database, ["l0", "l1"]);
    }

    private async Task KillAtAsync(string waypoint, bool withWorkspace = false)
    {
        Prepare();
        using var process = ScriptProcess.Start(Script, Sandbox, withWorkspace, waypoint);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
    }

    private async Task RunToEndAsync(bool withWorkspace = false)
    {
        using var process = ScriptProcess.Start(Script, Sandbox, withWorkspace);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    private async Task RequireLinkedAsync()
    {
        var videos = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("title").GetString()!, video => video.GetProperty("id").GetString());
        Assert.Equal([videos["Урок 0"], videos["Урок 1"]], SqliteLessons.VideoIds(Database));
    }
}
