using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The preview, the run and the next run take the same decision, and what is known is handed on however a run ends.</summary>
public sealed class DecisionFaults : UploadTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0.1"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FoundA01_A_run_never_touches_what_another_run_is_sending(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(1, 3_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_000_000 }));
        using var first = Start();
        await Sandbox.WaitAsync("stalled=1");
        var theirs = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString();
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "answer", status = 503 }));
        using var other = new PowerShellSession(Folder.Path);
        other.Use(Sandbox, withWorkspace);

        var second = other.Run("Get-LessonVideoMap | Send-KinescopeVideo -ProgressFile other.jsonl").RequireNoErrors();
        await Sandbox.ReleaseAsync();
        var sent = (await first.EndAsync()).RequireNoErrors();

        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
        if (!withWorkspace)
            Assert.Contains(second.Warnings, warning => warning.Contains($"{theirs} is an unfinished upload"));
        Assert.Equal([theirs], sent.Texts("VideoId"));
        Assert.NotEqual([theirs], second.Texts("VideoId"));
        Assert.All(await Sandbox.VideosAsync(), video => Assert.Equal(Sha256Of(Folder["0.mp4"]), Sandbox.Sha256Async(video.GetProperty("id").GetString()!).Result));
    }

    [Fact]
    public async Task A_video_that_another_lesson_uses_outlives_the_failed_check_of_this_one()
    {
        WriteCourse(2);
        Folder.Write("manifest.json", File.ReadAllText(Folder["manifest.json"]).Replace("\"filepath\":\"1.mp4\"", "\"filepath\":\"0.mp4\""));
        var shared = Send().RequireNoErrors().Texts("VideoId").Distinct().Single();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "alter", replace = new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]{8}"] = "\"md5\":\"00000000" } }, times: null));
        Assert.Equal(["VideoDiffers"], Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -Verify").ErrorIds);
        await Sandbox.ClearFaultsAsync();

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Skipped"], Statuses(result));
        Assert.Contains(result.Warnings, warning => warning.Contains($"{shared} is not deleted: lesson 'l1' uses it"));
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
    }

    [Fact]
    public async Task A_complete_video_outlives_a_record_that_is_one_step_behind()
    {
        WriteCourse(1);
        var complete = Send().RequireNoErrors().Texts("VideoId").Single();
        File.WriteAllLines(ProgressFile, File.ReadAllLines(ProgressFile).Where(line => !line.Contains("\"uploaded\"")));
        Folder.WriteVideo("0.mp4", 1000, seed: 77);

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Contains(result.Warnings, warning => warning.Contains($"{complete} is not deleted: it is complete"));
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
    }

    [Fact]
    public async Task A_list_of_another_shape_is_no_empty_account()
    {
        WriteCourse(1);
        Send().RequireNoErrors();
        File.Delete(ProgressFile);
        var headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" };
        foreach (var body in new[] { """{"data":{"message":"busy"}}""", """{"data":[{"title":"Урок 0"}]}""", """{"data":"xxx"}""" })
        {
            await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 200, headers, body }, times: null));
            Assert.Equal(["AnswerInvalid"], Send("-ProgressFile other.jsonl").ErrorIds);
        }

        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Skipped"], Statuses(Send().RequireNoErrors()));
    }

    [Fact]
    public async Task FoundA02_A_lesson_that_waits_to_be_processed_comes_out_when_the_run_is_stopped()
    {
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "video-status", video_status = "processing" }), Fault("POST", "/v2/init", new { kind = "answer", status = 401, code = 100102 }, nth: 2));

        var result = Send("-Wait -ThrottleLimit 1");

        var uploaded = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString()!;
        Assert.Equal(["l0 Failed", "l1 Failed"], Statuses(result));
        Assert.Contains(uploaded, result.Texts("Error").First());
        Assert.Equal(["VideoNotProcessed", "TokenRejected"], result.ErrorIds);
        await Sandbox.ClearFaultsAsync();
        Assert.Contains("\"uploaded\"", File.ReadAllText(ProgressFile));
    }

    [Fact]
    public async Task FoundA07_Force_after_a_Force_that_failed_makes_a_new_video()
    {
        WriteCourse(1);
        var old = Send().RequireNoErrors().Texts("VideoId").Single();
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "answer", status = 500 }, times: null));
        Send("-Force", connection: "-MaxRetry 0");
        await Sandbox.ClearFaultsAsync();

        var result = Send("-Force").RequireNoErrors();

        Assert.Equal(["Uploaded"], result.Texts("Status"));
        Assert.NotEqual(old, result.Texts("VideoId").Single());
    }

    [Fact]
    public async Task FoundA09_A_file_that_grew_while_it_waited_has_the_length_that_was_sent()
    {
        WriteCourse(2, 500_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 100_000 }));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        Folder.WriteVideo("1.mp4", 600_000, seed: 9);
        await Sandbox.ReleaseAsync();

        var result = (await run.EndAsync()).RequireNoErrors();

        var grown = result.Output.Single(item => (string)item.Properties["LessonId"].Value == "l1");
        Assert.Equal(600_000L, grown.Properties["Length"].Value);
        Assert.Equal(600_000L, grown.Properties["BytesSent"].Value);
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task FoundA10_Verify_looks_each_time_and_hands_no_dead_id_on()
    {
        const string Verify = "-Verify";
        WriteCourse(2);
        var ids = Send(Verify).RequireNoErrors().Output.ToDictionary(item => item.Properties["LessonId"].Value, item => (string)item.Properties["VideoId"].Value);
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{ids["l0"]}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

        var result = Send(Verify);

        Assert.Equal(["l0 Failed", "l1 Skipped"], Statuses(result));
        Assert.Equal(["VideoNotFound"], result.ErrorIds);
        Assert.Contains("-Force uploads it again", result.LastError.Exception.Message);
        Assert.Null(result.Output.Single(item => (string)item.Properties["LessonId"].Value == "l0").Properties["VideoId"].Value);
        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(Send("-Force " + Verify).RequireNoErrors()));
    }

    [Fact]
    public async Task Two_lessons_of_one_file_are_sent_once_also_when_it_has_changed()
    {
        WriteCourse(2);
        Folder.Write("manifest.json", File.ReadAllText(Folder["manifest.json"]).Replace("\"filepath\":\"1.mp4\"", "\"filepath\":\"0.mp4\""));
        var old = Send().RequireNoErrors().Texts("VideoId").Distinct().Single();
        Folder.WriteVideo("0.mp4", 1200, seed: 55);

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Skipped"], Statuses(result));
        Assert.NotEqual(old, result.Texts("VideoId").Distinct().Single());
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public async Task FoundA11_Two_courses_with_equal_ids_are_told_apart_before_the_first_byte()
    {
        WriteCourse(2);
        Send().RequireNoErrors();
        await Sandbox.ForgetRequestsAsync();
        Folder.WriteVideo("b/0.mp4", 700, seed: 5);
        Folder.Write("b/manifest.json", """{"courses":[{"id":"03_seo","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"0.mp4","title_original":"Урок"}]}]}]}""");

        var result = Session.Run("Get-LessonVideoMap b | Send-KinescopeVideo");

        Assert.Equal(["LessonOfAnotherCourse"], result.ErrorIds);
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(Send().RequireNoErrors()));
        Session.Run("Get-LessonVideoMap b | Send-KinescopeVideo -ProgressFile b.jsonl").RequireNoErrors();
    }
}
