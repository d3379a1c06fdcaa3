using KinescopePS.Record;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Remove-KinescopeUpload: a lesson is forgotten, and what it left at Kinescope deleted where that is wanted.</summary>
public sealed class RemoveKinescopeUploadTests : UploadTest
{
    [Fact]
    public async Task A_forgotten_lesson_is_found_again_at_Kinescope_and_sent_anew_by_force()
    {
        WriteCourse(2);
        var first = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo").RequireNoErrors();

        var removed = Session.Run("Remove-KinescopeUpload l0 -Confirm:$false").RequireNoErrors();
        var second = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo").RequireNoErrors();

        Assert.Empty(removed.Output);
        Assert.Empty(removed.Warnings);
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(second));
        Assert.Equal(first.Texts("VideoId").Order(), second.Texts("VideoId").Order());
        Assert.Equal(["l0 Uploaded"], Statuses(Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -Force").RequireNoErrors()));
        Assert.Equal(3, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public async Task A_video_that_is_finished_without_our_knowing_is_kept_too()
    {
        WriteCourse(1);
        var video = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo").RequireNoErrors().Texts("VideoId").Single();
        File.Delete(ProgressFile);
        // As after a crash between the last byte and its record.
        using (var record = UploadRecords.Open(ProgressFile))
        {
            await record.AppendAsync(ProgressTest.Intent("l0"));
            await record.AppendAsync(ProgressTest.Initialised("l0", video!));
        }

        var refused = Session.Run("Remove-KinescopeUpload l0 -DeleteVideo -Confirm:$false");

        Assert.Equal(["VideoFinished"], refused.ErrorIds);
        Assert.Equal(["Started"], Session.Run("Get-KinescopeUpload l0").Texts("Status"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task A_video_that_two_lessons_share_is_not_taken_from_the_other()
    {
        WriteCourse(1);
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"0.mp4","title_original":"0"},{"id":"l1","filepath":"0.mp4","title_original":"0"}]}]}]}""");
        Session.Run("Get-LessonVideoMap -WarningAction SilentlyContinue | Send-KinescopeVideo").RequireNoErrors();

        var refused = Session.Run("Remove-KinescopeUpload l0 -DeleteVideo -Force -Confirm:$false");

        Assert.Equal(["VideoShared"], refused.ErrorIds);
        Assert.Equal(2, Session.Run("Get-KinescopeUpload -Status Uploaded").Output.Count);
        await RequireOneVideoEachAsync(1);
    }
}
