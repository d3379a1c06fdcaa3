using KinescopePS.Transfer;

namespace KinescopePS.Tests.Replacing;

/// <summary>What a video had beside its old content, which the platform may take with that.</summary>
public sealed class ReplaceRestoreTests : ReplaceTest
{
    private const string About = "О чём урок";

    [Theory]
    [InlineData("nothing", "header")]
    [InlineData("nothing", "kept")]
    [InlineData("description", "header")]
    [InlineData("tags", "header")]
    [InlineData("privacy", "header")]
    [InlineData("poster", "header")]
    [InlineData("chapters", "header")]
    [InlineData("everything", "header")]
    public async Task It_is_put_back_at_once(string taken, string title)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["replace-takes"] = taken, ["replace-title"] = title });
        var videoId = await PrepareAsync();
        var poster = await PosterAsync(videoId);

        Assert.Null((await RunAsync(replaces: true)).Failure);

        await RequireReplacedAsync(videoId);
        var video = await VideoAsync(videoId);
        Assert.StartsWith(About, video.GetProperty("description").GetString());
        Assert.Equal(["реклама"], video.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal("custom", video.GetProperty("privacy_type").GetString());
        Assert.Equal("school.example", video.GetProperty("privacy_domains")[0].GetString());
        Assert.Equal(poster, await PosterAsync(videoId));
        var chapters = video.GetProperty("chapters");
        Assert.Equal((5000, "Начало"), (chapters.GetProperty("items")[0].GetProperty("time").GetInt32(), chapters.GetProperty("items")[0].GetProperty("title").GetString()));
        Assert.True(chapters.GetProperty("enabled").GetBoolean());
        Assert.Equal(taken == "everything", Warnings.Any(warning => warning.Contains("subtitles", StringComparison.Ordinal) && warning.Contains("(ru)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_stamp_is_that_of_the_new_content_so_that_a_lost_record_does_no_harm(bool inTag)
    {
        var stamp = inTag ? StampLocation.Tag : StampLocation.Description;
        await Sandbox.ChangeWayAsync("replace-takes", "everything");
        var videoId = await PrepareAsync();
        await RunAsync(replaces: true, stamp: stamp);
        await ProcessAsync();
        File.Delete(ProgressFile);

        var found = await RunAsync(replaces: true);

        Assert.Equal((LessonUploadStatus.Skipped, videoId), (found.Result.Status, found.Result.VideoId));
        var video = await VideoAsync(videoId);
        var (description, tags) = (video.GetProperty("description").GetString()!, string.Join(' ', video.GetProperty("tags").EnumerateArray()));
        Assert.Equal(inTag ? (1, 2) : (2, 1), (description.Split("KPS1-").Length, tags.Split("KPS1-").Length));
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task What_a_person_changes_while_it_is_processed_stays()
    {
        var videoId = await PrepareAsync();
        await RunAsync(replaces: true);
        await PatchAsync(videoId, new { title = "Новое название", tags = new[] { "новое" }, privacy_type = "anywhere" });
        await ProcessAsync();

        Assert.Null((await RunAsync()).Failure);

        var video = await VideoAsync(videoId);
        Assert.Equal(("Новое название", "новое", "anywhere"), (video.GetProperty("title").GetString(), video.GetProperty("tags")[0].GetString(), video.GetProperty("privacy_type").GetString()));
        Assert.Null((await RecordedAsync()).Replacement);
    }

    [Fact]
    public async Task What_cannot_be_put_back_is_named_and_put_back_by_the_next_run()
    {
        var videoId = await PrepareAsync();
        // The title is changed to itself before the request, so that a token without the right overwrites nothing.
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = "/v1/videos/", nth = 2 }, fault = new { kind = "answer", status = 403, code = 100103 } });

        var replaced = await RunAsync(replaces: true);

        Assert.Equal((LessonUploadStatus.Uploaded, null), (replaced.Result.Status, replaced.Failure));
        Assert.Contains(Warnings, warning => warning.Contains($"'{Title}' is its title", StringComparison.Ordinal));
        Assert.Equal("Urok pervyi: elka", (await VideoAsync(videoId)).GetProperty("title").GetString());
        await Sandbox.ClearFaultsAsync();
        Assert.Null((await RunAsync()).Failure);
        await RequireReplacedAsync(videoId);
    }

    private async Task<string> PrepareAsync()
    {
        var videoId = await UploadAsync();
        var stamp = (await VideoAsync(videoId)).GetProperty("description").GetString();
        await PatchAsync(videoId, new { description = $"{About}\n{stamp}", tags = new[] { "реклама" }, privacy_type = "custom", privacy_domains = new[] { "school.example" } });
        var url = $"/v1/videos/{videoId}";
        await CallAsync(HttpMethod.Post, url + "/posters", new { from_time = 1 });
        await CallAsync(HttpMethod.Put, url + "/chapters", new { items = new[] { new { time = 5000, title = "Начало" } }, enabled = true });
        using var subtitle = new MultipartFormDataContent
        {
            { new StringContent("ru"), "language" },
            { new StringContent("WEBVTT"), "file", "l0.vtt" },
        };
        (await Sandbox.Http.PostAsync(url + "/subtitles", subtitle, Stop)).EnsureSuccessStatusCode();
        Change();
        return videoId;
    }

    private async Task<string?> PosterAsync(string videoId) => (await VideoAsync(videoId)).GetProperty("poster").GetProperty("id").GetString();
}
