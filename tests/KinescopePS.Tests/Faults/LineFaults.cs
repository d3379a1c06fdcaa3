using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>Gateways on the way that cut connections, refuse large bodies, or do not know <c>Expect</c>.</summary>
public sealed class LineFaults : UploadTest
{
    [Theory]
    [InlineData(3_000_000)]
    [InlineData(1_000_000)]
    [InlineData(300_000)]
    public async Task FoundB03_A_line_that_cuts_each_connection_carries_every_file(int carried)
    {
        const string Speed = "-BandwidthLimit 20MB";
        WriteCourse(1, 30_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", connection_bytes = carried }, times: null));

        var result = Send(Speed, connection: "-MaxRetry 1").RequireNoErrors();

        RequireLittleWaste(result, 1.5);
        await RequireOneVideoEachAsync(1);
        await Sandbox.ClearFaultsAsync();
        var whole = Send($"{Speed} -Force").RequireNoErrors();
        TestContext.Current.TestOutputHelper?.WriteLine($"{SecondsOf(result) / SecondsOf(whole):0.00} times the time of a line that does not cut");
    }

    [Fact]
    public async Task FoundB03_What_one_file_learned_of_the_line_serves_the_others()
    {
        WriteCourse(4, 10_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", connection_bytes = 1_000_000 }, times: null));

        RequireLittleWaste(Send("-ThrottleLimit 1", connection: "-MaxRetry 1").RequireNoErrors(), 1.5);

        await RequireOneVideoEachAsync(4);
    }

    [Fact]
    public async Task Errors_by_chance_do_not_make_requests_smaller()
    {
        WriteCourse(12, 1_000_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "answer", status = 502 }, nth: 3), PatchFault(new { kind = "answer", status = 500 }, nth: 6), PatchFault(new { kind = "answer", status = 503 }, nth: 9));

        Send("-ThrottleLimit 1").RequireNoErrors();

        Assert.Equal(12 + 3, (await PatchesAsync()).Count);
        await RequireOneVideoEachAsync(12);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("close")]
    public async Task FoundB03_Bodies_above_what_a_gateway_takes_go_in_smaller_ones(string? then)
    {
        WriteCourse(2, 10_000_000);
        await Sandbox.SetFaultsAsync(Refusing(new { longer_than = 1_000_000 }, new { kind = "answer", status = 413, then }));

        RequireLittleWaste(Send(connection: "-MaxRetry 0").RequireNoErrors(), 1.01);

        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task FoundB03_Bodies_that_are_swallowed_above_a_size_go_in_smaller_ones()
    {
        WriteCourse(1, 6_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "discard", after_bytes = 300_000 }, times: null));

        Send().RequireNoErrors();

        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData(1, 20_000_000, 100_000, 2.1)]
    [InlineData(1, 20_000_000, 300_000, 2.1)]
    [InlineData(1, 20_000_000, 3_000_000, 2.1)]
    [InlineData(4, 10_000_000, 100_000, 1.5)]
    [InlineData(4, 10_000_000, 300_000, 1.5)]
    [InlineData(4, 10_000_000, 3_000_000, 1.5)]
    public async Task FoundE04_Where_a_server_keeps_a_part_of_each_request_the_first_one_alone_is_sent_in_vain(
        int lessons, int length, int kept, double most)
    {
        WriteCourse(lessons, length);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "short-write", keep_bytes = kept }, times: null));

        var result = Send("-ThrottleLimit 1", connection: "-MaxRetry 0").RequireNoErrors();

        RequireLittleWaste(result, most);
        Assert.Empty(RetriesOf(result));
        Assert.Empty(await Sandbox.RequestsAsync("HEAD", UploadPath));
        await RequireOneVideoEachAsync(lessons);
    }

    [Fact]
    public async Task FoundE04_Where_a_server_keeps_any_part_of_each_request_waste_stays_small()
    {
        var random = new Random(4);
        WriteCourse(1, 10_000_000);
        await Sandbox.SetFaultsAsync(
            [.. Enumerable.Range(1, 2000).Select(nth => PatchFault(new { kind = "short-write", keep_bytes = random.Next(1, 300_000) }, times: null, nth))]);

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        RequireLittleWaste(result, 2.5);
        Assert.Empty(RetriesOf(result));
        await RequireOneVideoEachAsync(1);
        // The marks of what was sent more than once are those of the file.
        File.SetLastWriteTimeUtc(Folder["0.mp4"], DateTime.UtcNow.AddHours(1));
        Assert.Equal(["l0 Skipped"], Statuses(Send().RequireNoErrors()));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(400)]
    public async Task FoundE04_A_server_that_fails_after_a_part_of_each_request_gets_smaller_ones(int status)
    {
        WriteCourse(1, 20_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status, after_bytes = 300_000 }, times: null));

        RequireLittleWaste(Send(connection: "-MaxRetry 0").RequireNoErrors(), 2.1);

        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task FoundE04_A_server_that_confirms_nothing_of_what_it_takes_is_given_up_and_the_file_goes_on_later()
    {
        WriteCourse(1, 3_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "short-write", keep_bytes = 0 }, times: null));

        var failed = Send(connection: "-MaxRetry 2");

        Assert.Equal(["UploadOffsetMismatch"], failed.ErrorIds);
        Assert.Equal(3, (await PatchesAsync()).Count);
        await Sandbox.ClearFaultsAsync();
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task FoundE04_An_answer_before_the_end_of_the_bytes_is_gone_on_from()
    {
        WriteCourse(1, 40_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new
        {
            kind = "answer",
            status = 204,
            after_bytes = 300_000,
            headers = new Dictionary<string, string?> { ["Upload-Offset"] = "300000", ["Tus-Resumable"] = "1.0.0" },
        }));

        RequireLittleWaste(Send(connection: "-MaxRetry 0").RequireNoErrors(), 2);

        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task FoundB03_Progress_gives_the_retries_back_where_asking_fails_too()
    {
        WriteCourse(1, 3_000_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "cut", after_bytes = 200_000 }, times: null),
            Fault("HEAD", UploadPath, new { kind = "cut" }, times: 1, nth: 1),
            Fault("HEAD", UploadPath, new { kind = "cut" }, times: 1, nth: 3),
            Fault("HEAD", UploadPath, new { kind = "cut" }, times: 1, nth: 5),
            Fault("HEAD", UploadPath, new { kind = "cut" }, times: 1, nth: 7));

        Send(connection: "-MaxRetry 1").RequireNoErrors();

        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("answer")]
    [InlineData("cut")]
    [InlineData("reset")]
    [InlineData("stall")]
    [InlineData("no-continue")]
    public async Task FoundB04_Expect_that_something_on_the_way_does_not_know_is_left_out(string kind)
    {
        WriteCourse(3, 2_000_000);
        await Sandbox.SetFaultsAsync(Refusing(new { expects = true }, new { kind, status = kind == "answer" ? 417 : (int?)null }));

        var result = Send("-ThrottleLimit 1", connection: "-StallTimeoutSeconds 2 -MaxRetry 1").RequireNoErrors();

        var asked = (await PatchesAsync()).Select(patch => patch.GetProperty("headers").TryGetProperty("Expect", out _)).ToList();
        // A connection that closes without a word is tried anew by .NET itself.
        Assert.InRange(asked.Count(isAsked => isAsked), 1, kind == "cut" ? 4 : 1);
        Assert.Equal([true, false], asked.Distinct());
        Assert.False(asked[^1]);
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded"], Statuses(result));
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task FoundB04_A_cut_before_the_first_byte_does_not_end_the_asking()
    {
        WriteCourse(2, 2_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "reset" }, times: 2));

        Send("-ThrottleLimit 1", connection: "-MaxRetry 2").RequireNoErrors();

        var asked = (await PatchesAsync()).Select(patch => patch.GetProperty("headers").TryGetProperty("Expect", out _));
        Assert.Equal([true, false, true], asked.Take(3));
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task FoundC12_What_arrived_is_counted_as_needed_though_asking_failed()
    {
        WriteCourse(1, 3_000_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "lost-answer" }),
            Fault("HEAD", UploadPath, new { kind = "answer", status = 500 }));

        var summary = Send(connection: "-MaxRetry 1").RequireNoErrors().Summary!;

        Assert.Equal(3_000_000L, summary.Properties["BytesNeeded"].Value);
        Assert.Equal(1.0, summary.Properties["WasteRatio"].Value);
    }

    private static object Refusing(object match, object fault)
    {
        var all = new Dictionary<string, object?> { ["method"] = "PATCH", ["path"] = UploadPath };
        foreach (var property in match.GetType().GetProperties())
            all[property.Name] = property.GetValue(match);
        return new { match = all, fault };
    }

    private static double SecondsOf(ScriptResult result) => ((TimeSpan)result.Summary!.Properties["Elapsed"].Value).TotalSeconds;

    private static IReadOnlyDictionary<string, int> RetriesOf(ScriptResult result) =>
        (IReadOnlyDictionary<string, int>)result.Summary!.Properties["Retries"].Value;

    private static void RequireLittleWaste(ScriptResult result, double most)
    {
        var ratio = (double)result.Summary!.Properties["WasteRatio"].Value;
        TestContext.Current.TestOutputHelper?.WriteLine($"{ratio:0.000} bytes sent for each byte needed; {result.Summary}");
        Assert.InRange(ratio, 1, most);
    }
}
