using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The way to the server breaks, stalls, trickles, loses bodies, or is not there.</summary>
public sealed class NetworkFaults : UploadTest
{
    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    public async Task Fault10_Broken_connection_is_continued_at_the_byte(string kind)
    {
        WriteCourse(1, 5_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind, after_bytes = 2_000_000 }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        // The line may cut again: what it carried goes at once.
        Assert.Equal([3], result.Values("Attempts"));
        Assert.Equal([0, 2_000_000], Offsets(await PatchesAsync()).Take(2));
        Assert.Equal(5_000_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault10_Broken_connections_without_progress_are_counted_and_progress_gives_them_back()
    {
        WriteCourse(1, 1_000_000);
        // Each request gets 100 000 bytes through: nine resets, never two without progress between them.
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "reset", after_bytes = 100_000 }, times: 9));
        Assert.Equal(["l0 Uploaded"], Statuses(Send(connection: "-MaxRetry 1").RequireNoErrors()));

        WriteCourse(2, 1_000_000);
        await Sandbox.ForgetRequestsAsync();
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "reset" }, times: null));
        var failed = Send(connection: "-MaxRetry 2");

        Assert.Equal(["l0 Skipped", "l1 Failed"], Statuses(failed));
        Assert.Equal(["KinescopeUnavailable"], failed.ErrorIds);
        // One that sent unasked, one that asked and once more without, and the last.
        Assert.Equal(4, (await PatchesAsync()).Count);

        await Sandbox.ClearFaultsAsync();
        Send(connection: "-MaxRetry 3").RequireNoErrors();
        await RequireOneVideoEachAsync(2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fault13_Answer_to_init_lost_leaves_one_video(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "lost-answer" }));

        var result = Send("-ThrottleLimit 1").RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(result));
        Assert.Single(ProgressEvents, "abandoned");
        Assert.Single(ProgressEvents, "deleted");
        await RequireOneVideoEachAsync(2);
    }

    [Theory]
    [InlineData("list-delay")]
    [InlineData("search-delay")]
    public async Task Fault13_Answer_to_init_lost_leaves_one_video_though_lists_show_a_new_one_late(string delayed)
    {
        WriteCourse(2);
        await Sandbox.ChangeWayAsync(delayed, "300");
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "lost-answer" }));

        var ids = Send("-ThrottleLimit 1").RequireNoErrors().Texts("VideoId").Order();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(ids, Send().RequireNoErrors().Texts("VideoId").Order());

        await RequireOneVideoEachAsync(2);
        Assert.Single(ProgressEvents, "abandoned");
        await Sandbox.ForgetRequestsAsync();
        Send().RequireNoErrors();
        Assert.Empty(await Sandbox.RequestsAsync("GET", "/v1"));
    }

    [Fact]
    public async Task Fault13_Answer_to_init_lost_with_a_token_that_may_not_look_is_told()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(
            Fault("POST", "/v2/init", new { kind = "lost-answer" }),
            Fault("GET", "/v1/videos", new { kind = "answer", status = 403, code = 100103, message = "access denied" }, times: null));

        var result = Send().RequireNoErrors();

        Assert.Contains(result.Warnings, warning => warning.Contains("may be left from a call that got no response"));
        Assert.Equal(["l0 Uploaded"], Statuses(result));
    }

    [Fact]
    public async Task Fault18_Bodies_that_are_held_back_and_lost_go_in_smaller_requests()
    {
        WriteCourse(1, 40_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "discard", after_bytes = 20_000_000 }, times: null));

        var result = Send("-Verbose").RequireNoErrors();

        Assert.Contains(result.Verbose, message => message.Contains("going on in smaller requests"));
        Assert.InRange((await PatchesAsync()).Count, 3, 12);
        Assert.InRange(BytesOf(await PatchesAsync()), 40_000_000, 65_000_000);
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault19_Stall_is_cancelled_and_resumed()
    {
        WriteCourse(1, 12_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_000_000 }));

        var watch = Stopwatch.StartNew();
        var result = Send(connection: "-StallTimeoutSeconds 1 -MaxRetry 0").RequireNoErrors();

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 15);
        Assert.Equal(1, ((IReadOnlyDictionary<string, int>)result.Summary!.Properties["Retries"].Value)["UploadInterrupted"]);
        Assert.Equal(12_000_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault19_Stall_before_the_answer_to_the_last_byte_resends_nothing()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 20, when = "after-processing" }));

        var result = Send(connection: "-StallTimeoutSeconds 1 -MaxRetry 0").RequireNoErrors();

        Assert.Equal([1000L], result.Values("BytesSent"));
        Assert.True((TimeSpan)result.Values("Duration").Single()! < TimeSpan.FromSeconds(15));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault20_Trickle_below_the_minimum_rate_is_cancelled_and_resumed()
    {
        WriteCourse(1, 30_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "trickle", bytes_per_second = 10_000_000 }));

        var result = Send(connection: "-StallTimeoutSeconds 1 -MinimumRate 40MB -MaxRetry 0").RequireNoErrors();

        Assert.Equal(1, ((IReadOnlyDictionary<string, int>)result.Summary!.Properties["Retries"].Value)["UploadInterrupted"]);
        Assert.Equal(30_000_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault20_Trickle_is_borne_where_any_byte_counts()
    {
        WriteCourse(1, 30_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "trickle", bytes_per_second = 10_000_000 }));

        Send(connection: "-StallTimeoutSeconds 2 -MinimumRate 0 -MaxRetry 0").RequireNoErrors();

        Assert.Single(await PatchesAsync());
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault26_Name_that_does_not_resolve_is_told_for_each_file()
    {
        WriteCourse(2);

        var result = Send(connection: "-UploaderUri https://nowhere.invalid -MaxRetry 1");

        Assert.Equal(["HostUnreachable", "HostUnreachable"], result.ErrorIds);
        Assert.Contains("nowhere.invalid", result.LastError.Exception.Message);
        Assert.DoesNotContain("uploaded", ProgressEvents);
        Send(connection: "-MaxRetry 3").RequireNoErrors();
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public void Fault26_Host_out_of_reach_is_probed_once_for_all_workers()
    {
        SetRetryDelay(0.3);
        var port = Ports.Closed();
        Session.Connect($"-UploaderUri http://127.0.0.1:{port} -MaxRetry 3");
        var gaps = SendOutOfReach(port, count: 8);

        // What the workers found out at the same time, and then one attempt after each pause.
        Assert.InRange(gaps.Count(gap => gap < TimeSpan.FromSeconds(0.25)), 0, 7);
        Assert.True(gaps.Count >= 3);
    }

    [Fact]
    public async Task Fault26_Files_that_wait_for_the_same_list_share_the_failure_to_get_it()
    {
        var gone = await SandboxProcess.StartAsync();
        Session.Use(gone);
        SetRetryDelay(1);
        Session.Connect("-MaxRetry 1");
        await gone.DisposeAsync();
        var gaps = SendOutOfReach(gone.ApiPort, count: 3);

        // One attempt that fails, one after the pause; a file that comes when these are over begins anew.
        Assert.InRange(gaps.Count + 1, 2, 4);
    }

    [Fact]
    public async Task Fault26_Host_that_comes_back_gets_everything()
    {
        using var data = new TemporaryFolder();
        await using (var before = await SandboxProcess.StartAsync(data: data.Path))
        {
            Session.Use(before);
            Session.Connect("-MaxRetry 30");
        }

        WriteCourse(6);
        using var run = Start("-ThrottleLimit 6");
        await using var after = await SandboxProcess.StartAsync(data: data.Path);

        var result = await run.EndAsync();

        Assert.All(result.RequireNoErrors().Texts("Status"), status => Assert.Equal("Uploaded", status));
        Assert.Equal(6, (await after.VideosAsync()).Count);
    }

    /// <summary>Sends files, all at once, where nobody listens at a port, which each of them is to be told.</summary>
    /// <returns>The time from each attempt to connect to the next one.</returns>
    private IReadOnlyList<TimeSpan> SendOutOfReach(int port, int count)
    {
        WriteCourse(count);
        using var attempts = new ConnectionAttempts(port);

        var result = Send($"-ThrottleLimit {count}");

        Assert.Equal(Enumerable.Repeat("HostUnreachable", count), result.ErrorIds);
        return attempts.Gaps;
    }
}
