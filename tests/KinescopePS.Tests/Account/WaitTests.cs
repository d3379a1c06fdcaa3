using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>Wait-KinescopeVideo.</summary>
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
    public async Task Each_comes_as_soon_as_it_is_ready()
    {
        Connect().RequireNoErrors();
        var (ready, slow) = (await AddVideoAsync("ready"), await AddVideoAsync("slow", status: "processing"));
        using var waiting = new RunningScript(Session.Shell("param($ids) $ids | Wait-KinescopeVideo -IntervalSeconds 0.1", [new[] { ready, slow }]));

        await Eventually.HoldsAsync(() => waiting.Output.Count == 1);
        await SetStatusAsync(slow, "done");
        var result = (await waiting.EndAsync()).RequireNoErrors();

        Assert.Equal(["ready", "slow"], result.Texts("Title"));
    }

    [Fact]
    public async Task A_short_id_is_taken_and_a_disturbance_is_sat_out()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("a");
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = "^/v1/videos$", times = 2 }, fault = new { kind = "answer", status = 502 } });

        var result = Session.Run("param($id) Wait-KinescopeVideo ((Invoke-KinescopeApi videos).play_link.Split('/')[-1]) -IntervalSeconds 0.1").RequireNoErrors();

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
}
