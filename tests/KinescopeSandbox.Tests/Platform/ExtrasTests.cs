using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>Posters, subtitles, chapters, and the files behind an asset's links.</summary>
public sealed class ExtrasTests : SandboxTest
{
    [Fact]
    public async Task PosterComesFromAMomentOrAFileAndTheNewestIsActive()
    {
        var video = (await Client.InitAsync(10)).VideoId;

        var moment = await Client.SendAsync(HttpMethod.Post, $"/v1/videos/{video}/posters", new { from_time = 1.5 });
        var file = await SendAsync("/v2/poster", new ByteArrayContent([0xFF, 0xD8, 0xFF, 0xE0]), ("X-Video-ID", video.ToString()));

        Assert.Equal((201, 201), (moment.Status, file.Status));
        Assert.Equal(file.Data.GetProperty("id").GetGuid(), await ActivePosterAsync(video));
        var id = moment.Data.GetProperty("id").GetGuid();
        Assert.Equal(200, (await Client.SendAsync(HttpMethod.Post, $"/v1/videos/{video}/posters/{id}/active")).Status);
        Assert.Equal(id, await ActivePosterAsync(video));
        Assert.Equal(200, (await Client.SendAsync(HttpMethod.Delete, $"/v1/videos/{video}/posters/{id}")).Status);
        Assert.Equal(1, (await Client.GetAsync($"/v1/videos/{video}/posters")).Data.GetArrayLength());
        Assert.Equal(404, (await Client.SendAsync(HttpMethod.Delete, $"/v1/videos/{video}/posters/{id}")).Status);
    }

    [Fact]
    public async Task PosterNeedsAMomentOrAJpeg()
    {
        var video = (await Client.InitAsync(10)).VideoId;

        Assert.Equal(400400, (await Client.SendAsync(HttpMethod.Post, $"/v1/videos/{video}/posters", new { })).ErrorCode);
        Assert.Equal(400400, (await SendAsync("/v2/poster", new ByteArrayContent([1, 2, 3]), ("X-Video-ID", video.ToString()))).ErrorCode);
        Assert.Equal(404, (await SendAsync("/v2/poster", new ByteArrayContent([0xFF, 0xD8, 0xFF]), ("X-Video-ID", Guid.NewGuid().ToString()))).Status);
    }

    [Fact]
    public async Task SubtitlesAreAFileWithALanguage()
    {
        var video = (await Client.InitAsync(10)).VideoId;

        var reply = await SendAsync($"/v1/videos/{video}/subtitles", Form("ru", "a.vtt"));
        var bad = await SendAsync($"/v1/videos/{video}/subtitles", Form("", "a.txt"));

        Assert.Equal((201, "ru"), (reply.Status, reply.Data.GetProperty("language").GetString()));
        Assert.Equal(["language", "file"], bad.Json.GetProperty("error").GetProperty("invalid_params").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(1, (await ShownAsync(video)).GetProperty("subtitles").GetArrayLength());
        Assert.Equal(200, (await Client.SendAsync(HttpMethod.Delete, $"/v1/videos/{video}/subtitles/{reply.Data.GetProperty("id").GetGuid()}")).Status);
        Assert.Equal(0, (await Client.GetAsync($"/v1/videos/{video}/subtitles")).Data.GetArrayLength());
    }

    [Fact]
    public async Task ChaptersKeepMilliseconds()
    {
        var video = (await Client.InitAsync(10)).VideoId;

        var reply = await Client.SendAsync(
            HttpMethod.Put, $"/v1/videos/{video}/chapters", new { items = new[] { new { time = 1500, title = "Конец" } }, enabled = true });
        var bad = await Client.SendAsync(HttpMethod.Put, $"/v1/videos/{video}/chapters", new { items = new[] { new { time = -1, title = "" } } });

        Assert.Equal((200, 400400), (reply.Status, bad.ErrorCode));
        var chapters = (await ShownAsync(video)).GetProperty("chapters");
        Assert.Equal((1500, true), (chapters.GetProperty("items")[0].GetProperty("time").GetInt32(), chapters.GetProperty("enabled").GetBoolean()));
    }

    [Fact]
    public async Task AssetLinkGivesTheBytesWithoutATokenForAnHour()
    {
        var file = Bytes.Some(200_000);
        var (video, endpoint) = await Client.InitAsync(file.Length);
        await Client.PatchAsync(endpoint, 0, file);
        var link = (await ShownAsync(video)).GetProperty("assets")[0].GetProperty("download_link").GetString()!;

        using var http = new HttpClient();
        Assert.Equal(file, await http.GetByteArrayAsync(link, TestContext.Current.CancellationToken));
        Assert.Equal(403, (await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, link.Replace("length=2", "length=1")))).Status);
        Sandbox.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(403, (await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, link))).Status);
    }

    [Fact]
    public async Task UploadNodeTellsItsExtensions()
    {
        var reply = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Options, (await Client.InitAsync(10)).Endpoint));

        Assert.Equal(("1.0.0", "creation"), (reply.Header("Tus-Version"), reply.Header("Tus-Extension")));
    }

    private async Task<JsonElement> ShownAsync(Guid video) => (await Client.GetAsync($"/v1/videos/{video}")).Data;

    private async Task<Guid> ActivePosterAsync(Guid video) => (await ShownAsync(video)).GetProperty("poster").GetProperty("id").GetGuid();

    private static MultipartFormDataContent Form(string language, string fileName) => new()
    {
        { new StringContent(language), "language" },
        { new StringContent("a description"), "description" },
        { new ByteArrayContent(Encoding.UTF8.GetBytes("WEBVTT\n")), "file", fileName },
    };

    private Task<Reply> SendAsync(string path, HttpContent body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Client.ApiUrl + path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Client.Token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return Client.SendAsync(request);
    }
}
