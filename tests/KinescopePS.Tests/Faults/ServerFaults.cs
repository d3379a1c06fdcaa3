using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The server refuses: the upload, the token, the plan, the place.</summary>
public sealed class ServerFaults : UploadTest
{
    [Theory]
    [InlineData("PATCH", 404, false)]
    [InlineData("PATCH", 410, true)]
    [InlineData("HEAD", 404, true)]
    [InlineData("HEAD", 410, false)]
    public async Task Fault02_Forgotten_upload_is_abandoned_and_starts_anew(string method, int status, bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(1, 2_000_000);
        await FailAfterAsync(100_000);
        await Sandbox.SetFaultsAsync(Fault(method, UploadPath, new { kind = "forget", status }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Contains("starts anew", Assert.Single(result.Warnings));
        Assert.Equal(["abandoned", "intent", "initialised", "ending", "uploaded", "deleted"], ProgressEvents.SkipWhile(happened => happened != "abandoned"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault02_Forgotten_twice_stops_the_file_alone_and_the_next_run_leaves_one_video()
    {
        WriteCourse(2, 2_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "forget" }, "0.mp4", times: null));

        var result = Send();
        await Sandbox.ClearFaultsAsync();

        Assert.Equal(["UploadExpired"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.Equal(3, (await Sandbox.RequestsAsync("POST", "/v2/init")).Count);
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task Fault03_Forbidden_upload_with_a_good_token_starts_anew()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 403, code = 100103, message = "access denied" }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Contains("HTTP 403", Assert.Single(result.Warnings));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault03_Forbidden_upload_with_a_bad_token_stops_all_and_keeps_the_upload()
    {
        WriteCourse(3, 400_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "cut", after_bytes = 100_000 }),
            PatchFault(new { kind = "answer", status = 403, code = 100103, message = "access denied" }),
            Fault("GET", "/v1/videos/", new { kind = "answer", status = 401, code = 100102, message = "unauthorized" }, times: null));

        var result = Send("-ThrottleLimit 1");

        Assert.Equal(["TokenRejected"], result.ErrorIds);
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"));
        Assert.DoesNotContain("abandoned", ProgressEvents);
        await Sandbox.ClearFaultsAsync();
        Send().RequireNoErrors();
        Assert.Equal(3 * 400_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(3);
    }

    [Theory]
    [InlineData("PATCH", 403)]
    [InlineData("PATCH", 404)]
    [InlineData("PATCH", 405)]
    [InlineData("HEAD", 403)]
    public async Task FoundB05_A_gateway_that_forbids_uploads_leaves_one_video_a_lesson_to_be_continued(string method, int status)
    {
        WriteCourse(2, 400_000);
        if (method == "HEAD")
            await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", after_bytes = 100_000 }, "0.mp4"), PatchFault(new { kind = "cut", after_bytes = 100_000 }, "1.mp4"), Forbid());
        else
            await Sandbox.SetFaultsAsync(Forbid());

        for (var night = 0; night < 3; night++)
        {
            var refused = Send();
            Assert.Equal(["UploadRefused", "UploadRefused"], refused.ErrorIds);
            Assert.Contains($"HTTP {status}", refused.LastError.Exception.Message);
            // An answer to HEAD has no body.
            if (method == "PATCH")
                Assert.Contains("Not in office hours", refused.LastError.Exception.Message);
        }

        Assert.Equal(2, (await Sandbox.RequestsAsync("POST", "/v2/init")).Count);
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(2);

        object Forbid() => Fault(method, UploadPath, new { kind = "answer", status, body = "<html><h1>Not in office hours</h1></html>" }, times: null);
    }

    [Fact]
    public async Task FoundB05_A_refusal_of_an_upload_whose_video_is_gone_starts_anew()
    {
        WriteCourse(1, 400_000);
        await FailAfterAsync(100_000);
        var video = (await Sandbox.VideosAsync())[0].GetProperty("id").GetString();
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{video}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Sandbox.SetFaultsAsync(Fault("HEAD", UploadPath, new { kind = "answer", status = 404 }));

        Send().RequireNoErrors();

        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task FoundB05_Uploads_that_expire_at_once_leave_one_video_a_lesson()
    {
        WriteCourse(1, 2_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "forget" }, times: null));

        for (var night = 0; night < 3; night++)
            Assert.Equal(["UploadExpired"], Send().ErrorIds);

        Assert.Single(await Sandbox.VideosAsync());
    }

    [Theory]
    [InlineData(402, "PaymentRequired", 10_000_000)]
    [InlineData(402, "PaymentRequired", 1 << 20)]
    [InlineData(413, "UploadTooLarge", 10_000_000)]
    [InlineData(413, "UploadTooLarge", 1 << 20)]
    [InlineData(413, "UploadTooLarge", 1000)]
    public async Task Fault11_Refusal_before_the_body_is_told_for_what_it_is(int status, string errorId, int size)
    {
        WriteCourse(1, size);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status, then = "close" }, times: null));

        // Of a small file, which is sent without asking, the first refusal may go unheard: the second try asks.
        var result = Send(connection: $"-MaxRetry {(size > 1 << 20 ? 0 : 1)}");

        Assert.Equal([errorId], result.ErrorIds);
        Assert.Contains($"HTTP {status}", result.LastError.Exception.Message);
        Assert.Equal(0, BytesOf(await PatchesAsync()));
    }

    [Fact]
    public async Task Fault11_Refusal_of_the_token_before_the_body_is_settled_by_a_call_with_the_token()
    {
        WriteCourse(1, 10_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 401, code = 100102, message = "unauthorized", then = "close" }));

        var result = Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Contains("HTTP 401", Assert.Single(result.Warnings));
        // Once to learn whether the token is at fault, once more before the abandoned video is deleted.
        Assert.Equal(2, (await Sandbox.RequestsAsync("GET", "/v1/videos/")).Count);
        Assert.Equal(10_000_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("POST", "/v2/init", 402, null)]
    [InlineData("POST", "/v2/init", 400, 400207)]
    [InlineData("POST", "/v2/init", 402, 400212)]
    [InlineData("POST", "/v2/init", 403, 100106)]
    [InlineData("PATCH", UploadPath, 400, 400210)]
    [InlineData("PATCH", UploadPath, 403, 100106)]
    public async Task Fault21_Unpaid_plan_stops_all_starts_nothing_and_keeps_what_was_done(string method, string path, int status, int? code)
    {
        WriteCourse(5);
        await Sandbox.SetFaultsAsync(Fault(method, path, new { kind = "answer", status, code, message = "no money" }, times: null, nth: 3));

        var stopped = Send("-ThrottleLimit 1");

        Assert.Equal(["PaymentRequired"], stopped.ErrorIds);
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Failed"], Statuses(stopped));
        // While bytes go, one video is begun ahead.
        Assert.InRange((await Sandbox.RequestsAsync("POST", "/v2/init")).Count, 3, method == "PATCH" ? 4 : 3);
        Assert.Equal(["l0 Skipped", "l1 Skipped", "l2 Uploaded", "l3 Uploaded", "l4 Uploaded"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(5);
    }

    [Fact]
    public async Task Fault22_Revoked_token_stops_all_after_one_check()
    {
        WriteCourse(6, 400_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1000 }, "1.mp4"));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        await Sandbox.WaitAsync("requests=3&method=POST&path=/v2/init&ended=true");
        await Sandbox.RevokeTokenAsync();
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        Assert.Equal(["TokenRejected"], result.ErrorIds);
        // The third one's video was begun ahead, and its bytes need no token.
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded", "l3 Failed"], Statuses(result));
        await Sandbox.GrantTokenAsync("read", "write", "delete", "upload");
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"), request => request.GetProperty("status").GetInt32() == 401);
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(6);
    }

    [Fact]
    public async Task Fault22_Wrong_token_is_told_once_and_not_shown()
    {
        WriteCourse(20);
        Folder.Write(".env", $"""
            KINESCOPE_API_KEY=00000000-0000-4000-8000-000000000000
            KINESCOPE_API_URL={Sandbox.Environment["KINESCOPE_API_URL"]}
            KINESCOPE_UPLOADER_URL={Sandbox.Environment["KINESCOPE_UPLOADER_URL"]}
            """);

        var result = Send("-ThrottleLimit 1 -EnvironmentFile .env -ProjectId $kinescope.ProjectId");

        Assert.Equal(["TokenRejected"], result.ErrorIds);
        Assert.Single(await Sandbox.RequestsAsync("GET", "/v1/videos"));
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
        Assert.DoesNotContain("00000000-0000-4000", result.LastError.ToString());
    }

    [Theory]
    [InlineData("PATCH", 301)]
    [InlineData("PATCH", 302)]
    [InlineData("PATCH", 307)]
    [InlineData("HEAD", 307)]
    [InlineData("HEAD", 308)]
    public async Task Fault23_Redirect_on_the_same_host_is_adopted_and_no_body_is_sent_twice(string method, int status)
    {
        WriteCourse(1, 2_000_000);
        await Sandbox.SetFaultsAsync(
            Fault(method, UploadPath, new { kind = "redirect", status, location = "http://{host}{path}?moved=1" }),
            Fault("PATCH", UploadPath, new { kind = "cut", after_bytes = 500_000 }, nth: method == "PATCH" ? 2 : 1));

        Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.Contains("?moved=1", File.ReadAllText(ProgressFile));
        Assert.Equal(2_000_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task FoundC11_An_endpoint_on_another_port_of_the_host_gets_no_key()
    {
        // The sandbox's upload node is such a one.
        Session.Use(Sandbox, withWorkspace: true);
        WriteCourse(1);

        Send().RequireNoErrors();

        var headers = (await PatchesAsync()).Single().GetProperty("headers");
        Assert.False(headers.TryGetProperty("Authorization", out _));
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task FoundC11_Fault23_Redirect_to_another_host_or_port_gets_nothing(string host)
    {
        Session.Use(Sandbox, withWorkspace: true);
        WriteCourse(2);
        using var other = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        other.Start();
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "redirect", location = $"http://{host}:{((System.Net.IPEndPoint)other.LocalEndpoint).Port}{{path}}" }, "0.mp4", times: null));

        var result = Send();

        Assert.Equal(["UploadEndpointRefused"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.False(other.Pending());
    }

    [Fact]
    public async Task Fault23_Redirect_without_end_stops_the_file_alone()
    {
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(Fault("PATCH", UploadPath, new { kind = "redirect", location = "http://{host}{path}" }, times: 1), Fault("HEAD", UploadPath, new { kind = "redirect", location = "http://{host}{path}" }, times: null));

        var result = Send("-ThrottleLimit 1");

        Assert.Equal(["UploadMoved"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.InRange((await Sandbox.RequestsAsync("HEAD", UploadPath)).Count, 1, 10);
    }
}
