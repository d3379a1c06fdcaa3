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
        WriteSharedFile(2);
        await Sandbox.SetFaultsAsync(AlteredMd5("00000000"));
        Assert.Equal(["VideoDiffers"], Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -Verify").ErrorIds);
        await Sandbox.ClearFaultsAsync();
        var shared = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString();
        Folder.Write("script.json", $$"""{"uploaded":[{"lessonId":"l1","videoId":"{{shared}}"}]}""");
        Session.Run("Import-KinescopeUpload script.json").RequireNoErrors();

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
        WriteSharedFile(2);
        var old = Send().RequireNoErrors().Texts("VideoId").Distinct().Single();
        Folder.WriteVideo("0.mp4", 1200, seed: 55);

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Skipped"], Statuses(result));
        Assert.NotEqual(old, result.Texts("VideoId").Distinct().Single());
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
    }

    [Theory]
    [InlineData("POST", "/v2/init", false)]
    [InlineData("POST", "/v2/init", true)]
    [InlineData("PATCH", UploadPath, false)]
    [InlineData("PATCH", UploadPath, true)]
    public async Task FoundE02_Three_lessons_of_one_file_that_all_failed_become_one_video(string method, string path, bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteSharedFile(3);
        await Sandbox.SetFaultsAsync(Fault(method, path, new { kind = "answer", status = 503 }, times: null));
        Assert.Equal(["l0 Failed", "l1 Failed", "l2 Failed"], Statuses(Send(connection: "-MaxRetry 0")));
        await Sandbox.ClearFaultsAsync();

        var result = Send(connection: "-MaxRetry 1").RequireNoErrors();

        Assert.Single(result.Texts("VideoId").Distinct());
        Assert.Single(await Sandbox.VideosAsync());
        Assert.Equal(1, result.Output.Count(item => $"{item.Properties["Status"].Value}" == "Uploaded"));
    }

    [Theory]
    [InlineData("l1")]
    [InlineData("l1, l0")]
    public async Task FoundE02_What_was_begun_for_another_lesson_of_the_file_is_finished(string lessons)
    {
        WriteSharedFile(2, 2_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", after_bytes = 1_500_000 }), PatchFault(new { kind = "answer", status = 503 }, times: null));
        Assert.Equal(["l0 Failed"], Statuses(Session.Run("$null = Connect-Kinescope @kinescope -MaxRetry 0; Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo")));
        await Sandbox.ClearFaultsAsync();
        await Sandbox.ForgetRequestsAsync();

        var result = Session.Run($"$map = @{{}}; Get-LessonVideoMap | ForEach-Object {{ $map[$_.LessonId] = $_ }}; '{lessons}' -split ', ' | ForEach-Object {{ $map[$_] }} | Send-KinescopeVideo").RequireNoErrors();
        var rest = Send().RequireNoErrors();

        Assert.Equal("l1 Uploaded", Statuses(result).Last());
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(rest));
        var video = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString();
        Assert.Equal([video], result.Texts("VideoId").Concat(rest.Texts("VideoId")).Distinct());
        Assert.InRange(BytesOf(await PatchesAsync()), 1, 600_000);
    }

    [Fact]
    public async Task FoundE02_What_was_begun_twice_is_finished_once_and_the_other_deleted()
    {
        WriteSharedFile(2, 2_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 503 }, times: null));
        Assert.Equal(["l0 Failed"], Statuses(Session.Run("$null = Connect-Kinescope @kinescope -MaxRetry 0; Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo")));
        Session.Run("Get-LessonVideoMap -LessonId l1 | Send-KinescopeVideo -ProgressFile other.jsonl");
        File.AppendAllLines(ProgressFile, File.ReadLines(Folder["other.jsonl"]).Skip(1));
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        await Sandbox.ClearFaultsAsync();

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Skipped"], Statuses(result));
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task FoundE07_A_gateways_word_does_not_tell_that_a_video_is_gone_or_may_not_be_seen(int status)
    {
        WriteCourse(1);
        Send().RequireNoErrors();
        await Sandbox.ForgetRequestsAsync();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status }, times: null));

        var result = Send("-ProgressFile other.jsonl");

        Assert.Equal(["AnswerInvalid"], result.ErrorIds);
        Assert.Contains("not Kinescope's JSON", result.LastError.Exception.Message);
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Skipped"], Statuses(Send("-ProgressFile other.jsonl").RequireNoErrors()));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(500)]
    public async Task FoundE08_Verify_hands_no_id_on_that_nobody_could_look_at(int status)
    {
        WriteCourse(1);
        Send().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status }, times: null));

        var result = Send("-Verify -WaitTimeout '2s'", connection: "-MaxRetry 0");

        Assert.Equal(["l0 Failed"], Statuses(result));
        Assert.Null(Assert.Single(result.Output).Properties["VideoId"].Value);
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Skipped"], Statuses(Send("-Verify").RequireNoErrors()));
    }

    [Fact]
    public async Task FoundE06_Links_to_one_file_are_one_video()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets administrators make links.");
        WriteCourse(3);
        Folder.WriteVideo("c1/0.mp4", 1000, seed: 3);
        File.Delete(Folder["1.mp4"]);
        File.CreateSymbolicLink(Folder["1.mp4"], Folder["0.mp4"]);
        Directory.CreateSymbolicLink(Folder["c2"], Folder["c1"]);
        Folder.Write("manifest.json", File.ReadAllText(Folder["manifest.json"]).Replace("2.mp4", "c1/0.mp4").Replace("]}]}]}", """,{"id":"l3","filepath":"c2/0.mp4","title_original":"Урок 3.mp4"}]}]}]}"""));

        var result = Send("-ThrottleLimit 4").RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Skipped", "l2 Uploaded", "l3 Skipped"], Statuses(result));
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Equal(4, Send().RequireNoErrors().Texts("Status").Count(status => status == "Skipped"));
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

    /// <summary>Writes a course whose lessons have one file.</summary>
    private void WriteSharedFile(int lessons, int length = 1000)
    {
        WriteCourse(lessons, length);
        Folder.Write("manifest.json", System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(Folder["manifest.json"]), @"""filepath"":""\d+\.mp4""", "\"filepath\":\"0.mp4\""));
        for (var i = 1; i < lessons; i++)
            File.Delete(Folder[$"{i}.mp4"]);
    }
}
