using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Replacing;

/// <summary>A replacement that meets a refused key, a limit, a full disk, or no right to put the title back.</summary>
public sealed class ReplaceFaultTests : ReplaceTest
{
    [Fact]
    public async Task A_limit_is_waited_for_as_long_as_the_server_asks()
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "answer", status = 429, code = 429429, headers = new Dictionary<string, string> { ["Retry-After"] = "1" } }));
        var began = TimeProvider.System.GetTimestamp();

        Assert.Null((await RunAsync(replaces: true)).Failure);

        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromSeconds(0.9));
        await RequireReplacedAsync(videoId);
        Assert.Equal(NewLength, (await SentAsync())[^1]);
    }

    [Fact]
    public async Task A_limit_that_does_not_end_is_the_lessons_error_and_the_next_run_goes_on()
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "answer", status = 429, code = 429429 }, times: null));

        var limited = await RunAsync(replaces: true);

        Assert.Equal((ErrorIds.RateLimited, false), (limited.Failure?.ErrorId, limited.Failure!.StopsRun));
        Assert.Equal(Title, (await VideoAsync(videoId)).GetProperty("title").GetString());
        await Sandbox.ClearFaultsAsync();
        Assert.Null((await RunAsync(replaces: true)).Failure);
        await RequireReplacedAsync(videoId);
    }

    /// <summary>Each line of the record in turn finds the disk full.</summary>
    [Theory]
    [InlineData(UploadEventKind.Replacing)]
    [InlineData(UploadEventKind.Ending)]
    [InlineData(UploadEventKind.Uploaded)]
    [InlineData(UploadEventKind.Restored)]
    public async Task A_full_disk_stops_the_run_and_the_next_one_ends_what_was_begun(object full)
    {
        var videoId = await UploadAsync();
        Change();
        using (var life = new Mortal { DiskIsFullAt = (UploadEventKind)full })
        {
            var failed = await RunAsync(replaces: true, life: life);
            Assert.Equal((ErrorIds.ProgressFileNotWritable, true), (failed.Failure?.ErrorId, failed.Failure?.StopsRun));
        }

        Assert.Null((await RunAsync(replaces: true)).Failure);
        await ProcessAsync();
        Assert.Null((await RunAsync(verifies: true, waits: true)).Failure);
        await RequireReplacedAsync(videoId);
        Assert.Null((await RecordedAsync()).Replacement);
    }

    /// <summary>A request that broke off took the title, and the one after it is refused.</summary>
    [Fact]
    public async Task A_refusal_forgets_no_title_that_is_to_be_put_back()
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(
            Fault(new { kind = "cut", after_bytes = 100_000 }),
            Fault(new { kind = "answer", status = 402, code = 400207 }, times: null),
            new { match = new { method = "PATCH", path = "/v1/videos/", nth = 2 }, fault = new { kind = "answer", status = 403, code = 100103 } });
        Assert.Equal(ErrorIds.PaymentRequired, (await RunAsync(replaces: true)).Failure?.ErrorId);
        Assert.Equal("Urok pervyi: elka", (await VideoAsync(videoId)).GetProperty("title").GetString());
        Assert.Equal(Title, (await RecordedAsync()).Replacement?.Before.Title);
        await Sandbox.ClearFaultsAsync();

        Assert.Null((await RunAsync()).Failure);

        await RequireReplacedAsync(videoId);
    }

    /// <summary>The request broke off, and the title that it left cannot be put back at once.</summary>
    [Theory]
    [InlineData(403, 100103)]
    [InlineData(503, 500500)]
    public async Task A_title_that_an_attempt_left_is_put_back_by_the_next_run(int status, int code)
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(
            Fault(new { kind = "lost-answer" }, times: null),
            new { match = new { method = "PATCH", path = "/v1/videos/", nth = 2 }, fault = new { kind = "answer", status, code } });
        Assert.Equal(LessonUploadStatus.Failed, (await RunAsync(replaces: true)).Result.Status);
        Assert.Matches("its response is not known: looking at the video until [0-9:]{8} .*sent again if it is not seen by then", string.Join('\n', Said));
        Assert.Equal("Urok pervyi: elka", (await VideoAsync(videoId)).GetProperty("title").GetString());
        Assert.Equal(Title, (await RecordedAsync()).Replacement?.Before.Title);
        await Sandbox.ClearFaultsAsync();

        Assert.Null((await RunAsync()).Failure);

        await RequireReplacedAsync(videoId);
    }
}
