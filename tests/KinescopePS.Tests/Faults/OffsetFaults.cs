using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>Server and client disagree about how far an upload is.</summary>
public sealed class OffsetFaults : UploadTest
{
    [Fact]
    public async Task Fault01_Conflict_with_another_offset_continues_there()
    {
        WriteCourse(1, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 409, after_bytes = 300_000 }));

        Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal([0, 300_000], Offsets(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault01_Conflict_with_our_own_offset_is_waited_out_and_never_repeated_without_delay()
    {
        WriteCourse(1);
        SetRetryDelay(0.04);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 409 }, times: null));

        var failed = Send(connection: "-MaxRetry 0");

        Assert.Equal(["UploadLocked"], failed.ErrorIds);
        var starts = (await PatchesAsync()).Select(patch => patch.GetProperty("started_at").GetDateTimeOffset()).ToList();
        var gaps = starts.Zip(starts.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).ToList();
        Assert.Equal(5, gaps.Count);
        Assert.All(gaps.Select((gap, i) => gap / (0.04 * Math.Pow(2, i))), part => Assert.InRange(part, 0.95, double.MaxValue));
        await Sandbox.ClearFaultsAsync();
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData(423, "locked")]
    [InlineData(409, "the upload is being updated")]
    [InlineData(500, "ERR_LOCK_TIMEOUT: failed to acquire lock before timeout")]
    public async Task Fault04_Lock_is_waited_out_without_spending_retries(int status, string body)
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status, body }, times: 5));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        // 1 + 2 + 4 + 8 + 16 times the delay: 62 s with the default of 2 s.
        var patches = await PatchesAsync();
        Assert.Equal(6, patches.Count);
        Assert.InRange((patches[^1].GetProperty("started_at").GetDateTimeOffset() - patches[0].GetProperty("started_at").GetDateTimeOffset()).TotalSeconds, 31 * 0.05, 30);
        Assert.True((await Sandbox.RequestsAsync("HEAD", UploadPath)).Count >= 5);
        Assert.Equal("Uploaded", result.Texts("Status").Single());
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault05_Checksum_mismatch_is_sent_again_from_the_same_offset()
    {
        WriteCourse(1, 100_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 460, when = "after-body" }, times: 2));

        var result = Send().RequireNoErrors();

        Assert.Equal([0, 0, 0], Offsets(await PatchesAsync()));
        Assert.Equal([300_000L], result.Values("BytesSent"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault05_Checksum_mismatch_for_the_third_time_stops_the_file_alone()
    {
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 460, when = "after-body" }, "0.mp4", times: null));

        var result = Send(connection: "-MaxRetry 50");

        Assert.Equal(["UploadChecksumMismatch"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.Equal(4, (await PatchesAsync()).Count);
    }

    [Fact]
    public async Task Fault06_BadRequest_of_an_interrupted_request_is_settled_by_the_offset()
    {
        WriteCourse(1, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 400, after_bytes = 300_000, body = "unexpected EOF" }));

        Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal([0, 300_000], Offsets(await PatchesAsync()));
        Assert.Single(await Sandbox.RequestsAsync("HEAD", UploadPath));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault06_BadRequest_for_the_offset_as_well_stops_the_file_alone()
    {
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "answer", status = 400 }, "0.mp4", times: null),
            Fault("HEAD", UploadPath, new { kind = "answer", status = 400 }, times: null));

        var result = Send();

        Assert.Equal(["RequestInvalid"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.Single(await Sandbox.RequestsAsync("HEAD", UploadPath));
    }

    [Fact]
    public async Task Fault09_ServerError_on_the_question_for_the_offset_never_creates_another_video()
    {
        WriteCourse(1, 1_000_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "cut", after_bytes = 300_000 }),
            Fault("HEAD", UploadPath, new { kind = "answer", status = 502 }),
            Fault("HEAD", UploadPath, new { kind = "answer", status = 500 }),
            Fault("HEAD", UploadPath, new { kind = "answer", status = 504 }));

        Send().RequireNoErrors();

        Assert.Equal([0, 300_000], Offsets(await PatchesAsync()));
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault12_Answer_to_the_last_bytes_lost_resends_nothing()
    {
        WriteCourse(1, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "lost-answer" }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal([1_000_000L], result.Values("BytesSent"));
        Assert.Single(await PatchesAsync());
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault12_Answer_to_the_last_bytes_lost_and_the_upload_closed_is_still_done()
    {
        WriteCourse(1, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "lost-answer" }), Fault("HEAD", UploadPath, new { kind = "forget", status = 410 }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Empty(result.Warnings);
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault14_ShortOffset_is_continued_from_the_answer()
    {
        WriteCourse(1, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "short-write", keep_bytes = 1000 }));

        Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal([0, 1000], Offsets(await PatchesAsync()));
        Assert.Empty(await Sandbox.RequestsAsync("HEAD", UploadPath));
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("99999999")]
    public async Task Fault15_AbsurdOffset_is_settled_by_a_question(string? offset)
    {
        WriteCourse(1, 100_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "alter", headers = new Dictionary<string, string?> { ["Upload-Offset"] = offset } }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal([100_000L], result.Values("BytesSent"));
        Assert.Single(await Sandbox.RequestsAsync("HEAD", UploadPath));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault15_AbsurdOffset_that_stays_stops_the_file_and_keeps_the_evidence()
    {
        WriteCourse(2, 100_000);
        var absurd = new { kind = "alter", headers = new Dictionary<string, string?> { ["Upload-Offset"] = "7777777777" } };
        await Sandbox.SetFaultsAsync(PatchFault(absurd, "0.mp4", times: null), Fault("HEAD", UploadPath, absurd, times: null));

        var result = Send(connection: "-MaxRetry 2");

        Assert.Equal(["UploadOffsetMismatch"], result.ErrorIds);
        Assert.Contains("'7777777777'", result.LastError.Exception.Message);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.Equal(1, ProgressEvents.Count(kind => kind == "failed"));
        await Sandbox.ClearFaultsAsync();
        Assert.Equal([0L, 0L], Send().RequireNoErrors().Values("BytesSent"));
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task Fault16_Offset_that_went_back_between_runs_is_followed_counted_and_told()
    {
        const int Length = 140_000_000, Received = 136_000_000, Kept = 1000;
        WriteCourse(1, Length);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", after_bytes = Received }), PatchFault(new { kind = "answer", status = 500 }, times: null));
        Assert.Equal(["l0 Failed"], Statuses(Send(connection: "-MaxRetry 0")));
        await Sandbox.ClearFaultsAsync();
        using (var held = File.OpenWrite(Directory.GetFiles(Sandbox.Data, "*.bin", SearchOption.AllDirectories).Single()))
            held.SetLength(Kept);

        var result = Send().RequireNoErrors();

        Assert.Contains("lost bytes", Assert.Single(result.Warnings));
        Assert.Equal([(long)Length - Kept], result.Values("BytesSent"));
        Assert.Equal(1, ((IReadOnlyDictionary<string, int>)result.Summary!.Properties["Retries"].Value)["UploadOffsetWentBack"]);
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault17_OtherLength_at_the_server_gets_no_byte_and_a_new_video_takes_its_place()
    {
        WriteCourse(1, 400_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "cut", after_bytes = 100_000 }),
            Fault("HEAD", UploadPath, new { kind = "alter", headers = new Dictionary<string, string?> { ["Upload-Length"] = "5" } }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Contains("expects 5 bytes", Assert.Single(result.Warnings));
        Assert.Equal([0, 0], Offsets(await PatchesAsync()));
        Assert.Equal(2, (await PatchesAsync()).Select(patch => patch.GetProperty("path").GetString()).Distinct().Count());
        await RequireOneVideoEachAsync(1);
    }
}
