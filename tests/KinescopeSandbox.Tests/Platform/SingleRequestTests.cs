using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>`POST /v2/video`.</summary>
public sealed class SingleRequestTests : SandboxTest
{
    private static readonly byte[] File = Bytes.Some(300_000);

    [Fact]
    public async Task OneRequestMakesAVideo()
    {
        var reply = await SendAsync(File, ("X-Parent-ID", Client.ProjectId.ToString()), ("X-Video-Title", "Lesson"), ("X-File-Name", "a.mov"));

        Assert.Equal((200, "processing"), (reply.Status, reply.Data.GetProperty("status").GetString()));
        Assert.Equal(Client.ProjectId, reply.Data.GetProperty("parent_id").GetGuid());
        Assert.Equal(Bytes.Sha256(File), await Client.Sha256Async(reply.Data.GetProperty("id").GetGuid()));
    }

    [Fact]
    public async Task TitleIsRequired()
    {
        Assert.Equal(400400, (await SendAsync(File)).ErrorCode);
    }

    [Fact]
    public async Task ImportFromAnAddressIsRefused()
    {
        Assert.Equal(400400, (await SendAsync([], ("X-Video-Title", "Lesson"), ("X-Video-URL", "http://127.0.0.1/a.mp4"))).ErrorCode);
    }

    [Fact]
    public async Task BrokenRequestLeavesASuspendedEntry()
    {
        await Client.FaultsAsync(new { match = new { path = "/v2/video" }, fault = new { kind = "cut", after_bytes = 1000 } });

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(File, ("X-Video-Title", "Lesson")));
        await Client.WaitAsync("requests=1&path=/v2/video&ended=true");

        var left = Assert.Single((await Client.GetAsync("/v1/videos")).Data.EnumerateArray());
        Assert.Equal(("suspended", 0), (left.GetProperty("status").GetString(), left.GetProperty("duration").GetDouble()));
    }

    [Fact]
    public async Task ReplacedVideoShowsItsOldFileUntilTheNewOneIsReady()
    {
        var id = (await SendAsync(File, ("X-Video-Title", "Old"))).Data.GetProperty("id").GetGuid();
        Sandbox.Clock.Advance(TimeSpan.FromMinutes(1));

        await SendAsync(File[..1000], ("X-Video-Title", "New"), ("X-Replace-Video-ID", id.ToString()));
        Assert.Equal(("done", File.Length, "New"), await StatusSizeTitleAsync(id));
        Sandbox.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(("done", 1000, "New"), await StatusSizeTitleAsync(id));
    }

    [Fact]
    public async Task BrokenReplacementLeavesTheOldFile()
    {
        var id = (await SendAsync(File, ("X-Video-Title", "Old"))).Data.GetProperty("id").GetGuid();
        Sandbox.Clock.Advance(TimeSpan.FromMinutes(1));
        await Client.FaultsAsync(new { match = new { path = "/v2/video" }, fault = new { kind = "cut", after_bytes = 10 } });

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(File, ("X-Video-Title", "New"), ("X-Replace-Video-ID", id.ToString())));
        await Client.WaitAsync("requests=2&path=/v2/video&ended=true");

        Assert.Equal(Bytes.Sha256(File), await Client.Sha256Async(id));
    }

    private async Task<(string?, int, string?)> StatusSizeTitleAsync(Guid id)
    {
        var video = (await Client.GetAsync($"/v1/videos/{id}")).Data;
        return (video.GetProperty("status").GetString(), video.GetProperty("assets")[0].GetProperty("file_size").GetInt32(), video.GetProperty("title").GetString());
    }

    private Task<Reply> SendAsync(byte[] bytes, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Client.ApiUrl + "/v2/video") { Content = new ByteArrayContent(bytes) };
        request.Headers.Authorization = new("Bearer", Client.Token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return Client.SendAsync(request);
    }
}
