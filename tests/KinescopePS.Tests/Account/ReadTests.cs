using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>What the reading cmdlets show of an account.</summary>
public sealed class ReadTests : AccountTest
{
    [Fact]
    public async Task Videos_come_newest_first_however_many_pages_there_are()
    {
        Connect().RequireNoErrors();
        for (var i = 0; i < 205; i++)
            await AddVideoAsync($"v{i}", status: null);
        await Sandbox.ForgetRequestsAsync();

        var result = Session.Run("Get-KinescopeVideo").RequireNoErrors();

        Assert.Equal(Enumerable.Range(0, 205).Reverse().Select(i => $"v{i}"), result.Texts("Title"));
        Assert.Equal(4, (await CallsAsync()).Count);
    }

    [Fact]
    public async Task Deleting_what_is_listed_passes_over_none()
    {
        Connect().RequireNoErrors();
        for (var i = 0; i < 110; i++)
            await AddVideoAsync($"v{i}", status: null);

        Session.Run("Get-KinescopeVideo -Status uploading | Remove-KinescopeVideo -Confirm:$false").RequireNoErrors();

        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task Fields_that_are_missing_null_or_new_are_no_errors()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 200, body = """{"data":[{"id":17,"status":"transmogrifying","duration":null,"assets":null,"tags":[1,null],"error":"?","created_at":"soon"}],"meta":null}""" }, times: null));

        var result = Session.Run("Get-KinescopeVideo").RequireNoErrors();

        Assert.Equal(["17"], result.Texts("VideoId"));
        Assert.Contains("transmogrifying", result.Texts("Status"));
    }

    [Fact]
    public async Task A_stop_ends_a_call_that_hangs()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "stall" }));
        using var listing = new RunningScript(Session.Shell("Get-KinescopeVideo"));
        await Sandbox.WaitAsync("stalled=1");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        listing.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }
}
