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
