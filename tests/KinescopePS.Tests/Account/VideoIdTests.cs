using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>A UUID, the short id of a page and a pasted link are one video, wherever one comes in.</summary>
public sealed class VideoIdTests : AccountTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0.3"];

    private string DatabaseUrl => $"file:{Folder["lessons.db"]}";

    [Fact]
    public async Task Each_command_takes_an_id_in_any_form_and_the_platform_gets_the_uuid()
    {
        Connect().RequireNoErrors();
        var id = await AddVideoAsync("a");
        string[] forms = [id, id.ToUpperInvariant(), ShortIdOf(id), $"https://kinescope.io/{ShortIdOf(id)}", $"kinescope.io/embed/{id}?autoplay=1"];
        await Sandbox.ForgetRequestsAsync();

        var got = Session.Run("param($ids) $ids | Get-KinescopeVideo; Get-KinescopeVideo $ids; $ids | Wait-KinescopeVideo -IntervalSeconds 0.1", [forms]).RequireNoErrors();
        Assert.Equal(Enumerable.Repeat(id, 2 * forms.Length + 1), got.Texts("VideoId"));
        Assert.Equal(["b"], Session.Run("param($id) Set-KinescopeVideo $id -Title b -PassThru", forms[3]).RequireNoErrors().Texts("Title"));
        Session.Run("param($row) $row | Remove-KinescopeVideo -Confirm:$false", new { VideoId = forms[2] }).RequireNoErrors();

        Assert.DoesNotContain(await CallsAsync(), call => call.StartsWith("GET /v1/videos/", StringComparison.Ordinal) && !call.EndsWith(id, StringComparison.Ordinal));
        Assert.Contains($"DELETE /v1/videos/{id}", await CallsAsync());
    }

    [Fact]
    public async Task A_text_that_names_no_video_fails_alone_before_anything_is_asked()
    {
        Connect().RequireNoErrors();
        var id = await AddVideoAsync("a");
        await Sandbox.ForgetRequestsAsync();

        foreach (var command in new[] { "Get-KinescopeVideo", "Wait-KinescopeVideo -IntervalSeconds 0.1", "Set-KinescopeVideo -Title b -PassThru", "Remove-KinescopeVideo -WhatIf" })
        {
            var result = Session.Run($"param($ids) $ids | {command}", [new[] { "https://kinescope.io/blog/news", "../projects", id }]);
            Assert.Equal(["VideoIdInvalid", "VideoIdInvalid"], result.ErrorIds);
            Assert.Equal("../projects", result.LastError.TargetObject);
            Assert.Contains("https://kinescope.io/embed/", result.LastError.Exception.Message);
        }

        Assert.DoesNotContain(await CallsAsync(), call => call.Contains("blog") || call.Contains("projects"));
    }

    [Fact]
    public async Task A_site_that_keeps_short_ids_is_kept_so_and_nothing_is_sent_twice()
    {
        WriteCourse(3, 2000);
        var known = await AddVideoAsync("known");
        SqliteLessons.Create(Folder["lessons.db"], ["l0", "l1", "l2"]);
        Session.Run("param($url, $id) Set-LessonVideoId l2 $id -IdForm Short -DatabaseUrl $url", DatabaseUrl, known).RequireNoErrors();

        const string Job = "param($url) Get-LessonVideoMap -CheckDatabase -DatabaseUrl $url | Send-KinescopeVideo | Set-LessonVideoId -DatabaseUrl $url -PassThru";
        var first = Session.Run(Job, DatabaseUrl).RequireNoErrors();
        var uploads = Session.Run("Get-KinescopeUpload").RequireNoErrors().Texts("VideoId").Select(id => id!).ToList();

        Assert.Equal(["Linked", "Linked", "Unchanged"], first.Texts("Status").Order());
        Assert.All(uploads, id => Assert.True(Guid.TryParseExact(id, "D", out _)));
        Assert.Equal([.. uploads.Append(known).Select(ShortIdOf).Order(StringComparer.Ordinal)], SqliteLessons.VideoIds(Folder["lessons.db"]).Order(StringComparer.Ordinal));

        var again = Session.Run(Job, DatabaseUrl).RequireNoErrors();
        var fromRecord = Session.Run("param($url) Get-KinescopeUpload | Set-LessonVideoId -DatabaseUrl $url -PassThru", DatabaseUrl).RequireNoErrors();
        Assert.All([.. again.Texts("Status"), .. fromRecord.Texts("Status")], status => Assert.Equal("Unchanged", status));
        Assert.Equal(3, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public async Task Answers_with_short_ids_are_recorded_and_written_as_uuids()
    {
        WriteCourse(3, 2000);
        SqliteLessons.Create(Folder["lessons.db"], ["l0", "l1", "l2"]);
        await Sandbox.ChangeWayAsync("video-ids", "short");
        const string Job = "param($url) Get-LessonVideoMap | Send-KinescopeVideo -Wait | Set-LessonVideoId -DatabaseUrl $url -PassThru";
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 410, code = 404404, message = "gone" }));

        Session.Run(Job, DatabaseUrl).RequireNoErrors();
        var videos = (await Sandbox.VideosAsync()).Select(video => video.GetProperty("id").GetString()).ToList();

        Assert.Equal(3, videos.Count);
        Assert.All(Session.Run("Get-KinescopeUpload").Texts("VideoId"), id => Assert.True(Guid.TryParseExact(id, "D", out _)));
        Assert.All(SqliteLessons.VideoIds(Folder["lessons.db"]), id => Assert.True(Guid.TryParseExact(id, "D", out _)));
        File.Delete(ProgressFile);
        Assert.All(Session.Run(Job, DatabaseUrl).RequireNoErrors().Texts("Status"), status => Assert.Equal("Unchanged", status));
        Assert.Equal(3, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public async Task A_lesson_of_a_map_is_handed_on_by_the_uuid_whatever_the_map_has()
    {
        WriteCourse(2);
        var id = await AddVideoAsync("a");
        Folder.Write("map.csv", $"LessonId,Path,VideoId\nl0,0.mp4,{ShortIdOf(id)}\nl1,1.mp4,https://kinescope.io/{ShortIdOf(id)}\n");

        var result = Session.Run("Import-LessonVideoMap map.csv | Send-KinescopeVideo").RequireNoErrors();

        Assert.Equal(["Skipped", "Skipped"], result.Texts("Status"));
        Assert.Equal([id, id], result.Texts("VideoId"));
        Assert.Equal([$"https://kinescope.io/embed/{id}", $"https://kinescope.io/embed/{id}"], result.Texts("EmbedUrl"));
    }

    [Fact]
    public async Task Progress_of_the_scripts_under_short_ids_and_links_is_the_same_uploads()
    {
        WriteCourse(1);
        Send().RequireNoErrors();
        var id = Session.Run("Get-KinescopeUpload l0").Texts("VideoId").Single()!;
        var other = await AddVideoAsync("other");
        Folder.Write("old.json", $$"""
            {"uploaded":[{"lessonId":"l0","videoId":"{{ShortIdOf(id)}}"},{"lessonId":"l7","videoId":"https://kinescope.io/embed/{{ShortIdOf(other)}}"},
            {"lessonId":"l7","videoId":"{{other}}"},{"lessonId":"l8","videoId":"https://elsewhere.example/x"}]}
            """);

        var result = Session.Run("Import-KinescopeUpload old.json -PassThru");

        Assert.Equal(["ImportEntryInvalid"], result.ErrorIds);
        Assert.Contains("uploaded[3] has 'https://elsewhere.example/x' as videoId", result.LastError.Exception.Message);
        Assert.Empty(result.Warnings);
        Assert.Equal([id, other], result.Texts("VideoId"));
        Assert.Equal(["l0 Skipped"], Statuses(Send()));
    }

    private static string ShortIdOf(string uuid)
    {
        const string Letters = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
        var text = "";
        for (var value = new System.Numerics.BigInteger(Guid.Parse(uuid).ToByteArray(bigEndian: true), isUnsigned: true, isBigEndian: true); text.Length < 22; value /= 58)
            text = Letters[(int)(value % 58)] + text;
        return text;
    }
}
