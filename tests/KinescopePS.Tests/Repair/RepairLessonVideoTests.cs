using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Repair;

/// <summary>Repair-LessonVideo: what was found is mended in the right order, looked at again before, and a second run finds nothing.</summary>
public sealed class RepairLessonVideoTests : RepairTest
{
    [Fact]
    public async Task After_a_lost_progress_file_one_run_mends_all_and_a_second_finds_nothing()
    {
        WriteCourse(4);
        CreateSite(4);
        Session.Run("Get-LessonVideoMap -LessonId l0, l1 | Send-KinescopeVideo | ForEach-Object { if ($_.LessonId -eq 'l0') { $_ } } | Set-LessonVideoId").RequireNoErrors();
        File.Delete(ProgressFile);
        await Sandbox.ForgetRequestsAsync();

        var shown = Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -WhatIf").RequireNoErrors();
        Assert.Empty(shown.Output);
        Assert.False(File.Exists(ProgressFile));
        Assert.Empty(await PatchesAsync());

        var mended = Repaired(Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo").RequireNoErrors());

        Assert.Equal(
            ["l0 NotRecorded Mended", "l1 NotLinked Mended", "l1 NotRecorded Mended", "l2 NeverSent Mended", "l3 NeverSent Mended"],
            mended.Order());
        Assert.DoesNotContain(null, Rows);
        await RequireOneVideoEachAsync(4);
        Assert.Equal(2000, BytesOf(await PatchesAsync()));
        var second = Session.Run("$found = Get-LessonVideoMap | Compare-LessonVideo -All; $found; $found | Repair-LessonVideo").RequireNoErrors();
        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees", "l3 Agrees"], Statuses(second));
    }

    [Fact]
    public async Task A_video_made_by_hand_gets_a_mark_so_that_the_question_is_asked_once()
    {
        WriteCourse(2);
        CreateSite(2);
        var certain = await SendByHandAsync("0.mp4", "Урок 0");
        var likely = await SendByHandAsync("1.mp4", "Урок 1, запись");
        string[] findings = [$"@{{ Status = 'VideoMatched'; LessonId = 'l0'; VideoId = '{certain}'; Path = \"$PWD/0.mp4\" }}", $"@{{ Status = 'VideoLikely'; LessonId = 'l1'; VideoId = '{likely}'; Path = \"$PWD/0.mp4\" }}"];

        Assert.Equal(["l0 VideoMatched Mended", "l1 VideoLikely Left"], Repaired(Repair("", findings)).Order());
        Assert.Equal([certain, null], Rows);
        Assert.Equal(["l1 VideoLikely Mended"], Repaired(Repair("-Accept", findings[1])));
        Assert.Equal([certain, likely], Rows);

        // With the progress file lost too, the mark tells whose they are.
        File.Delete(ProgressFile);
        Session.Run("Set-LessonVideoId l0 -Clear -Confirm:$false").RequireNoErrors();
        await Sandbox.ForgetRequestsAsync();
        Assert.Equal([$"{certain}"], Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo").RequireNoErrors().Texts("VideoId"));
        Assert.Empty(await PatchesAsync());
    }

    [Fact]
    public async Task What_is_no_longer_as_it_was_found_is_left_with_a_note()
    {
        WriteCourse(6);
        CreateSite(6);
        var videos = SendAll();
        const string Other = "22222222-2222-4222-8222-222222222222";
        Session.Run($"Set-LessonVideoId l0 {Other}; Set-LessonVideoId l1 {videos[1]}; Set-LessonVideoId l4 {Other}").RequireNoErrors();
        Session.Run($"Remove-KinescopeVideo {videos[2]} -Confirm:$false").RequireNoErrors();
        var before = await VideoIdsAsync();

        var result = Repair(
            "-Include ContentDiffers, VideoMissing, LinkDiffers, TitleDiffers -IncludeRemoval -Confirm:$false",
            Of("NotLinked", "l0", videos[0]), Of("NotLinked", "l1", videos[1]), Of("NotLinked", "l2", videos[2]), Of("NotLinked", "l9", videos[3]),
            Of("NotRecorded", "l3", videos[3]), Of("NeverSent", "l4", null), Of("ContentDiffers", "l3", null), Of("VideoMissing", "l5", videos[5]),
            Of("TitleDiffers", "l3", videos[3]), Of("SeveralVideos", "l3", videos[3]), Of("VideoMatched", "l3", videos[5]));

        Assert.Equal(11, result.Output.Count);
        Assert.All(result.Output, item => Assert.Equal("Stale", $"{item.Properties["Outcome"].Value}"));
        Assert.All(result.Output, item => Assert.NotEmpty($"{item.Properties["Message"].Value}"));
        Assert.Empty(result.Errors);
        Assert.Equal(before, await VideoIdsAsync());
        Assert.Equal([Other, videos[1], null, null, Other, null], Rows.Take(6).Select((row, i) => i == 3 ? null : row));

        string Of(string status, string lesson, string? video) =>
            $"@{{ Status = '{status}'; LessonId = '{lesson}'; VideoId = {(video is null ? "$null" : $"'{video}'")}; Path = \"$PWD/{lesson[1..]}.mp4\"; Title = 'Урок {lesson[1..]}' }}";
    }

    [Fact]
    public async Task A_content_is_replaced_where_that_is_wanted_and_the_row_keeps_its_id()
    {
        WriteCourse(2);
        CreateSite(2);
        var videos = SendAll();
        Session.Run($"Set-LessonVideoId l0 {videos[0]}; Set-LessonVideoId l1 {videos[1]}").RequireNoErrors();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Folder.WriteVideo("0.mp4", 2000, seed: 5);

        var mended = Session.Run("Get-LessonVideoMap | Compare-LessonVideo | Repair-LessonVideo -Include ContentDiffers -Replace").RequireNoErrors();

        Assert.Equal(["l0 ContentDiffers Mended"], Repaired(mended));
        Assert.Equal(videos, Rows);
        await RequireOneVideoEachAsync(2);
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["l0 Agrees", "l1 Agrees"], Statuses(Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All").RequireNoErrors()));
    }

    [Fact]
    public async Task A_replacement_that_was_begun_is_brought_to_its_end()
    {
        WriteCourse(1);
        CreateSite(1);
        var videos = SendAll();
        Session.Run($"Set-LessonVideoId l0 {videos[0]}").RequireNoErrors();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Folder.WriteVideo("0.mp4", 2000, seed: 5);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/video", new { kind = "answer", status = 500 }, times: null));
        Assert.Equal(["l0 Failed"], Statuses(Send("-Replace", "-MaxRetry 0")));
        await Sandbox.ClearFaultsAsync();
        var known = Session.Run("Get-KinescopeUpload").RequireNoErrors();
        Assert.Equal(["Failed", videos[0]], [.. known.Texts("Status"), .. known.Texts("VideoId")]);

        var mended = Session.Run("Get-LessonVideoMap | Compare-LessonVideo | Repair-LessonVideo -Include ContentDiffers").RequireNoErrors();

        Assert.Equal(["l0 ContentDiffers Mended"], Repaired(mended));
        Assert.Equal(videos, Rows);
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task What_is_not_safe_is_done_only_where_it_is_told()
    {
        WriteCourse(3);
        CreateSite(3);
        var videos = SendAll();
        Session.Run($"Set-LessonVideoId l0 {videos[0]}; Set-LessonVideoId l1 {videos[1]}; Set-LessonVideoId l2 22222222-2222-4222-8222-222222222222").RequireNoErrors();
        Folder.WriteVideo("0.mp4", 2000, seed: 5);
        Session.Run($"Remove-KinescopeVideo {videos[1]} -Confirm:$false; Set-KinescopeVideo {videos[2]} -Title 'Другое'").RequireNoErrors();

        var left = Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo").RequireNoErrors();
        Assert.All(left.Output, item => Assert.Equal("Left", $"{item.Properties["Outcome"].Value}"));
        Assert.Equal([videos[0], videos[1], "22222222-2222-4222-8222-222222222222"], Rows);

        var all = Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -Include ContentDiffers, VideoMissing, LinkDiffers, TitleDiffers").RequireNoErrors();

        var mended = Repaired(all).Where(text => text.EndsWith("Mended", StringComparison.Ordinal)).Order().ToList();
        Assert.Contains("l0 ContentDiffers Mended", mended);
        Assert.Contains("l1 VideoMissing Mended", mended);
        Assert.Contains("l2 TitleDiffers Mended", mended);
        Assert.Contains("l2 LinkDiffers Mended", mended);
        Assert.Equal(3, Rows.Distinct().Count());
        Assert.Empty(Rows.Except(await VideoIdsAsync()));
        Assert.NotEqual(videos[0], Rows[0]);
        var rest = Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All").RequireNoErrors();
        // The video of the old content stays, and is named.
        Assert.Equal(["l0 SeveralVideos", "l1 Agrees", "l2 Agrees"], Statuses(rest));
        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees"], Statuses(Session.Run("$null = Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -IncludeRemoval -Confirm:$false; Get-LessonVideoMap | Compare-LessonVideo -All").RequireNoErrors()));
        Assert.Equal(3, (await VideoIdsAsync()).Count);
    }

    [Fact]
    public async Task A_removal_is_asked_for_even_where_nothing_else_is()
    {
        WriteCourse(1);
        CreateSite(1);
        var video = SendAll()[0];
        Session.Run($"Set-LessonVideoId l0 {video}").RequireNoErrors();
        var second = Session.Run("Send-KinescopeVideo 0.mp4 -LessonId l0 -Force -ProgressFile other.jsonl").RequireNoErrors().Texts("VideoId").Single()!;

        // Nobody is there to answer.
        var asked = Repair("-IncludeRemoval", $"@{{ Status = 'SeveralVideos'; LessonId = 'l0'; VideoId = '{second}' }}");

        Assert.Contains($"Delete the video: '0' ({second})", asked.LastError.ToString());
        Assert.Contains(second, await VideoIdsAsync());
    }

    [Fact]
    public void Without_a_lesson_table_all_else_is_done_and_one_error_says_what_is_missing()
    {
        WriteCourse(3);
        CreateSite(3, connect: false);
        var video = Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo").RequireNoErrors().Texts("VideoId").Single()!;

        var result = Repair("", $"@{{ Status = 'NotLinked'; LessonId = 'l0'; VideoId = '{video}' }}", "@{ Status = 'NeverSent'; LessonId = 'l1'; Path = \"$PWD/1.mp4\" }");

        Assert.Equal(["DatabaseUrlMissing"], result.ErrorIds);
        Assert.StartsWith("2 lessons were not linked", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(["l0 NotLinked Failed", "l1 NeverSent Failed"], Repaired(result).Order());
        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(Session.Run("Get-KinescopeUpload")));
    }

    [Fact]
    public void Bad_input_is_named_and_the_rest_is_done()
    {
        WriteCourse(1);
        CreateSite(1);
        var video = SendAll()[0];

        var result = Session.Run(
            $$"""
            'no finding', [pscustomobject]@{ Status = 'Unheard'; LessonId = 'l0'; OtherSide = ''; OtherValue = '' },
                (Finding @{ Status = 'NotLinked'; VideoId = '{{video}}' }), (Finding @{ Status = 'NotLinked'; LessonId = 'l0' }),
                (Finding @{ Status = 'NotLinked'; LessonId = 'l0'; VideoId = '{{video}}' } | FromCsv) | Repair-LessonVideo
            """);

        Assert.Equal(["FindingInvalid", "FindingInvalid", "LessonIdMissing", "VideoIdMissing"], result.ErrorIds);
        Assert.Equal([video], Rows);
    }

    [Fact]
    public async Task A_run_that_is_stopped_leaves_the_rest_for_the_next()
    {
        WriteCourse(4);
        CreateSite(4);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 20 }, "3.mp4"));
        using var running = new RunningScript(Session.Shell("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -ThrottleLimit 1"));
        await Eventually.HoldsAsync(() => running.Output.Count >= 3);
        running.Stop();
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(3, Rows.Count(row => row is not null));

        Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo").RequireNoErrors();

        Assert.DoesNotContain(null, Rows);
        await RequireOneVideoEachAsync(4);
    }

    [Theory]
    [InlineData("progress file")]
    [InlineData("rows")]
    [InlineData("videos")]
    [InlineData("progress file, rows")]
    [InlineData("progress file, videos")]
    [InlineData("rows, videos")]
    public async Task What_is_lost_at_one_place_or_at_two_is_made_again_from_the_others(string lost)
    {
        WriteCourse(3);
        CreateSite(3);
        var videos = SendAll();
        Session.Run("param($videos) (0..2).ForEach{ Set-LessonVideoId l$_ $videos[$_] }", (object)videos.ToArray()).RequireNoErrors();
        await Sandbox.ForgetRequestsAsync();
        if (lost.Contains("progress file", StringComparison.Ordinal))
            File.Delete(ProgressFile);
        if (lost.Contains("rows", StringComparison.Ordinal))
            Session.Run("(0..2).ForEach{ Set-LessonVideoId l$_ -Clear -Confirm:$false }").RequireNoErrors();
        if (lost.Contains("videos", StringComparison.Ordinal))
            Session.Run("param($videos) $videos | Remove-KinescopeVideo -Confirm:$false", (object)videos.ToArray()).RequireNoErrors();

        Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -Include VideoMissing").RequireNoErrors();

        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees"], Statuses(Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All").RequireNoErrors()));
        await RequireOneVideoEachAsync(3);
        Assert.Equal(await VideoIdsAsync(), Rows.Order());
        Assert.Equal(lost.Contains("videos", StringComparison.Ordinal) ? 3000 : 0, BytesOf(await PatchesAsync()));
        // Nothing is left to be sent, also by who knows the progress file alone.
        await Sandbox.ForgetRequestsAsync();
        Assert.Equal(["l0 Skipped", "l1 Skipped", "l2 Skipped"], Statuses(Send().RequireNoErrors()));
        Assert.Empty(await PatchesAsync());
    }

    [Fact]
    public async Task A_video_goes_back_to_the_folder_that_it_was_sent_to()
    {
        WriteCourse(1);
        CreateSite(1);
        var sent = Session.Run("(New-KinescopeFolder -Name Уроки).FolderId").RequireNoErrors().Output.Single().ToString();
        var other = Session.Run("(New-KinescopeFolder -Name Прочее).FolderId").RequireNoErrors().Output.Single().ToString();
        var video = Send($"-ParentId {sent} | Set-LessonVideoId -PassThru").RequireNoErrors().Texts("VideoId").Single()!;
        Session.Run($"Move-KinescopeVideo {video} {other}").RequireNoErrors();

        Assert.Equal(["l0 FolderDiffers Mended"], Repaired(Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -Include FolderDiffers").RequireNoErrors()));

        Assert.Equal([sent], Session.Run($"Get-KinescopeVideo {video}").Texts("FolderId"));
        Assert.Equal([video], await VideoIdsAsync());
    }

    [Fact]
    public async Task A_lesson_table_that_is_down_holds_up_no_upload()
    {
        WriteCourse(2);
        CreateSite(2, connect: false);
        var database = "-Database (Get-UncheckedDatabase 'postgresql://localhost:1/none' -MaxRetry 0)";

        var result = Repair(database, "@{ Status = 'NeverSent'; LessonId = 'l0'; Path = \"$PWD/0.mp4\" }", "@{ Status = 'NeverSent'; LessonId = 'l1'; Path = \"$PWD/1.mp4\" }");

        Assert.Equal(["DatabaseUnreachable"], result.ErrorIds);
        Assert.Equal(["l0 NeverSent Failed", "l1 NeverSent Failed"], Repaired(result).Order());
        Assert.Equal(2, (await VideoIdsAsync()).Count);
    }

    private ScriptResult Repair(string parameters, params string[] findings) =>
        Session.Run($"@({string.Join(", ", findings)}).ForEach{{ Finding $_ }} | Repair-LessonVideo {parameters}");

    private static IEnumerable<string> Repaired(ScriptResult result) =>
        result.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value} {item.Properties["Outcome"].Value}");
}
