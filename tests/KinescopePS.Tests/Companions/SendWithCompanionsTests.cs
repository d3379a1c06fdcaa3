namespace KinescopePS.Tests.Companions;

/// <summary>Send-KinescopeVideo -WithCompanions: what is sent, what is not sent again, and what a failure there leaves.</summary>
public sealed class SendWithCompanionsTests : CompanionTest
{
    [Fact]
    public async Task Sends_what_stands_beside_a_video_once_and_again_after_a_change()
    {
        WriteCourse(2);
        WriteCompanions();

        var first = Session.Run(Script);
        Assert.Equal(["poster", "subtitles ru", "chapters"], Companions(first));
        await RequireAsync();
        await Sandbox.ForgetRequestsAsync();
        var second = Session.Run(Script);
        Assert.Empty(Companions(second));
        Assert.Equal("Unchanged", $"{second.Output[0].Properties["CompanionStatus"].Value}");
        Assert.Contains("; beside them 0 sent, 3 unchanged, 0 failed; ", $"{second.Summary}", StringComparison.Ordinal);
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(second));
        Assert.Empty(await ChangesAsync());

        WriteCompanions(New, grey: 9, chapters: "00:00 Начало\n00:00.002 Конец\n");
        Assert.Equal(["poster", "subtitles ru", "chapters"], Companions(Session.Run(Script)));
        await RequireAsync(New, 9, "0 Начало", "2 Конец");
        Assert.Equal(["POST poster", "POST subtitles", "DELETE subtitles", "PUT chapters"], await ChangesAsync());
    }

    [Fact]
    public void A_description_that_somebody_gave_stays_whatever_is_sent_later()
    {
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        Session.Run("Get-LessonVideoMap | Set-KinescopeSubtitle -Description Русские").RequireNoErrors();
        Assert.Empty(Companions(Session.Run(Script).RequireNoErrors()));
        Assert.Equal("Русские", Description());

        WriteCompanions(New);
        Assert.Equal(["subtitles ru"], Companions(Session.Run(Script).RequireNoErrors()));
        Assert.Equal("Русские", Description());
        Assert.Empty(Companions(Session.Run(Script).RequireNoErrors()));

        Session.Run("Get-LessonVideoMap | Set-KinescopeSubtitle -Description ''").RequireNoErrors();
        Assert.Equal("", Description());

        string Description() => $"{Assert.Single(Session.Run("(Get-KinescopeUpload | Get-KinescopeVideo).Subtitles.Description").Output)}";
    }

    [Theory]
    [InlineData("everything", "subtitles ru")]
    [InlineData("nothing", "")]
    public async Task What_goes_with_an_old_content_is_sent_again(string taken, string again)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["replace-takes"] = taken });
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Folder.WriteVideo("0.mp4", 2000, seed: 5);

        var replaced = Session.Run($"{Script} -Replace").RequireNoErrors();

        Assert.Equal(again, string.Join(' ', Companions(replaced)));
        await RequireAsync();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(Companions(Session.Run(Script).RequireNoErrors()));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task A_failure_is_the_companions_own_and_the_next_run_tries_again()
    {
        WriteCourse(1);
        WriteCompanions();
        File.WriteAllBytes(Folder["0.jpg"], [0x89, 0x50, 0x4E, 0x47]);
        Folder.Write("0.ru.srt", "1\n00:00:05,000 --> 00:00:02,000\nа\n");
        await Sandbox.SetFaultsAsync(Fault("PUT", "/v1/videos", new { kind = "answer", status = 400, code = 400400, message = "no" }));

        var failed = Session.Run(Script);
        Assert.Equal(["l0 Uploaded"], Statuses(failed));
        Assert.Equal(["ChapterRefused", "PosterInvalid", "SubtitleInvalid"], ErrorIdsOf(failed).Select(id => id == "RequestInvalid" ? "ChapterRefused" : id).Order());
        Assert.All(failed.Errors, error => Assert.Contains("l0", error.Exception.Message));
        Assert.Contains(failed.Errors, error => error.Exception.Message.Contains("0.ru.srt, line 2"));

        WriteCompanions();
        Assert.Equal(["poster", "subtitles ru", "chapters"], Companions(Session.Run(Script)));
        await RequireAsync();
    }

    [Theory]
    [InlineData("as-sent", 1)]
    [InlineData("webvtt", 1)]
    public async Task A_lost_record_makes_nothing_twice(string link, int posts)
    {
        WriteCourse(1);
        WriteCompanions();
        await Sandbox.GoAsync(new Dictionary<string, string> { ["subtitle-link"] = link });
        Session.Run(Script).RequireNoErrors();
        File.Delete(ProgressFile);

        var again = Session.Run(Script);
        again.RequireNoErrors();

        Assert.Equal(["poster"], Companions(again));
        Assert.Equal(posts, (await ChangesAsync()).Count(change => change == "POST subtitles"));
        await RequireAsync();
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("absent")]
    public async Task What_the_record_does_not_know_and_cannot_be_compared_is_left(string link)
    {
        WriteCourse(1);
        WriteCompanions();
        await Sandbox.GoAsync(new Dictionary<string, string> { ["subtitle-link"] = link });
        Session.Run(Script).RequireNoErrors();
        File.Delete(ProgressFile);
        WriteCompanions(New, chapters: "00:00 Иначе\n");

        var again = Session.Run(Script);

        Assert.Equal(["CompanionAlreadySet", "CompanionAlreadySet"], ErrorIdsOf(again));
        await RequireAsync();
        Session.Run("Get-LessonVideoMap | Set-KinescopeSubtitle; Get-LessonVideoMap | Set-KinescopeChapter").RequireNoErrors();
        await RequireAsync(New, 0, "0 Иначе");
        Session.Run(Script).RequireNoErrors();
    }

    [Fact]
    public async Task Subtitles_that_cannot_be_deleted_do_not_pile_up()
    {
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        await Sandbox.GoAsync(new Dictionary<string, string> { ["subtitle-deletion"] = "refused", ["subtitle-link"] = "absent" });
        WriteCompanions(New);

        for (var run = 0; run < 3; run++)
            Assert.Equal(["SubtitleNotRemoved"], ErrorIdsOf(Session.Run(Script)));
        Assert.Equal([$"ru: {New}", $"ru: {Old}"], (await TruthOfAsync()).Subtitles);

        await Sandbox.GoAsync(new Dictionary<string, string>());
        Session.Run(Script).RequireNoErrors();
        await RequireAsync(New);
    }

    [Theory]
    [InlineData("POST", "/v1/videos/*/subtitles", "lost-answer")]
    [InlineData("POST", "/v1/videos/*/subtitles", "cut")]
    [InlineData("POST", "/v2/poster", "lost-answer")]
    [InlineData("PUT", "/v1/videos/*/chapters", "lost-answer")]
    [InlineData("DELETE", "/v1/videos/*/subtitles/*", "lost-answer")]
    public async Task An_answer_that_is_lost_makes_nothing_twice(string method, string path, string kind)
    {
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        SetRetryDelay(0.01);
        await Sandbox.SetFaultsAsync(Fault(method, path, new { kind }));
        WriteCompanions(New, grey: 9, chapters: "00:00 Начало\n00:00.002 Конец\n");

        Session.Run(Script).RequireNoErrors();

        await RequireAsync(New, 9, "0 Начало", "2 Конец");
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task What_passes_is_waited_for(int status)
    {
        WriteCourse(1);
        WriteCompanions();
        SetRetryDelay(0.01);
        await Sandbox.SetFaultsAsync(
            Fault("POST", "/v1/videos/*/subtitles", new { kind = "answer", status }, times: 2),
            Fault("POST", "/v2/poster", new { kind = "answer", status }, times: 2),
            Fault("PUT", "/v1/videos/*/chapters", new { kind = "answer", status }, times: 2));

        Session.Run(Script).RequireNoErrors();

        await RequireAsync();
    }

    [Theory]
    [InlineData("poster-answers", "204")]
    [InlineData("poster-answers", "200")]
    [InlineData("new-poster", "listed")]
    [InlineData("subtitles-answer", "204")]
    [InlineData("subtitles-answer", "200")]
    [InlineData("subtitle-list", "with-meta")]
    [InlineData("unsorted-chapters", "refused")]
    [InlineData("video-ids", "short")]
    public async Task Is_right_whichever_way_the_platform_goes(string question, string way)
    {
        WriteCourse(1);
        WriteCompanions();
        await Sandbox.GoAsync(new Dictionary<string, string> { [question] = way });

        Session.Run(Script).RequireNoErrors();
        WriteCompanions(New);
        Session.Run(Script).RequireNoErrors();

        await RequireAsync(New);
    }

    [Fact]
    public async Task A_poster_that_is_refused_before_the_video_is_ready_goes_with_a_later_run()
    {
        WriteCourse(1);
        WriteCompanions();
        await Sandbox.GoAsync(new Dictionary<string, string> { ["poster-before-done"] = "refused", ["poster-cap"] = "1000000" });

        Assert.Equal(["RequestInvalid"], ErrorIdsOf(Session.Run(Script)));
        await Sandbox.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(["poster"], Companions(Session.Run(Script)));
        await RequireAsync();
    }

    [Fact]
    public async Task A_key_without_the_right_leaves_them_for_the_run_and_the_videos_go_on()
    {
        WriteCourse(3);
        for (var i = 0; i < 3; i++)
            Folder.Write($"{i}.chapters.txt", "00:00 Начало");
        await Sandbox.SetFaultsAsync(Fault("PUT", "/v1/videos", new { kind = "answer", status = 403, code = 100103, message = "no" }, times: null));

        var result = Session.Run(Script + " -ThrottleLimit 1");

        Assert.Equal(["AccessDenied"], ErrorIdsOf(result));
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded"], Statuses(result));
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["chapters", "chapters", "chapters"], Companions(Session.Run(Script)));
    }

    [Fact]
    public async Task An_outage_of_the_API_is_not_waited_out()
    {
        WriteCourse(2);
        WriteCompanions();
        Send().RequireNoErrors();
        Session.Connect("-MaxRetry 0 -Patience 1h");
        await Sandbox.ChangeWayAsync("api", "503");

        // An hour's patience is for videos.
        var result = Session.Run(Script);

        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(result));
        Assert.Equal(["KinescopeUnavailable", "KinescopeUnavailable"], ErrorIdsOf(result));
        Assert.Equal(["poster"], Companions(result));
        await Sandbox.ChangeWayAsync("api", "up");
        Assert.Equal(["subtitles ru", "chapters"], Companions(Session.Run(Script)));
        await RequireAsync();
    }

    [Fact]
    public async Task WhatIf_says_what_is_wrong_with_a_file_and_sends_nothing()
    {
        WriteCourse(1);
        WriteCompanions("1\n00:00:01,000 --> 00:00:02,000\n");

        Assert.Equal(["SubtitleInvalid"], ErrorIdsOf(Session.Run(Script + " -WhatIf")));
        Assert.Empty(await ChangesAsync());
        await RequireNoVideoAsync();
    }

    [Fact]
    public async Task A_lesson_that_the_site_has_gets_what_changed_beside_it()
    {
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        Folder.Write("0.ru.srt", New);
        const string Linked = "Get-LessonVideoMap | ForEach-Object { $_.VideoId = (Get-KinescopeUpload).VideoId; $_ } | Send-KinescopeVideo -WithCompanions";

        var result = Session.Run(Linked);

        Assert.Equal(["subtitles ru"], Companions(result));
        await RequireAsync(New);
        var id = $"{result.Output[0].Properties["VideoId"].Value}";
        File.Delete(ProgressFile);
        Folder.Write("0.ru.srt", Old);
        File.WriteAllBytes(Folder["0.jpg"], Jpeg(9));

        var unknown = Session.Run($"Get-LessonVideoMap | ForEach-Object {{ $_.VideoId = '{id}'; $_ }} | Send-KinescopeVideo -WithCompanions");

        // Without a record nothing proves that the subtitles are ours, and whether the poster is the same cannot be told.
        Assert.Equal(["CompanionAlreadySet"], ErrorIdsOf(unknown));
        Assert.Empty(Companions(unknown));
        await RequireAsync(New);
    }
}
