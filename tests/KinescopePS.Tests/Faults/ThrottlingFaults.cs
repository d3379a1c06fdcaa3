using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The server asks for patience.</summary>
public sealed class ThrottlingFaults : UploadTest
{
    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Fault07_RetryAfterSeconds_is_obeyed_by_every_worker_and_costs_no_retry(int status)
    {
        WriteCourse(4);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", Refusal(status, "1")));

        var result = Send("-ThrottleLimit 2 -Verbose", connection: "-MaxRetry 0").RequireNoErrors();

        Assert.All(result.Texts("Status"), text => Assert.Equal("Uploaded", text));
        Assert.Contains(result.Verbose, message => message.Contains("pause of 1 s"));
        var starts = (await Sandbox.RequestsAsync("POST", "/v2/init")).Select(request => request.GetProperty("started_at").GetDateTimeOffset()).ToList();
        Assert.Equal(5, starts.Count);
        // The other worker has asked by the time of the refusal, or waits too.
        Assert.InRange(starts.Count(start => start - starts[0] >= TimeSpan.FromSeconds(0.99)), 3, 4);
    }

    [Fact]
    public async Task Fault07_RetryAfterSeconds_longer_than_the_stall_timeout_is_no_stall()
    {
        WriteCourse(3);
        await Sandbox.SetFaultsAsync(PatchFault(Refusal(503, "2")));

        var result = Send(connection: "-StallTimeoutSeconds 1 -MaxRetry 0").RequireNoErrors();

        Assert.All(result.Texts("Status"), text => Assert.Equal("Uploaded", text));
        Assert.DoesNotContain("UploadInterrupted", ((IReadOnlyDictionary<string, int>)result.Summary!.Properties["Retries"].Value).Keys);
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task Fault08_RetryAfterDate_is_taken_by_the_servers_clock()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", Refusal(503, "Tue, 01 Jan 2030 00:00:01 GMT", "Tue, 01 Jan 2030 00:00:00 GMT")));

        var result = Send("-Verbose", connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Contains(result.Verbose, message => message.Contains("pause of 1 s"));
        var starts = (await Sandbox.RequestsAsync("POST", "/v2/init")).Select(request => request.GetProperty("started_at").GetDateTimeOffset()).ToList();
        Assert.InRange((starts[1] - starts[0]).TotalSeconds, 0.99, 10);
    }

    [Theory]
    [InlineData("Tue, 01 Jan 2030 00:00:01 GMT", "Tue, 01 Jan 2030 00:00:02 GMT")]
    [InlineData("-5", null)]
    [InlineData("soon", null)]
    [InlineData("0", null)]
    public async Task Fault08_RetryAfter_that_makes_no_sense_leaves_the_wait_to_us(string retryAfter, string? date)
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", Refusal(503, retryAfter, date)));

        var result = Send("-Verbose", connection: "-MaxRetry 1").RequireNoErrors();

        Assert.DoesNotContain(result.Verbose, message => message.Contains("pause"));
        Assert.Contains(result.Verbose, message => message.Contains("Next try in"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault08_RetryAfter_beyond_reason_is_capped_and_told()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", Refusal(503, "1000000000000")));
        using var run = Start();

        await Eventually.HoldsAsync(() => run.Warnings.Any(warning => warning.Contains("it is given 60 minutes")));
        var watch = Stopwatch.StartNew();
        run.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"Stopping in the pause took {watch.Elapsed}.");
        await Sandbox.ClearFaultsAsync();
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }

    private static object Refusal(int status, string retryAfter, string? date = null)
    {
        var headers = new Dictionary<string, string> { ["Retry-After"] = retryAfter };
        if (date is not null)
            headers["Date"] = date;
        return new { kind = "answer", status, headers };
    }
}
