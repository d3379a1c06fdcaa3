using System.Text.Json;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Control;

/// <summary>Every kind of fault, seen from the client.</summary>
public sealed class FaultTests : SandboxTest
{
    private const int Size = 3_000_000;
    private static readonly byte[] File = Bytes.Some(Size);

    [Fact]
    public async Task EarlyAnswerComesBeforeTheBody()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "answer", status = 402, code = 400207, message = "no money" }, times: 1));

        var refused = await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true);

        Assert.Equal((402, 400207), (refused.Status, refused.ErrorCode));
        var logged = (await Client.GetAsync("/sandbox/requests?method=PATCH")).Data[0];
        Assert.Equal((0, "answer"), (logged.GetProperty("body_bytes").GetInt32(), logged.GetProperty("fault").GetString()));
        Assert.Equal(204, (await Client.PatchAsync(upload.Endpoint, 0, File)).Status);
    }

    [Fact]
    public async Task EarlyAnswerCanCloseTheConnection()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "answer", status = 413, then = "close" }));

        var refused = await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true);

        Assert.Equal(413, refused.Status);
        Assert.Equal("close", refused.Header("Connection"));
        Assert.Contains("<h1>413", refused.Body);
        Assert.NotNull(refused.Header("X-Request-ID"));
        Assert.Equal(413, (await PatchedAsync()).GetProperty("status").GetInt32());
    }

    [Fact]
    public async Task AnswerAmidTheBodyKeepsWhatArrived()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "answer", status = 502, after_bytes = 1_000_000 }));

        Assert.Equal(502, (await Client.PatchAsync(upload.Endpoint, 0, File)).Status);

        Assert.Equal(1_000_000, await Client.OffsetAsync(upload.Endpoint));
    }

    [Fact]
    public async Task AnswerAfterTheBodyLosesIt()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule(
            "PATCH", new { kind = "answer", status = 503, when = "after-body", headers = new Dictionary<string, string> { ["Retry-After"] = "2" } }));

        var reply = await Client.PatchAsync(upload.Endpoint, 0, File);

        Assert.Equal((503, "2"), (reply.Status, reply.Header("Retry-After")));
        Assert.Equal(0, await Client.OffsetAsync(upload.Endpoint));
    }

    [Fact]
    public async Task AnswerAfterProcessingHidesThatTheEntryWasMade()
    {
        await Client.FaultsAsync(Rule("POST", new { kind = "answer", status = 504, when = "after-processing" }, path: "/v2/init"));

        var reply = await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(Size, "made all the same"));

        Assert.Equal((504, "text/html"), (reply.Status, reply.Header("Content-Type")));
        var made = Assert.Single((await Client.GetAsync("/v1/videos")).Data.EnumerateArray());
        Assert.Equal("made all the same", made.GetProperty("title").GetString());
    }

    [Fact]
    public async Task AnswerMayStallAfterwards()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "answer", status = 401, code = 100102, then = "stall" }));

        var reply = await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true);
        await Client.WaitAsync("stalled=1");

        Assert.Equal(100102, reply.ErrorCode);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    public async Task BrokenConnectionKeepsWhatArrived(string kind)
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind, after_bytes = 1_234_567 }, times: 1));

        await Assert.ThrowsAsync<HttpRequestException>(() => Client.PatchAsync(upload.Endpoint, 0, File));

        Assert.Equal(1_234_567, await Client.OffsetAsync(upload.Endpoint));
        Assert.Equal(JsonValueKind.Null, (await PatchedAsync()).GetProperty("status").ValueKind);
        Assert.Equal(Size, (await Client.PatchAsync(upload.Endpoint, 1_234_567, File[1_234_567..])).Offset);
        Assert.Equal(Bytes.Sha256(File), await Client.Sha256Async(upload.VideoId));
    }

    [Fact]
    public async Task CutAfterTheLastByteLeavesACompleteFile()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "cut", after_bytes = Size }));

        await Assert.ThrowsAsync<HttpRequestException>(() => Client.PatchAsync(upload.Endpoint, 0, File));

        Assert.Equal(Size, await Client.OffsetAsync(upload.Endpoint));
    }

    [Fact]
    public async Task CutBeforeAnyByteAppliesToRequestsWithoutBody()
    {
        await Client.FaultsAsync(Rule("GET", new { kind = "cut" }, path: "/v1/projects"));

        await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync("/v1/projects"));
    }

    [Fact]
    public async Task StallEndsWithTheRelease()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "stall", after_bytes = 1_000_000 }, times: 1));

        var patch = Client.PatchAsync(upload.Endpoint, 0, File);
        await Client.WaitAsync("stalled=1");
        Assert.False(patch.IsCompleted);
        Assert.Equal(1_000_000, await Client.OffsetAsync(upload.Endpoint));
        await Client.SendAsync(HttpMethod.Post, "/sandbox/release");

        Assert.Equal(Size, (await patch).Offset);
    }

    [Fact]
    public async Task StalledRequestGivesWayToTheNext()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "stall", after_bytes = 1_000_000 }, times: 1));
        var patch = Client.PatchAsync(upload.Endpoint, 0, File);
        await Client.WaitAsync("stalled=1");

        var next = await Client.PatchAsync(upload.Endpoint, 1_000_000, File[1_000_000..]);

        Assert.Equal(Size, next.Offset);
        await Assert.ThrowsAsync<HttpRequestException>(() => patch);
    }

    [Fact]
    public async Task TrickleReadsSlowly()
    {
        var upload = await Client.InitAsync(1000);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "trickle", bytes_per_second = 2000 }));
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal(1000, (await Client.PatchAsync(upload.Endpoint, 0, File[..1000])).Offset);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.4, 5);
    }

    [Fact]
    public async Task TrickledAnswerArrivesWhole()
    {
        await Client.FaultsAsync(Rule("GET", new { kind = "trickle", answer_bytes_per_second = 2000 }, path: "/v1/videos"));

        Assert.Equal(0, (await Client.GetAsync("/v1/videos")).Json.GetProperty("meta").GetProperty("pagination").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task LostAnswerLeavesTheWorkDone()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "lost-answer" }));

        await Assert.ThrowsAsync<HttpRequestException>(() => Client.PatchAsync(upload.Endpoint, 0, File));

        Assert.Equal(Size, await Client.OffsetAsync(upload.Endpoint));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("1")]
    public async Task AlteredHeaderReplacesTheTrueOne(string? value)
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "alter", headers = new Dictionary<string, string?> { ["Upload-Offset"] = value } }));

        var reply = await Client.PatchAsync(upload.Endpoint, 0, File);

        Assert.Equal((204, value), (reply.Status, reply.Header("Upload-Offset")));
    }

    [Fact]
    public async Task AlteredBodyReplacesTheTrueOne()
    {
        await Client.FaultsAsync(Rule(
            "GET", new { kind = "alter", replace = new Dictionary<string, string> { ["\"name\":\"[^\"]*\""] = "\"name\":null" } }, path: "/v1/projects"));

        var project = (await Client.GetAsync("/v1/projects")).Data[0];

        Assert.Equal(JsonValueKind.Null, project.GetProperty("name").ValueKind);
    }

    [Fact]
    public async Task ShortWriteKeepsPartAndSaysSo()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "short-write", keep_bytes = 1000 }, times: 1));

        var reply = await Client.PatchAsync(upload.Endpoint, 0, File);

        Assert.Equal((204, 1000L), (reply.Status, reply.Offset));
        Assert.Equal(Size, (await Client.PatchAsync(upload.Endpoint, 1000, File[1000..])).Offset);
        Assert.Equal(Bytes.Sha256(File), await Client.Sha256Async(upload.VideoId));
    }

    [Fact]
    public async Task DiscardLosesLongBodiesAndPassesShortOnes()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "discard", after_bytes = 1_000_000 }));

        await Assert.ThrowsAsync<HttpRequestException>(() => Client.PatchAsync(upload.Endpoint, 0, File));
        Assert.Equal(0, await Client.OffsetAsync(upload.Endpoint));

        Assert.Equal(1_000_000, (await Client.PatchAsync(upload.Endpoint, 0, File[..1_000_000])).Offset);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task ForgottenUploadStaysForgotten(int status)
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("HEAD", new { kind = "forget", status }, times: 1));

        Assert.Equal(status, (await Client.HeadAsync(upload.Endpoint)).Status);
        Assert.Equal(status, (await Client.PatchAsync(upload.Endpoint, 0, File)).Status);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task RedirectNamesTheNewPlace(int status)
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "redirect", status, location = "http://{host}{path}?moved=1" }, times: 1));

        var reply = await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true);

        Assert.Equal((status, upload.Endpoint + "?moved=1"), (reply.Status, reply.Header("Location")));
        Assert.Equal(204, (await Client.PatchAsync(reply.Header("Location")!, 0, File)).Status);
    }

    [Fact]
    public async Task DelayedAnswerComesLate()
    {
        await Client.FaultsAsync(Rule("GET", new { kind = "delay", seconds = 0.3, when = "after-processing" }, path: "/v1/projects"));
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal(200, (await Client.GetAsync("/v1/projects")).Status);

        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 0.25, 5);
    }

    [Fact]
    public async Task VideoStatusIsSetByTheLastRequest()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "video-status", video_status = "error" }));

        await Client.PatchAsync(upload.Endpoint, 0, File);

        Assert.Equal("error", (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task ConnectionIsCutAfterWhatAllItsRequestsBrought()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(Rule("PATCH", new { kind = "cut", connection_bytes = 1_000_000 }));

        Assert.Equal(600_000, (await Client.PatchAsync(upload.Endpoint, 0, File[..600_000])).Offset);
        await Assert.ThrowsAsync<HttpRequestException>(() => Client.PatchAsync(upload.Endpoint, 600_000, File[600_000..1_200_000]));

        Assert.Equal(1_000_000, await Client.OffsetAsync(upload.Endpoint));
        Assert.Equal(1_900_000, (await Client.PatchAsync(upload.Endpoint, 1_000_000, File[1_000_000..1_900_000])).Offset);
    }

    [Fact]
    public async Task LongBodiesAloneAreRefused()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(new { match = new { method = "PATCH", longer_than = 1_000_000 }, fault = new { kind = "answer", status = 413 } });

        Assert.Equal(413, (await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true)).Status);
        Assert.Equal(204, (await Client.PatchAsync(upload.Endpoint, 0, File[..1_000_000], expectContinue: true)).Status);
    }

    [Fact]
    public async Task RequestsThatAskFirstAreToldApart()
    {
        var upload = await Client.InitAsync(Size);
        await Client.FaultsAsync(new { match = new { method = "PATCH", expects = true }, fault = new { kind = "answer", status = 417 } });

        Assert.Equal(417, (await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true)).Status);
        Assert.Equal(204, (await Client.PatchAsync(upload.Endpoint, 0, File)).Status);
    }

    /// <summary>The log's entry of the first PATCH, once it has ended.</summary>
    private async Task<JsonElement> PatchedAsync()
    {
        await Client.WaitAsync("requests=1&method=PATCH&ended=true");
        return (await Client.GetAsync("/sandbox/requests?method=PATCH")).Data[0];
    }

    private static object Rule(string method, object fault, int? times = null, string? path = null) =>
        new { match = new { method, path = path ?? "/v2/upload/*", times }, fault };
}
