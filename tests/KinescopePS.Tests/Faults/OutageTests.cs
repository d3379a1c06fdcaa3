using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The API is out while the uploader works, longer than the retries last.</summary>
public sealed class OutageTests : UploadTest
{
    [Theory]
    [InlineData("503")]
    [InlineData("500500")]
    [InlineData("reset")]
    public async Task A_run_begins_in_an_outage_and_ends_after_it(string way)
    {
        WriteCourse(3);
        Session.Connect("-MaxRetry 1 -Patience 1h");
        await Sandbox.ForgetRequestsAsync();
        await Sandbox.ChangeWayAsync("api", way);
        using var run = Start("-Wait");
        // Far more often than -MaxRetry allows.
        await Sandbox.WaitAsync("requests=7&path=/v1");
        await Sandbox.ChangeWayAsync("api", "up");

        var result = (await run.EndAsync()).RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded"], Statuses(result));
        await RequireOneVideoEachAsync(3);
        Assert.Equal(3, (await Sandbox.RequestsAsync("POST", "/v2/init")).Count);
    }

    [Fact]
    public async Task Bytes_flow_on_in_an_outage_and_results_wait()
    {
        WriteCourse(1, 3_000_000);
        Session.Connect("-MaxRetry 1 -Patience 1h");
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "trickle", bytes_per_second = 3_000_000 }, times: null));
        using var run = Start("-Wait");
        await Sandbox.WaitAsync("bytes=300000");
        var video = (await Sandbox.VideosAsync())[0].GetProperty("id");
        await Sandbox.ChangeWayAsync("api", "503");
        await Sandbox.ForgetRequestsAsync();
        await Sandbox.WaitAsync($"bytes=3000000&video={video}");
        await Sandbox.WaitAsync("requests=7&path=/v1");
        Assert.Empty(run.Output);
        await Sandbox.ChangeWayAsync("api", "up");

        var result = (await run.EndAsync()).RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task A_lesson_that_fails_alone_does_not_hold_a_run_for_that_long()
    {
        WriteCourse(3);
        Session.Connect("-MaxRetry 1 -Patience 1h");
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 500 }, "1.mp4", times: null));
        var watch = Stopwatch.StartNew();

        var result = Send();

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
        Assert.Equal(["l0 Uploaded", "l1 Failed", "l2 Uploaded"], Statuses(result));
        Assert.True(watch.Elapsed < TimeSpan.FromMinutes(5), $"It took {watch.Elapsed}.");
    }

    [Fact]
    public async Task Patience_ends()
    {
        WriteCourse(1);
        Session.Connect("-MaxRetry 0 -Patience '1s'");
        await Sandbox.ChangeWayAsync("api", "503");

        Assert.Equal(["KinescopeUnavailable"], Send().ErrorIds);

        await Sandbox.ChangeWayAsync("api", "up");
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }
}
