using KinescopePS.Journal;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Remove-KinescopeUpload: a lesson is forgotten, and what it left at Kinescope deleted where that is wanted.</summary>
public sealed class RemoveKinescopeUploadTests : UploadTest
{
    private const string Connection = "$connection = $kinescope.Clone(); $connection.Remove('ProjectId'); $connection.Remove('UploaderUri')";

    [Fact]
    public async Task A_forgotten_lesson_is_found_again_at_Kinescope_and_sent_anew_by_force()
    {
        WriteCourse(2);
        var first = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        var removed = Session.Run("Remove-KinescopeUpload l0 -Confirm:$false").RequireNoErrors();
        var second = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.Empty(removed.Output);
        Assert.Empty(removed.Warnings);
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(second));
        Assert.Equal(first.Texts("VideoId").Order(), second.Texts("VideoId").Order());
        Assert.Equal(["l0 Uploaded"], Statuses(Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo @kinescope -Force").RequireNoErrors()));
        Assert.Equal(3, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public async Task An_unfinished_video_is_deleted_where_that_is_wanted_and_named_where_not()
    {
        await LeaveUnfinishedAsync(2);
        var video = Session.Run("Get-KinescopeUpload l1").Texts("UnfinishedVideoId").Single();

        Session.Run($"{Connection}; Get-KinescopeUpload l0 | Remove-KinescopeUpload -DeleteVideo -Confirm:$false @connection").RequireNoErrors();
        var forgotten = Session.Run("Remove-KinescopeUpload l1 -Confirm:$false").RequireNoErrors();

        Assert.Empty(Session.Run("Get-KinescopeUpload").RequireNoErrors().Output);
        Assert.Equal([video], (await Sandbox.VideosAsync()).Select(left => left.GetProperty("id").GetString()));
        Assert.Contains(video!, Assert.Single(forgotten.Warnings));
    }

    [Fact]
    public async Task A_finished_video_is_deleted_with_Force_only()
    {
        WriteCourse(1);
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        var refused = Session.Run($"{Connection}; Remove-KinescopeUpload l0 -DeleteVideo -Confirm:$false @connection");
        Assert.Equal(["VideoFinished"], refused.ErrorIds);
        Assert.Equal(["Uploaded"], Session.Run("Get-KinescopeUpload l0").Texts("Status"));
        Assert.Single(await Sandbox.VideosAsync());

        Session.Run($"{Connection}; Remove-KinescopeUpload l0 -DeleteVideo -Force -Confirm:$false @connection").RequireNoErrors();
        Assert.Empty(Session.Run("Get-KinescopeUpload").Output);
        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task A_video_that_is_finished_without_our_knowing_is_kept_too()
    {
        WriteCourse(1);
        var video = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors().Texts("VideoId").Single();
        File.Delete(ProgressFile);
        // As after a crash between the last byte and its record.
        using (var journal = JournalFile.Open(ProgressFile))
        {
            await journal.RecordAsync(ProgressTest.Intent("l0"));
            await journal.RecordAsync(ProgressTest.Initialised("l0", video!));
        }

        var refused = Session.Run($"{Connection}; Remove-KinescopeUpload l0 -DeleteVideo -Confirm:$false @connection");

        Assert.Equal(["VideoFinished"], refused.ErrorIds);
        Assert.Equal(["Started"], Session.Run("Get-KinescopeUpload l0").Texts("Status"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task A_video_that_two_lessons_share_is_not_taken_from_the_other()
    {
        WriteCourse(1);
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"0.mp4","title_original":"0"},{"id":"l1","filepath":"0.mp4","title_original":"0"}]}]}]}""");
        Session.Run("Get-LessonVideoMap -WarningAction SilentlyContinue | Send-KinescopeVideo @kinescope").RequireNoErrors();

        var refused = Session.Run($"{Connection}; Remove-KinescopeUpload l0 -DeleteVideo -Force -Confirm:$false @connection");

        Assert.Equal(["VideoShared"], refused.ErrorIds);
        Assert.Equal(2, Session.Run("Get-KinescopeUpload -Status Uploaded").Output.Count);
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task A_deletion_that_fails_leaves_the_lesson_and_the_others_go_on()
    {
        await LeaveUnfinishedAsync(2);
        var kept = Session.Run("Get-KinescopeUpload l0").Texts("UnfinishedVideoId").Single();
        await Sandbox.SetFaultsAsync(new { match = new { method = "DELETE", path = $"/v1/videos/{kept}" }, fault = new { kind = "answer", status = 500 } });

        var result = Session.Run($"{Connection}; Remove-KinescopeUpload l0, l1 -DeleteVideo -Confirm:$false -MaxRetry 1 @connection");

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
        Assert.Equal("l0", result.LastError.TargetObject);
        Assert.Equal([("l0", kept)], Session.Run("Get-KinescopeUpload").Output.Select(item => ((string)item.Properties["LessonId"].Value, (string?)item.Properties["UnfinishedVideoId"].Value)));
        Assert.Equal(2, (await Sandbox.RequestsAsync("DELETE", $"/v1/videos/{kept}")).Count);

        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Uploaded"], Session.Run("Get-KinescopeUpload -Status Failed | Send-KinescopeVideo @kinescope").RequireNoErrors().Output.Select(item => item.ToString()!.Replace(":", "")));
    }

    [Fact]
    public async Task WhatIf_says_what_would_go_and_leaves_it()
    {
        await LeaveUnfinishedAsync(1);
        var before = File.ReadAllBytes(ProgressFile);
        using var run = JournalFile.Open(ProgressFile);
        var held = new FileInfo(ProgressFile).Length;

        Session.Run("Remove-KinescopeUpload l0 -DeleteVideo -WhatIf").RequireNoErrors();

        Assert.Equal(held, new FileInfo(ProgressFile).Length);
        Assert.True(held > before.Length);
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public void What_cannot_work_is_named()
    {
        Assert.Equal(["ProgressFileNotFound"], Session.Run("Remove-KinescopeUpload l0 -Confirm:$false").ErrorIds);
        Assert.Empty(Directory.GetFiles(Folder.Path));

        using (var run = JournalFile.Open(ProgressFile))
            Assert.Equal(["ProgressFileLocked"], Session.Run("Remove-KinescopeUpload l0 -Confirm:$false").ErrorIds);
        Assert.Equal(["UploadNotFound"], Session.Run("Remove-KinescopeUpload l0 -Confirm:$false").ErrorIds);
        Assert.Equal(["ApiKeyMissing"], Session.Run("Remove-KinescopeUpload l0 -DeleteVideo -Confirm:$false").ErrorIds);
    }
}
