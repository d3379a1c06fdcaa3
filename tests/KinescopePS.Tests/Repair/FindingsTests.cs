using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Repair;

/// <summary>Findings in the pipeline: each cmdlet mends those that are its business, and lets all others pass.</summary>
public sealed class FindingsTests : RepairTest
{
    /// <summary>A finding of every result about lesson l0 and a video, piped as it is, by CSV and by JSON.</summary>
    private const string AllOf =
        """
        param($video, $path)
        $all = [Enum]::GetValues([KinescopePS.LessonFindingStatus]).ForEach{
            Finding @{ Status = $_; LessonId = 'l0'; VideoId = $video; Path = $path; Title = 'Another' } }
        $none = [Enum]::GetValues([KinescopePS.LessonFindingStatus]).ForEach{ Finding @{ Status = $_; LessonId = 'l0' } }
        $all + $none
        """;

    [Theory]
    [InlineData("$found")]
    [InlineData("($found | FromCsv)")]
    [InlineData("($found | FromJson)")]
    public async Task Those_of_other_results_pass_every_cmdlet_without_an_error_and_without_a_change(string form)
    {
        WriteCourse(1);
        CreateSite(1);
        var video = SendAll()[0];
        Session.Run($"$global:made = & {{ {AllOf} }} @args", video, Folder["0.mp4"]).RequireNoErrors();
        var before = File.ReadAllText(ProgressFile);

        Run("NotLinked, VideoMatched, LinkDiffers", "Set-LessonVideoId -Force");
        Run("VideoMissing", "Set-LessonVideoId -Clear -Confirm:$false");
        Run("NeverSent, Begun, UploadFailed, ContentDiffers", "Send-KinescopeVideo");
        Run("TitleDiffers", "Set-KinescopeVideo");
        Run("FolderDiffers", "Move-KinescopeVideo");
        Run("NotRecorded", "Import-KinescopeUpload");
        Run("SeveralVideos, VideoWithoutLesson", "Remove-KinescopeVideo -Confirm:$false");

        Assert.Equal([null], Rows);
        Assert.Equal([video], await VideoIdsAsync());
        Assert.Equal("Урок 0", (await Sandbox.VideosAsync())[0].GetProperty("title").GetString());
        Assert.StartsWith(before, File.ReadAllText(ProgressFile), StringComparison.Ordinal);
        Assert.DoesNotContain(ProgressEvents.Skip(before.Count(letter => letter == '\n')), step => step != "run");

        void Run(string mended, string command)
        {
            var result = Session.Run($"$found = $made.Where{{ \"$($_.Status)\" -notin @('{mended.Replace(", ", "','")}') }}; {form} | {command} -Verbose");
            result.RequireNoErrors();
            Assert.Empty(result.Output);
            Assert.Contains(result.Verbose, text => text.Contains("which is not mended here"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("| FromCsv")]
    [InlineData("| FromJson")]
    public async Task Each_cmdlet_mends_its_own(string form)
    {
        WriteCourse(2);
        CreateSite(2);
        var video = (await SendOneAsync("l0"))!;

        Mend("@{ Status = 'NotLinked'; LessonId = 'l0'; VideoId = $args[0] }", "Set-LessonVideoId", video);
        Assert.Equal([video, null], Rows);
        Mend("@{ Status = 'TitleDiffers'; VideoId = $args[0]; LessonId = 'l0'; Title = 'Первый урок' }", "Set-KinescopeVideo", video);
        Assert.Equal("Первый урок", (await Sandbox.VideosAsync())[0].GetProperty("title").GetString());
        Mend("@{ Status = 'NeverSent'; LessonId = 'l1'; Path = $args[0]; Title = 'Урок 1'; Course = '02_ads' }", "Send-KinescopeVideo", Folder["1.mp4"]);
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        var folder = Session.Run("New-KinescopeFolder -Name Уроки").RequireNoErrors().Texts("FolderId").Single();
        Mend("@{ Status = 'FolderDiffers'; LessonId = 'l0'; VideoId = $args[0]; Side = 'ProgressFile'; Value = $args[1]; OtherSide = 'Kinescope' }", "Move-KinescopeVideo", video, folder);
        Assert.Equal([folder], Session.Run("param($video) Get-KinescopeVideo $video", video).Texts("FolderId"));
        Mend("@{ Status = 'VideoMissing'; LessonId = 'l0'; VideoId = $args[0] }", "Set-LessonVideoId -Clear -Confirm:$false", video);
        Assert.Equal([null, null], Rows);

        void Mend(string finding, string command, params object?[] arguments) =>
            Session.Run($"Finding {finding} {form} | {command}", arguments).RequireNoErrors();
    }

    [Fact]
    public void A_row_that_holds_another_video_is_replaced_with_force_only()
    {
        WriteCourse(1);
        CreateSite(1);
        var video = SendAll()[0];
        Session.Run("Set-LessonVideoId l0 22222222-2222-4222-8222-222222222222").RequireNoErrors();

        Session.Run("param($video) Finding @{ Status = 'LinkDiffers'; LessonId = 'l0'; VideoId = $video } | Set-LessonVideoId", video).RequireNoErrors();
        Assert.Equal(["22222222-2222-4222-8222-222222222222"], Rows);
        Session.Run("param($video) Finding @{ Status = 'LinkDiffers'; LessonId = 'l0'; VideoId = $video } | Set-LessonVideoId -Force", video).RequireNoErrors();
        Assert.Equal([video], Rows);
    }

    [Fact]
    public void A_status_that_there_is_not_and_a_finding_without_what_is_needed_are_named()
    {
        CreateSite(1);

        var result = Session.Run(
            """
            $odd = [pscustomobject]@{ Status = 'NotLnked'; LessonId = 'l0'; VideoId = 'v'; OtherSide = ''; OtherValue = '' }
            $odd | Set-LessonVideoId
            Finding @{ Status = 'NotLinked'; VideoId = '22222222-2222-4222-8222-222222222222' } | Set-LessonVideoId
            Finding @{ Status = 'NeverSent'; LessonId = 'l0' } | Send-KinescopeVideo
            Finding @{ Status = 'TitleDiffers'; LessonId = 'l0'; Title = 'T' } | Set-KinescopeVideo
            Finding @{ Status = 'NotRecorded'; LessonId = 'l0' } | Import-KinescopeUpload
            """);

        Assert.Equal(["FindingInvalid", "LessonIdMissing", "LessonFilePathMissing", "VideoIdMissing", "VideoIdMissing"], result.ErrorIds);
        Assert.Contains("NotLnked", result.Errors[0].ToString());
    }

    [Fact]
    public async Task What_a_lesson_uses_is_never_deleted_for_a_finding()
    {
        WriteCourse(3);
        CreateSite(3);
        var videos = SendAll();
        File.Delete(ProgressFile);
        Session.Run("param($linked) Set-LessonVideoId l0 $linked", videos[0]).RequireNoErrors();
        var hand = await SendByHandAsync("2.mp4", "Вебинар");

        // l0's stands in its row, l1's carries the mark of a lesson that is there, and one is not this module's.
        var kept = Remove("VideoWithoutLesson", null, videos[0], videos[1], hand);
        Assert.Equal(3, kept.Warnings.Count);
        // A lesson keeps the only one that it has, whatever was found.
        kept = Remove("SeveralVideos", "l2", videos[2]);
        Assert.Contains("names another video that is complete", kept.Warnings.Single());
        Assert.Equal([.. videos.Append(hand).Order()], await VideoIdsAsync());

        // A second video of l0, beside the one in its row.
        var second = Session.Run("Send-KinescopeVideo 0.mp4 -LessonId l0 -Force -ProgressFile other.jsonl").RequireNoErrors().Texts("VideoId").Single()!;
        Remove("SeveralVideos", "l0", second).RequireNoErrors();
        Assert.DoesNotContain(second, await VideoIdsAsync());
        // Nothing tells whether a row holds it: a progress file knows only what was sent with it.
        Session.Run("Disconnect-LessonDatabase; 'other.jsonl', 'kinescope-upload-progress.jsonl' | ForEach-Object { Get-LessonVideoMap -LessonId l2 | Send-KinescopeVideo -ProgressFile $_ }").RequireNoErrors();
        Assert.True(File.Exists(ProgressFile));
        Assert.Contains("no lesson table to ask", Remove("VideoWithoutLesson", null, videos[0]).Warnings.Single());
        Assert.Contains(videos[0], await VideoIdsAsync());

        ScriptResult Remove(string status, string? lesson, params string[] ids) => Session.Run(
            "param($status, $lesson, $ids) $ids.ForEach{ Finding @{ Status = $status; LessonId = $lesson; VideoId = $_ } } | Remove-KinescopeVideo -Confirm:$false",
            status, lesson, ids);
    }

    private async Task<string?> SendOneAsync(string lesson)
    {
        Session.Run("param($lesson) Get-LessonVideoMap -LessonId $lesson | Send-KinescopeVideo", lesson).RequireNoErrors();
        return (await VideoIdsAsync()).Single();
    }
}
