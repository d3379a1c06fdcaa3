using System.Net.Http.Headers;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>The endpoint that init hands out: tus and plain POST.</summary>
public sealed class UploadTests : SandboxTest
{
    private static readonly byte[] File = Bytes.Some(2_500_000);

    [Fact]
    public async Task EndpointTellsNothingOfTheVideo()
    {
        var upload = await Client.InitAsync(File.Length);

        var endpoint = new Uri(upload.Endpoint);
        Assert.Equal(("127.0.0.1", Sandbox.Server.Workspace.UploadPort), (endpoint.Host, endpoint.Port));
        Assert.NotEqual(new Uri(Client.ApiUrl).Port, endpoint.Port);
        Assert.StartsWith("/v2/upload/", endpoint.AbsolutePath);
        Assert.DoesNotContain(upload.VideoId.ToString(), upload.Endpoint);
    }

    [Fact]
    public async Task ResumesWhereItStopped()
    {
        var upload = await Client.InitAsync(File.Length);

        Assert.Equal(1_000_000, (await Client.PatchAsync(upload.Endpoint, 0, File[..1_000_000])).Offset);
        var head = await Client.HeadAsync(upload.Endpoint);
        Assert.Equal((200, 1_000_000L, "2500000", "no-store"), (head.Status, head.Offset, head.Header("Upload-Length"), head.Header("Cache-Control")));
        var last = await Client.PatchAsync(upload.Endpoint, 1_000_000, File[1_000_000..], expectContinue: true);

        Assert.Equal((204, (long)File.Length, "1.0.0"), (last.Status, last.Offset, last.Header("Tus-Resumable")));
        Assert.Equal(Bytes.Sha256(File), await Client.Sha256Async(upload.VideoId));
    }

    [Fact]
    public async Task EmptyPatchOfACompleteUploadIsHarmless()
    {
        var upload = await Client.InitAsync(4);
        await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3, 4]);

        Assert.Equal((204, 4L), await StatusAndOffsetAsync(upload.Endpoint, 4, []));
    }

    [Fact]
    public async Task WrongOffsetIsAConflict()
    {
        var upload = await Client.InitAsync(File.Length);
        await Client.PatchAsync(upload.Endpoint, 0, File[..10]);

        var reply = await Client.PatchAsync(upload.Endpoint, 5, File[5..], expectContinue: true);

        Assert.Equal((409, 409409), (reply.Status, reply.ErrorCode));
        Assert.Equal(10, await Client.OffsetAsync(upload.Endpoint));
    }

    [Fact]
    public async Task LongerBodyIsRefusedBeforeItIsSent()
    {
        var upload = await Client.InitAsync(100);

        var reply = await Client.PatchAsync(upload.Endpoint, 0, File, expectContinue: true);

        Assert.Equal(413, reply.Status);
        Assert.Equal(0, (await Client.GetAsync("/sandbox/requests?method=PATCH")).Data[0].GetProperty("body_bytes").GetInt64());
    }

    [Fact]
    public async Task LongerBodyOfUnsaidLengthIsUndone()
    {
        var upload = await Client.InitAsync(100);
        await Client.PatchAsync(upload.Endpoint, 0, File[..40]);
        var request = SandboxClient.PatchRequest(upload.Endpoint, 40, new StreamContent(new MemoryStream(File)));
        request.Headers.TransferEncodingChunked = true;

        Assert.Equal(413, (await Client.SendAsync(request)).Status);

        Assert.Equal(40, await Client.OffsetAsync(upload.Endpoint));
    }

    [Theory]
    [InlineData("Tus-Resumable", "0.2.2", 412)]
    [InlineData("Tus-Resumable", null, 412)]
    [InlineData("Upload-Offset", null, 400)]
    [InlineData("Upload-Offset", "-1", 400)]
    [InlineData("Upload-Offset", "first", 400)]
    [InlineData("Content-Type", "video/mp4", 415)]
    public async Task HeadersAreChecked(string name, string? value, int status)
    {
        var upload = await Client.InitAsync(File.Length);
        var request = SandboxClient.PatchRequest(upload.Endpoint, 0, new ByteArrayContent(File), expectContinue: true);
        if (name == "Content-Type")
            request.Content!.Headers.ContentType = new MediaTypeHeaderValue(value!);
        else
        {
            request.Headers.Remove(name);
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value);
        }

        Assert.Equal(status, (await Client.SendAsync(request)).Status);
    }

    [Fact]
    public async Task SecondWriterIsLockedOut()
    {
        var upload = await Client.InitAsync(File.Length);
        await Client.FaultsAsync(new { match = new { method = "PATCH", times = 1 }, fault = new { kind = "trickle", bytes_per_second = 1000 } });
        using var slow = new HttpClient();
        using var leave = new CancellationTokenSource();
        var first = slow.SendAsync(SandboxClient.PatchRequest(upload.Endpoint, 0, new ByteArrayContent(File)), leave.Token);
        await Client.WaitAsync($"bytes=1&video={upload.VideoId}");

        var offset = await Client.OffsetAsync(upload.Endpoint);
        Assert.Equal(423, (await Client.PatchAsync(upload.Endpoint, offset, File[(int)offset..], expectContinue: true)).Status);

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task OptionsTellTheVersion()
    {
        var upload = await Client.InitAsync(File.Length);

        var reply = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, upload.Endpoint));

        Assert.Equal((204, "1.0.0"), (reply.Status, reply.Header("Tus-Version")));
    }

    [Fact]
    public async Task PostTakesTheWholeFileWhateverLengthWasAnnounced()
    {
        var upload = await Client.InitAsync(1);

        var reply = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, upload.Endpoint) { Content = new ByteArrayContent(File) });

        Assert.Equal((200, upload.VideoId), (reply.Status, reply.Data.GetProperty("id").GetGuid()));
        Assert.Equal(Bytes.Sha256(File), await Client.Sha256Async(upload.VideoId));
    }

    [Fact]
    public async Task PostMayStandForPatch()
    {
        var upload = await Client.InitAsync(3);
        var request = SandboxClient.PatchRequest(upload.Endpoint, 0, new ByteArrayContent([1, 2, 3]));
        request.Method = HttpMethod.Post;
        request.Headers.Add("X-HTTP-Method-Override", "PATCH");

        Assert.Equal(3, (await Client.SendAsync(request)).Offset);
    }

    [Fact]
    public async Task UnknownUploadIsNotFound()
    {
        var upload = await Client.InitAsync(3);
        await Client.SendAsync(HttpMethod.Delete, $"/v1/videos/{upload.VideoId}");

        Assert.Equal(404, (await Client.HeadAsync(upload.Endpoint)).Status);
        Assert.Equal(404, (await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3])).Status);
    }

    [Fact]
    public async Task DiscardedBytesAreCountedAndHashed()
    {
        await using var discarding = await Sandbox.StartAsync(discard: true);
        var upload = await discarding.Client.InitAsync(File.Length);
        await discarding.Client.PatchAsync(upload.Endpoint, 0, File[..1_000_000]);

        Assert.Equal(1_000_000, await discarding.Client.OffsetAsync(upload.Endpoint));
        await discarding.Client.PatchAsync(upload.Endpoint, 1_000_000, File[1_000_000..]);

        var original = (await discarding.Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("assets")[0];
        Assert.Equal((Bytes.Md5(File), (long)File.Length), (original.GetProperty("md5").GetString(), original.GetProperty("file_size").GetInt64()));
        Assert.Equal(404, (await discarding.Client.GetAsync($"/sandbox/videos/{upload.VideoId}/sha256")).Status);
    }

    private async Task<(int, long?)> StatusAndOffsetAsync(string endpoint, long offset, byte[] bytes)
    {
        var reply = await Client.PatchAsync(endpoint, offset, bytes);
        return (reply.Status, reply.Offset);
    }
}
