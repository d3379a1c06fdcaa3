using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>Wait-KinescopeVideo and Send-KinescopeVideo -Wait.</summary>
public sealed class WaitTests : AccountTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0.3"];

    [Fact]
    public async Task Four_hundred_and_five_videos_cost_five_calls_a_look()
    {
        Connect().RequireNoErrors();
        var ids = new List<string>();
        for (var i = 0; i < 405; i++)
            ids.Add(await AddVideoAsync($"v{i}", status: "processing"));
        await Sandbox.ForgetRequestsAsync();

        using var waiting = new RunningScript(Session.Shell("param($ids) $ids | Wait-KinescopeVideo -IntervalSeconds 0.2", ids));
        await Sandbox.WaitAsync("requests=5&path=/v1/videos&ended=true");
        foreach (var id in ids)
            await SetStatusAsync(id, "done");
        var result = await waiting.EndAsync();

        Assert.Equal(405, result.RequireNoErrors().Output.Count);
        var calls = await Sandbox.RequestsAsync("GET", "/v1/videos");
        TestContext.Current.TestOutputHelper!.WriteLine($"{calls.Count} calls for 405 videos.");
        Assert.All(calls, call => Assert.Equal("/v1/videos", call.GetProperty("path").GetString()));
        // Each pause is five times as long as for one page.
        var looks = calls.Select(call => call.GetProperty("started_at").GetDateTimeOffset()).Chunk(5).Select(look => look[0]).ToList();
        Assert.All(looks.Zip(looks.Skip(1), (one, next) => next - one).Take(2), pause => Assert.True(pause >= TimeSpan.FromSeconds(0.9), $"{pause}"));
        Assert.NotEmpty(result.Progress);
    }

    [Fact]
    public async Task Each_comes_as_soon_as_it_is_ready_and_those_that_failed_are_errors()
    {
        Connect().RequireNoErrors();
        var (ready, slow, broken) = (await AddVideoAsync("ready"), await AddVideoAsync("slow", status: "processing"), await AddVideoAsync("broken", status: "processing"));
        await SetStatusAsync(broken, "error", "no video stream");
        using var waiting = new RunningScript(Session.Shell("param($ids) $ids | Wait-KinescopeVideo -IntervalSeconds 0.1", [new[] { ready, slow, broken }]));

        await Eventually.HoldsAsync(() => waiting.Output.Count == 1);
        await SetStatusAsync(slow, "done");
        var result = await waiting.EndAsync();

        Assert.Equal(["ready", "slow"], result.Texts("Title"));
        Assert.Equal(["VideoProcessingFailed"], result.ErrorIds);
        Assert.Contains("no video stream", result.LastError.Exception.Message);
        Assert.Equal(broken, result.LastError.TargetObject);
    }

    [Fact]
    public async Task What_is_not_there_or_takes_too_long_does_not_hold_up_the_others()
    {
        Connect().RequireNoErrors();
        var (ready, slow) = (await AddVideoAsync("ready"), await AddVideoAsync("slow", status: "pre-processing"));

        var result = Session.Run("param($ids) $ids | Wait-KinescopeVideo -IntervalSeconds 0.1 -Timeout 00:00:02", [new[] { ready, slow, "no-id-at-all", "11111111-1111-4111-8111-111111111111" }]);

        Assert.Equal(["ready"], result.Texts("Title"));
        Assert.Equal(["IdInvalid", "VideoNotFound", "VideoNotProcessed"], result.ErrorIds.Order());
        Assert.Contains(result.Errors, error => error.Exception.Message.Contains("pre-processing"));
    }

    [Fact]
    public async Task A_short_id_is_taken_and_a_disturbance_is_sat_out()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("a");
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = "^/v1/videos$", times = 2 }, fault = new { kind = "answer", status = 502 } });

        var result = Session.Run("param($id) Wait-KinescopeVideo ((Invoke-KinescopeApi videos -MaxRetry 5 -RetryDelaySeconds 0).play_link.Split('/')[-1]) -IntervalSeconds 0.1 -MaxRetry 0").RequireNoErrors();

        Assert.Equal(["a"], result.Texts("Title"));
    }

    [Fact]
    public async Task A_revoked_token_ends_it_and_so_does_a_stop()
    {
        Connect().RequireNoErrors();
        var id = await AddVideoAsync("a", status: "processing");
        using (var waiting = new RunningScript(Session.Shell("param($id) Wait-KinescopeVideo $id -IntervalSeconds 60", id)))
        {
            await Sandbox.WaitAsync("requests=1&method=GET&path=/v1/videos&ended=true");
            var watch = System.Diagnostics.Stopwatch.StartNew();
            waiting.Stop();
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2));
        }

        await Sandbox.RevokeTokenAsync();
        Assert.Equal(["TokenRejected"], Session.Run("param($id) Wait-KinescopeVideo $id -IntervalSeconds 0.1", id).ErrorIds);
    }

    [Fact]
    public async Task Send_Wait_writes_what_can_be_played_and_fails_what_cannot()
    {
        WriteCourse(3);
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "video-status", video_status = "error" }, "1.mp4"),
            PatchFault(new { kind = "video-status", video_status = "processing" }, "2.mp4"));

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Wait -WaitIntervalSeconds 0.1 -WaitTimeout 00:00:02");

        Assert.Equal(["l0 Uploaded", "l1 Failed", "l2 Failed"], Statuses(result));
        Assert.Equal(["VideoNotProcessed", "VideoProcessingFailed"], result.ErrorIds.Order());
        Assert.Single(result.Values("VideoId"), id => id is not null);
        Assert.Contains("done", (await Sandbox.VideosAsync()).Select(video => video.GetProperty("status").GetString()));

        var unfinished = (await Sandbox.VideosAsync()).Single(video => video.GetProperty("status").GetString() == "processing").GetProperty("id").GetString()!;
        await SetStatusAsync(unfinished, "done");
        await Sandbox.ClearFaultsAsync();
        var second = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Wait -WaitIntervalSeconds 0.1").RequireNoErrors();
        Assert.Equal(["l0 Skipped", "l1 Uploaded", "l2 Skipped"], Statuses(second));
    }
}
