using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>What is at Kinescope already is not sent again: a lost progress file, a file of two lessons.</summary>
public sealed class RecognitionTests : UploadTest
{
    [Fact]
    public async Task A_lost_progress_file_of_an_unfinished_upload_is_told_of_the_rest()
    {
        WriteCourse(1, 400_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", after_bytes = 100_000 }), PatchFault(new { kind = "answer", status = 500 }, times: null));
        Send(connection: "-MaxRetry 0");
        await Sandbox.ClearFaultsAsync();
        var unfinished = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString()!;
        File.Delete(ProgressFile);

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Contains(unfinished, Assert.Single(result.Warnings));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("in-bin")]
    [InlineData("in-bin-and-lists")]
    public async Task A_deleted_video_is_gone_though_Kinescope_may_show_it_in_its_bin(string way)
    {
        await Sandbox.ChangeWayAsync("deleted-video", way);
        WriteCourse(1);
        var deleted = Send("-Wait").RequireNoErrors().Texts("VideoId").Single();
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{deleted}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        Assert.Equal(["VideoNotFound"], Session.Run($"Get-KinescopeVideo -VideoId {deleted}").ErrorIds);
        Assert.Empty(Session.Run("Get-KinescopeVideo").RequireNoErrors().Output);
        Assert.Equal(["VideoNotFound"], Send("-Wait").ErrorIds);
        File.Delete(ProgressFile);
        var sent = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(sent));
        Assert.NotEqual([deleted], sent.Texts("VideoId"));
    }

    [Fact]
    public async Task A_video_of_the_same_title_and_size_is_told_and_not_taken()
    {
        WriteCourse(1, 5000);
        using var body = new ByteArrayContent(File.ReadAllBytes(Folder["0.mp4"]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/video") { Content = body };
        request.Headers.Add("X-Parent-ID", Sandbox.Environment["KINESCOPE_PROJECT_ID"]);
        request.Headers.Add("X-Video-Title", "placeholder");
        (await Sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        var other = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString()!;
        using var title = new StringContent("""{"title":"Урок 0"}""", System.Text.Encoding.UTF8, "application/json");
        (await Sandbox.Http.PatchAsync($"/v1/videos/{other}", title, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await Eventually.HoldsAsync(() => Sandbox.VideosAsync().Result[0].GetProperty("status").GetString() == "done");

        var result = Send().RequireNoErrors();

        Assert.Contains(other, Assert.Single(result.Warnings));
        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.DoesNotContain(other, result.Texts("VideoId"));
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FoundE03_A_file_whose_middle_was_changed_is_not_taken_for_the_video_of_its_stamp(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(1, 5_000_000);
        var old = Send("-ProgressFile first.jsonl").RequireNoErrors().Texts("VideoId").Single()!;
        ChangeMiddle("0.mp4");

        var second = Send("-ProgressFile second.jsonl").RequireNoErrors();
        var third = Send("-ProgressFile third.jsonl").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(second));
        Assert.Contains(old, Assert.Single(second.Warnings));
        var sent = second.Texts("VideoId").Single()!;
        Assert.Equal(Sha256Of(Folder["0.mp4"]), await Sandbox.Sha256Async(sent));
        Assert.Equal(["l0 Skipped"], Statuses(third));
        Assert.Equal([sent], third.Texts("VideoId"));
        Assert.Empty(third.Warnings);
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
    }

    [Fact]
    public async Task FoundE05_A_video_that_Kinescope_gave_up_is_not_told_as_one_that_nobody_needs()
    {
        WriteCourse(1);
        var old = Send("-Wait").RequireNoErrors().Texts("VideoId").Single()!;
        await Sandbox.SetStatusAsync(old!, "error");
        File.Delete(ProgressFile);

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Contains($"{old} is an upload of it that Kinescope gave up", Assert.Single(result.Warnings));
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FoundE03_A_large_file_that_is_recognised_is_compared_once_and_not_sent_again(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(1, 5_000_000);
        var id = Send().RequireNoErrors().Texts("VideoId").Single()!;
        File.Delete(ProgressFile);
        File.SetLastWriteTimeUtc(Folder["0.mp4"], DateTime.UtcNow.AddDays(1));
        await Sandbox.ForgetRequestsAsync();

        var recognised = Send("-Verify -Verbose").RequireNoErrors();
        File.SetLastWriteTimeUtc(Folder["0.mp4"], DateTime.UtcNow.AddDays(2));
        var touched = Send().RequireNoErrors();

        Assert.Single(recognised.Verbose, message => message.Contains("comparing the whole file"));
        Assert.DoesNotContain(recognised.Verbose, message => message.Contains("by size"));
        Assert.All((string?[])[.. recognised.Texts("VideoId"), .. touched.Texts("VideoId")], found => Assert.Equal(id, found));
        Assert.Equal(["l0 Skipped"], Statuses(touched));
        Assert.Empty(recognised.Warnings.Concat(touched.Warnings));
        Assert.Empty(await PatchesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FoundE03_Without_an_MD5_a_file_that_is_newer_than_its_video_is_taken_with_a_warning(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(1, 5_000_000);
        var id = Send().RequireNoErrors().Texts("VideoId").Single()!;
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "alter", replace = new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]+\""] = "\"md5\":\"\"" } }, times: null));
        await Sandbox.ForgetRequestsAsync();

        var older = Send("-ProgressFile second.jsonl").RequireNoErrors();
        ChangeMiddle("0.mp4");
        File.SetLastWriteTimeUtc(Folder["0.mp4"], DateTime.UtcNow.AddSeconds(5));
        var newer = Send("-ProgressFile third.jsonl").RequireNoErrors();
        await Sandbox.ClearFaultsAsync();
        var verified = Send("-ProgressFile third.jsonl -Verify");

        Assert.Equal([id], older.Texts("VideoId"));
        Assert.Empty(older.Warnings);
        Assert.Equal([id], newer.Texts("VideoId"));
        var warning = Assert.Single(newer.Warnings);
        Assert.All((string[])["Lesson 'l0'", id, "-Verify", "-Force"], named => Assert.Contains(named, warning));
        Assert.Empty(await PatchesAsync());
        Assert.Equal(["VideoDiffers"], verified.ErrorIds);
    }

    [Fact]
    public async Task A_file_of_two_lessons_is_sent_once_and_its_id_goes_to_both()
    {
        WriteCourse(3, 300_000);
        Folder.Write("manifest.json", File.ReadAllText(Folder["manifest.json"]).Replace("\"filepath\":\"1.mp4\"", "\"filepath\":\"0.mp4\"").Replace("\"filepath\":\"2.mp4\"", "\"filepath\":\"0.mp4\""));
        File.Delete(Folder["1.mp4"]);
        File.Delete(Folder["2.mp4"]);

        var first = Session.Run("Get-LessonVideoMap | ForEach-Object { if ($_.LessonId -ne 'l2') { $_ } } | Send-KinescopeVideo -ThrottleLimit 3").RequireNoErrors();
        var second = Send("-ThrottleLimit 3").RequireNoErrors();

        Assert.Equal(["Skipped", "Uploaded"], first.Texts("Status").Order());
        Assert.All(second.Texts("Status"), status => Assert.Equal("Skipped", status));
        Assert.Single(first.Texts("VideoId").Concat(second.Texts("VideoId")).Distinct());
        Assert.Equal(5, first.Output.Count + second.Output.Count);
        Assert.Equal(300_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }
}
