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
    public async Task A_stamp_that_moves_from_a_tag_to_the_description_leaves_no_old_one()
    {
        Folder.WriteVideo("l0.mp4", OldLength, seed: 1);
        var videoId = (await RunAsync(stamp: StampLocation.Tag)).Result.VideoId!;
        await ProcessAsync();
        await PatchAsync(videoId, new { tags = (string[])["своё", .. (await VideoAsync(videoId)).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)] });
        Change();

        Assert.Null((await RunAsync(replaces: true)).Failure);

        var video = await VideoAsync(videoId);
        Assert.Equal(["своё"], video.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Contains("KPS1-", video.GetProperty("description").GetString(), StringComparison.Ordinal);
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

    [Theory]
    [InlineData("nothing", 2)]
    [InlineData("everything", 2)]
    // The last bytes are on their way when the video is read before the last one.
    [InlineData("nothing", 3)]
    public async Task What_a_person_changes_during_the_transfer_stays(string taken, int beforeLook)
    {
        await Sandbox.ChangeWayAsync("replace-takes", taken);
        var videoId = await PrepareAsync();
        var looks = 0;
        using var life = new Mortal { Meanwhile = name => name == "GET video" && ++looks == beforeLook ? PatchAsync(videoId, Theirs) : Task.CompletedTask };

        Assert.Null((await RunAsync(replaces: true, life: life)).Failure);

        await RequireTheirsAsync(videoId);
        Assert.Equal(taken == "everything", Warnings.Any(warning => warning.Contains("privacy nowhere (it was anywhere)", StringComparison.Ordinal)));
        Assert.Equal(Sha256Of("l0.mp4"), await Sandbox.Sha256Async(videoId));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task What_a_person_changes_before_all_is_put_back_stays_and_is_told(bool replaces, bool isLinked)
    {
        var videoId = await PrepareAsync();
        await FailToPutBackAsync();
        await PatchAsync(videoId, Theirs);

        Assert.Null((await RunAsync(replaces: replaces, site: isLinked ? videoId : null)).Failure);

        await RequireTheirsAsync(videoId);
        Assert.Contains(Warnings, warning => warning.Contains($"left as it is: title 'Их урок' (it was '{Title}')", StringComparison.Ordinal)
            && warning.Contains("privacy nowhere (it was custom (school.example))", StringComparison.Ordinal));
        Assert.Contains("KPS1-", (await VideoAsync(videoId)).GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_later_run_puts_back_what_was_taken_and_tells_of_the_privacy_also_where_the_lesson_is_linked(bool isLinked)
    {
        await Sandbox.ChangeWayAsync("replace-takes", "everything");
        var videoId = await PrepareAsync();
        await FailToPutBackAsync();

        Assert.Null((await RunAsync(site: isLinked ? videoId : null)).Failure);

        await RequireReplacedAsync(videoId);
        var video = await VideoAsync(videoId);
        Assert.Equal(("custom", "реклама"), (video.GetProperty("privacy_type").GetString(), video.GetProperty("tags")[0].GetString()));
        Assert.Contains(Warnings, warning => warning.Contains("privacy custom (school.example) (it was anywhere)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_video_that_cannot_be_read_before_the_last_byte_does_not_fail_the_transfer_nor_undo_a_person()
    {
        var videoId = await PrepareAsync();
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = $"/v1/videos/{videoId}", nth = 2 }, fault = new { kind = "answer", status = 503 } });
        using var life = new Mortal { Meanwhile = name => name == "POST video" ? PatchAsync(videoId, Theirs) : Task.CompletedTask };

        Assert.Null((await RunAsync(replaces: true, life: life)).Failure);

        // The request came after it, and had the old title.
        await RequireTheirsAsync(videoId, Title);
        Assert.Contains(Warnings, warning => warning.Contains("privacy nowhere (it was custom (school.example))", StringComparison.Ordinal));
    }

    private static object Theirs => new { title = "Их урок", description = "Их слова", tags = new[] { "их" }, privacy_type = "nowhere", privacy_domains = Array.Empty<string>() };

    private async Task FailToPutBackAsync()
    {
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = "/v1/videos/", nth = 2 }, fault = new { kind = "answer", status = 403, code = 100103 } });
        await RunAsync(replaces: true);
        await Sandbox.ClearFaultsAsync();
        await ProcessAsync();
    }

    private async Task RequireTheirsAsync(string videoId, string title = "Их урок")
    {
        var video = await VideoAsync(videoId);
        Assert.Equal(title, video.GetProperty("title").GetString());
        Assert.StartsWith("Их слова", video.GetProperty("description").GetString());
        Assert.Equal(("их", "nowhere", 0), (video.GetProperty("tags")[0].GetString(), video.GetProperty("privacy_type").GetString(), video.GetProperty("privacy_domains").GetArrayLength()));
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
