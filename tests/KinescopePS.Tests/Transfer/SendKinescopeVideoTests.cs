using System.Management.Automation;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>Send-KinescopeVideo against a local Kinescope: what is sent, what is written, what a rerun does.</summary>
public sealed class SendKinescopeVideoTests : UploadTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_course_is_uploaded_byte_for_byte_and_a_rerun_skips_it(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(7, 300_000);

        var first = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.Equal(7, first.Output.Count);
        Assert.All(first.Texts("Status"), status => Assert.Equal("Uploaded", status));
        Assert.All(first.Values("BytesSent"), sent => Assert.Equal(300_000L, sent));
        Assert.All(first.Values("Attempts"), attempts => Assert.Equal(1, attempts));
        Assert.Equal(first.Texts("VideoId").Select(id => $"https://kinescope.io/embed/{id}"), first.Texts("EmbedUrl"));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"02_ads l{i} Урок {i}"), first.Output.Select(item => $"{item.Properties["Course"].Value} {item.Properties["LessonId"].Value} {item.Properties["Title"].Value}").Order());
        await RequireOneVideoEachAsync(7);
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"Урок {i}"), (await Sandbox.VideosAsync()).Select(video => video.GetProperty("title").GetString()).Order());

        await Sandbox.ForgetRequestsAsync();
        var second = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.All(second.Texts("Status"), status => Assert.Equal("Skipped", status));
        Assert.Equal(Pairs(first), Pairs(second));
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
        await RequireOneVideoEachAsync(7);
    }

    [Fact]
    public async Task Plain_files_are_uploaded_under_their_names_wherever_they_come_from()
    {
        Folder.WriteVideo("Вебинар 2.0.mp4", 10);
        Folder.WriteVideo("[1] второй.mov", 20);

        var byName = Session.Run("Send-KinescopeVideo './Вебинар 2.0.mp4' @kinescope").RequireNoErrors();
        var byObject = Session.Run("[System.IO.FileInfo]::new([System.IO.Path]::Combine($PWD.ProviderPath, '[1] второй.mov')) | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.Equal(["Вебинар 2.0"], byName.Texts("Title"));
        Assert.Equal(["[1] второй"], byObject.Texts("Title"));
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Equal(["Skipped"], Session.Run("'./Вебинар 2.0.mp4' | Send-KinescopeVideo @kinescope").RequireNoErrors().Texts("Status"));
    }

    [Fact]
    public async Task What_is_not_ready_is_reported_and_the_others_are_sent()
    {
        WriteCourse(4);
        File.Delete(Folder["0.mp4"]);
        File.WriteAllBytes(Folder["1.mp4"], []);
        File.Move(Folder["2.mp4"], Folder["2.txt"]);
        Folder.Write("manifest.json", File.ReadAllText(Folder["manifest.json"]).Replace("\"filepath\":\"2.mp4\"", "\"filepath\":\"2.txt\""));

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope");

        Assert.Equal(["LessonFileNotFound", "LessonFileEmpty", "LessonFileNotVideo"], result.ErrorIds);
        Assert.Equal(["l0", "l1", "l2"], result.Errors.Select(error => error.TargetObject));
        Assert.Equal(["l0 Failed", "l1 Failed", "l2 Failed", "l3 Uploaded"], Statuses(result));
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task A_lesson_that_has_a_video_already_is_skipped_with_it()
    {
        WriteCourse(2);

        var result = Session.Run("Get-LessonVideoMap | ForEach-Object { if ($_.LessonId -eq 'l0') { $_.VideoId = 'known' }; $_ } | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.Equal(["l0 Skipped", "l1 Uploaded"], Statuses(result));
        Assert.Equal("known", result.Texts("VideoId").First());
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task A_lesson_given_twice_is_sent_once()
    {
        WriteCourse(1);

        var result = Session.Run("Get-LessonVideoMap | ForEach-Object { $_; $_ } | Send-KinescopeVideo @kinescope");

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Equal(["LessonIdDuplicate"], result.ErrorIds);
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task WhatIf_says_what_would_be_sent_and_touches_nothing()
    {
        WriteCourse(2, 2048);

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -WhatIf").RequireNoErrors();

        Assert.Empty(result.Output);
        Assert.False(File.Exists(ProgressFile));
        Assert.False(File.Exists(ProgressFile + ".lock"));
        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task Force_uploads_again_as_a_new_video()
    {
        WriteCourse(1);
        var first = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        var second = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -Force").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(second));
        Assert.NotEqual(first.Texts("VideoId"), second.Texts("VideoId"));
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Equal(second.Texts("VideoId"), Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors().Texts("VideoId"));
    }

    [Fact]
    public async Task An_unknown_project_and_an_answer_of_a_proxy_are_named_for_what_they_are()
    {
        WriteCourse(1);

        Assert.Equal(["ParentNotFound"], Session.Run("$k = $kinescope.Clone(); $k.ProjectId = [guid]::NewGuid(); Get-LessonVideoMap | Send-KinescopeVideo @k").ErrorIds);
        await Sandbox.SetFaultsAsync(new { match = new { method = "POST", path = "/v2/init" }, fault = new { kind = "answer", status = 413, body = "<html><h1>413 Request Entity Too Large\u001b[31m</h1>" } });
        var proxy = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope");
        Assert.Equal(["UploadTooLarge"], proxy.ErrorIds);
        Assert.DoesNotContain('\u001b', proxy.LastError.ToString());
    }

    [Fact]
    public async Task An_upload_address_on_a_foreign_host_gets_nothing()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "POST", path = "/v2/init" },
            fault = new { kind = "alter", replace = new Dictionary<string, string> { ["http://[^\"]+"] = "http://169.254.169.254/v2/upload/x" } },
        });

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope");

        Assert.Equal(["UploadEndpointRefused"], result.ErrorIds);
        Assert.DoesNotContain("/v2/upload/x", result.LastError.ToString());
    }

    [Fact]
    public async Task The_rate_limit_is_obeyed_and_loses_nothing()
    {
        await using var limited = await SandboxProcess.StartAsync([]);
        Session.Use(limited);
        WriteCourse(25);

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -ThrottleLimit 8 -MaxRetry 1").RequireNoErrors();

        Assert.Equal(25, result.Texts("Status").Count(status => status == "Uploaded"));
        var answers = (await limited.RequestsAsync("POST", "/v2/init")).Select(request => request.GetProperty("status").GetInt32()).ToList();
        Assert.Equal(25, answers.Count(status => status == 201));
        Assert.Contains(429, answers);
    }

    [Theory]
    [InlineData("-ApiUri http://example.com", "UriInvalid")]
    [InlineData("-UploaderUri nonsense", "UriInvalid")]
    [InlineData("-ProgressFile /dev/null/x.jsonl", "ProgressFileNotWritable")]
    [InlineData("-BandwidthLimit fast", "BandwidthLimitInvalid")]
    [InlineData("-BandwidthLimit fast -WhatIf", "BandwidthLimitInvalid")]
    public void Settings_that_cannot_work_are_refused_before_anything_is_sent(string parameters, string errorId)
    {
        WriteCourse(1);

        var result = Session.Run($"$k = $kinescope.Clone(); $k.Remove('ApiUri'); $k.Remove('UploaderUri'); Get-LessonVideoMap | Send-KinescopeVideo @k {parameters}");

        Assert.Equal([errorId], result.ErrorIds);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Only_a_large_file_costs_the_round_trip_of_asking_first()
    {
        WriteCourse(1, 1 << 20);
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();
        WriteCourse(1, (1 << 20) + 1);
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -Force").RequireNoErrors();

        var asked = (await PatchesAsync()).Select(patch => patch.GetProperty("headers").TryGetProperty("Expect", out _));

        Assert.Equal([false, true], asked);
    }

    [Fact]
    public void Progress_shows_the_batch_and_ends_it()
    {
        WriteCourse(3, 2_000_000);

        var progress = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors().Progress;

        Assert.Equal(ProgressRecordType.Completed, progress[^1].RecordType);
        Assert.All(progress.Where(record => record.ParentActivityId >= 0), record => Assert.Equal(progress[^1].ActivityId, record.ParentActivityId));
    }

    private static IEnumerable<string> Pairs(ScriptResult result) =>
        result.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["VideoId"].Value}").Order();
}
