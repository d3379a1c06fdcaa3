using KinescopeSandbox.State;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>`/v1/videos`: one video, and lists of them.</summary>
public sealed class VideoTests : SandboxTest
{
    [Fact]
    public async Task StatusFollowsTheBytesAndTheClock()
    {
        var file = Bytes.Some(200_000);
        var upload = await Client.InitAsync(file.Length, fileName: "a.MOV");
        await Client.PatchAsync(upload.Endpoint, 0, file[..1000]);
        Assert.Equal("uploading", await StatusAsync(upload));

        await Client.PatchAsync(upload.Endpoint, 1000, file[1000..]);
        Assert.Equal("processing", await StatusAsync(upload));
        Sandbox.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal("processing", await StatusAsync(upload));
        Sandbox.Clock.Advance(TimeSpan.FromSeconds(0.1));

        var video = (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data;
        Assert.Equal(("done", 1.067), (video.GetProperty("status").GetString(), video.GetProperty("duration").GetDouble()));
        var original = video.GetProperty("assets")[0];
        Assert.Equal(
            ("original", "mov", Bytes.Md5(file), 200_000L),
            (original.GetProperty("quality").GetString(), original.GetProperty("filetype").GetString(),
                original.GetProperty("md5").GetString(), original.GetProperty("file_size").GetInt64()));
    }

    [Fact]
    public async Task StatusCanBeForced()
    {
        var upload = await Client.InitAsync(4);
        await Client.SendAsync(HttpMethod.Post, $"/sandbox/videos/{upload.VideoId}/status", new { status = "aborted" });
        Assert.Equal("aborted", await StatusAsync(upload));

        await Client.SendAsync(HttpMethod.Post, $"/sandbox/videos/{upload.VideoId}/status", new { status = (string?)null });
        Assert.Equal("uploading", await StatusAsync(upload));
    }

    [Fact]
    public async Task ShortIdNamesTheVideoToo()
    {
        var upload = await Client.InitAsync(4);
        var video = (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data;
        var shortId = video.GetProperty("play_link").GetString()!.Split('/')[^1];

        Assert.Equal(22, shortId.Length);
        Assert.Equal($"https://kinescope.io/embed/{shortId}", video.GetProperty("embed_link").GetString());
        Assert.Equal(upload.VideoId, (await Client.GetAsync($"/v1/videos/{shortId}")).Data.GetProperty("id").GetGuid());
    }

    [Theory]
    [InlineData("2ac5d62b-490e-491f-a9b0-c6ba3949c13d", "6hkSeTa382Dp1LaU5CoUtx")]
    [InlineData("00000000-0000-0000-0000-000000000001", "1111111111111111111112")]
    public void ShortIdIsTheUuidInBase58(string uuid, string shortId)
    {
        Assert.Equal(shortId, ShortId.FromGuid(Guid.Parse(uuid)));
        Assert.True(ShortId.TryParse(shortId, out var id));
        Assert.Equal(Guid.Parse(uuid), id);
    }

    [Fact]
    public async Task ShortIdIsTheOneThatTheRealPlatformWrites()
    {
        var missing = (await Client.GetAsync("/v1/videos/6hkSeTa382Dp1LaU5CoUtx")).Status;

        Assert.Equal(404, missing);
        Assert.Equal("6hkSeTa382Dp1LaU5CoUtx", ShortId.FromGuid(Guid.Parse("2ac5d62b-490e-491f-a9b0-c6ba3949c13d")));
    }

    [Fact]
    public async Task TimestampsHaveMicroseconds()
    {
        var upload = await Client.InitAsync(4);

        Assert.Equal("2026-01-15T12:00:00.000000Z", (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("created_at").GetString());
    }

    [Fact]
    public async Task PatchChangesOnlyWhatIsPassed()
    {
        var upload = await Client.InitAsync(4, "Old");

        var reply = await Client.SendAsync(HttpMethod.Patch, $"/v1/videos/{upload.VideoId}", new { title = "Новое", tags = new[] { "a" } });

        Assert.Equal(Client.WorkspaceId, reply.Data.GetProperty("workspace_id").GetGuid());
        Assert.False(reply.Data.TryGetProperty("play_link", out _));
        await Client.SendAsync(HttpMethod.Patch, $"/v1/videos/{upload.VideoId}", new { description = "d" });
        var video = (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data;
        Assert.Equal(("Новое", "d", "a"), (video.GetProperty("title").GetString(), video.GetProperty("description").GetString(), video.GetProperty("tags")[0].GetString()));
    }

    [Fact]
    public async Task MoveChangesThePlaceAndKeepsTheId()
    {
        var folder = (await Client.SendAsync(HttpMethod.Post, $"/v1/projects/{Client.ProjectId}/folders", new { name = "F" })).Data.GetProperty("id").GetGuid();
        var upload = await Client.InitAsync(4);

        await Client.SendAsync(HttpMethod.Put, $"/v1/videos/{upload.VideoId}/move", new { project_id = Client.ProjectId, folder_id = folder });

        Assert.Equal(folder, (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("folder_id").GetGuid());
    }

    [Fact]
    public async Task DeletedVideoIsGone()
    {
        var path = $"/v1/videos/{(await Client.InitAsync(4)).VideoId}";

        Assert.True((await Client.SendAsync(HttpMethod.Delete, path)).Data.GetProperty("success").GetBoolean());

        Assert.Equal(404404, (await Client.GetAsync(path)).ErrorCode);
        Assert.Equal(404, (await Client.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Empty((await Client.GetAsync("/v1/videos")).Data.EnumerateArray());
    }

    [Theory]
    [InlineData("/v1/videos/nonsense", 400, 400301)]
    [InlineData("/v1/videos/9a3b7a3e-0000-4000-8000-000000000000", 404, 404404)]
    [InlineData("/v1/videos?order=size", 400, 400216)]
    [InlineData("/v1/videos?order=title.up", 400, 400400)]
    [InlineData("/v1/videos?page=0", 400, 400400)]
    [InlineData("/v1/videos?per_page=many", 400, 400400)]
    [InlineData("/v1/videos?folder_id=x", 400, 400301)]
    public async Task BadRequestsAreNamed(string path, int status, int code)
    {
        var reply = await Client.GetAsync(path);

        Assert.Equal((status, code), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task ListComesInPages()
    {
        for (var i = 0; i < 12; i++)
            await Client.InitAsync(4, $"Lesson {i:00}");

        Assert.Equal(["Lesson 00", "Lesson 01", "Lesson 02", "Lesson 03", "Lesson 04"], await TitlesAsync("order=title&per_page=5"));
        Assert.Equal(["Lesson 10", "Lesson 11"], await TitlesAsync("order=title.asc&per_page=5&page=3"));
        Assert.Empty(await TitlesAsync("page=99"));
        Assert.Equal(10, (await TitlesAsync("")).Count());
        var meta = (await Client.GetAsync("/v1/videos?order=title.desc,created_at&per_page=500")).Json.GetProperty("meta");
        var pagination = meta.GetProperty("pagination");
        Assert.Equal(
            (1, 100, 12),
            (pagination.GetProperty("page").GetInt32(), pagination.GetProperty("per_page").GetInt32(), pagination.GetProperty("total").GetInt32()));
        Assert.Equal(("desc", "asc"), (meta.GetProperty("order").GetProperty("title").GetString(), meta.GetProperty("order").GetProperty("created_at").GetString()));
    }

    [Fact]
    public async Task ListIsFiltered()
    {
        var folder = (await Client.SendAsync(HttpMethod.Post, $"/v1/projects/{Client.ProjectId}/folders", new { name = "F" })).Data.GetProperty("id").GetGuid();
        var other = (await Client.SendAsync(HttpMethod.Post, "/v1/projects", new { name = "Other" })).Data.GetProperty("id").GetGuid();
        var root = await Client.InitAsync(4, "В корне");
        var inside = await Client.InitAsync(4, "В папке", parentId: folder);
        await Client.InitAsync(4, "Чужой", parentId: other);
        await Client.PatchAsync(inside.Endpoint, 0, [1, 2, 3, 4]);

        Assert.Equal(["В корне", "В папке"], await TitlesAsync($"order=title&project_id={Client.ProjectId}"));
        Assert.Equal(["В папке"], await TitlesAsync($"folder_id={folder}"));
        Assert.Equal(["В корне"], await TitlesAsync($"project_id={Client.ProjectId}&without_folder=true"));
        Assert.Equal(["В папке"], await TitlesAsync("status[]=processing&status[]=done"));
        Assert.Equal(3, (await TitlesAsync("status=processing")).Count());
        Assert.Equal(["В корне", "В папке"], await TitlesAsync($"order=title&video_ids[]={root.VideoId}&video_ids[]={inside.VideoId}"));
        Assert.Equal(["Чужой"], await TitlesAsync($"q={Uri.EscapeDataString("чуж")}"));
    }

    private async Task<string?> StatusAsync(Announced upload) => (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("status").GetString();

    private async Task<IEnumerable<string?>> TitlesAsync(string query) =>
        (await Client.GetAsync("/v1/videos?" + query)).Data.EnumerateArray().Select(video => video.GetProperty("title").GetString());

    [Fact]
    public async Task ForcedStatusComesWithItsReason()
    {
        var upload = await Client.InitAsync(4);
        await Client.SendAsync(HttpMethod.Post, $"/sandbox/videos/{upload.VideoId}/status", new { status = "error", message = "no video stream" });

        var video = (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data;

        Assert.Equal(("error", "no video stream"), (video.GetProperty("status").GetString(), video.GetProperty("message").GetString()));
    }
}
