using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Repair;

/// <summary>Import-KinescopeUpload of findings: a progress file that was lost is made again without a byte sent.</summary>
public sealed class ImportFindingTests : RepairTest
{
    private const string Import =
        """
        param($videos)
        $i = 0
        $videos.ForEach{ Finding @{ Status = 'NotRecorded'; LessonId = "l$i"; VideoId = $_; Course = '02_ads'; Path = "$PWD/$i.mp4" }; $i++ } | Import-KinescopeUpload -PassThru
        """;

    [Fact]
    public async Task A_lost_progress_file_is_made_again_and_sees_changes_from_then_on()
    {
        WriteCourse(2, length: 3 << 20);
        var videos = SendAll();
        File.Delete(ProgressFile);

        CreateSite(0);
        Assert.Equal(videos, Session.Run(Import, videos).RequireNoErrors().Texts("VideoId"));
        await Sandbox.ForgetRequestsAsync();
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(Send().RequireNoErrors()));
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));

        Folder.WriteVideo("0.mp4", 3 << 20, seed: 77);
        Assert.Equal(["l0 Uploaded", "l1 Skipped"], Statuses(Send()));
        Assert.Equal(3, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public void A_file_that_was_changed_since_is_not_taken_for_what_was_sent()
    {
        WriteCourse(2, length: 3 << 20);
        var videos = SendAll();
        File.Delete(ProgressFile);
        // Its size and its edges are those of the video.
        ChangeMiddle("0.mp4");

        CreateSite(0);
        var result = Session.Run(Import, videos);

        Assert.Equal(["VideoDiffers"], result.ErrorIds);
        Assert.Equal(["l1"], Session.Run("Get-KinescopeUpload").Texts("LessonId"));
    }

    [Fact]
    public void One_without_a_file_one_that_is_known_and_one_that_is_gone()
    {
        WriteCourse(3);
        var videos = SendAll();
        File.Delete(ProgressFile);
        CreateSite(0);
        File.Delete(Folder["0.mp4"]);
        Session.Run("param($video) Remove-KinescopeVideo $video -Confirm:$false", videos[2]).RequireNoErrors();

        var result = Session.Run(Import, videos);

        Assert.Equal(["VideoNotFound"], result.ErrorIds);
        Assert.Contains("l0", result.Warnings.Single());
        var before = File.ReadAllText(ProgressFile).Length;
        // What is known already is written again, and nothing is noted.
        Assert.Equal(["l1"], Session.Run("param($video) Finding @{ Status = 'NotRecorded'; LessonId = 'l1'; VideoId = $video } | Import-KinescopeUpload -PassThru", videos[1]).RequireNoErrors().Texts("LessonId"));
        Assert.DoesNotContain("\"uploaded\"", File.ReadAllText(ProgressFile)[before..]);
        var other = Session.Run("param($video) Finding @{ Status = 'NotRecorded'; LessonId = 'l1'; VideoId = $video } | Import-KinescopeUpload", videos[0]);
        Assert.Equal(["UploadAlreadyKnown"], other.ErrorIds);
    }
}
