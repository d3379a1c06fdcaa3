using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Comparison;

/// <summary>Each kind of finding, as it comes about in a course that was uploaded and linked before.</summary>
public sealed class CompareTests : CompareTest
{
    [Fact]
    public async Task Videos_that_no_list_shows_are_not_missing_however_many_they_are()
    {
        Publish(25);
        // Both lists, that of the project and that by ids, show none of them yet.
        await Sandbox.SetFaultsAsync([Fault("GET", "/v1/videos", new { kind = "alter", replace = new Dictionary<string, string> { ["\"deleted_at\":null"] = "\"deleted_at\":\"2026-01-01T00:00:00Z\"" } }, times: 2)]);

        Assert.All(Findings(Compare().RequireNoErrors()), finding => Assert.EndsWith(" Agrees", finding, StringComparison.Ordinal));
    }

    [Fact]
    public void Another_lessons_video_in_a_row_is_not_to_be_recorded_or_renamed_for_it()
    {
        Publish(1);
        WriteCourse(2);
        Sql("INSERT INTO Lesson (id, title, videoId, videoUrl) SELECT 'l1', 'l1', videoId, videoUrl FROM Lesson");

        Assert.Equal(["l0 VideoShared", "l1 VideoShared"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void Lessons_that_share_a_file_do_not_rename_its_video_in_turn()
    {
        Folder.Write("manifest.json", """
            {"courses":[{"id":"c","modules":[{"id":"m","lessons":[
            {"id":"a","filepath":"s.mp4","title_original":"A"},{"id":"b","filepath":"s.mp4","title_original":"B"}]}]}]}
            """);
        Folder.WriteVideo("s.mp4", 1000);
        SqliteLessons.Create(Database, ["a", "b"]);
        UploadAndLink();

        Assert.Equal(["a Agrees", "b Agrees"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public async Task All_that_was_uploaded_and_linked_agrees()
    {
        Publish(3);
        await Sandbox.ForgetRequestsAsync();

        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees"], Findings(Compare().RequireNoErrors()));
        Assert.Single(await Sandbox.RequestsAsync("GET", "/v1/videos"));
    }

    [Fact]
    public void Nothing_was_sent_or_the_file_is_not_there_or_no_lesson_names_it()
    {
        WriteCourse(2);
        SqliteLessons.Create(Database, ["l0", "l1", "l9"]);
        File.Delete(Folder["1.mp4"]);
        Folder.WriteVideo("other.mp4", 10);

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 NeverSent", "l1 FileMissing", "l9 NotMapped", "other.mp4 FileWithoutLesson"], Findings(result));
        Assert.Equal("Send-KinescopeVideo", Only(result, LessonFindingStatus.NeverSent)["Command"]);
    }

    [Fact]
    public void A_row_that_is_empty_or_gone_is_named()
    {
        Publish(3);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = NULL WHERE "id" = 'l0'""");
        Sql("""DELETE FROM "Lesson" WHERE "id" = 'l1'""");

        Assert.Equal(["l0 NotLinked", "l1 RowMissing", "l2 Agrees"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void A_row_that_somebody_changed_differs()
    {
        Publish(3);
        Sql("""UPDATE "Lesson" SET "videoId" = 'dQw4w9WgXcQ' WHERE "id" = 'l0'""");
        Sql("""UPDATE "Lesson" SET "videoId" = 'https://youtu.be/x' WHERE "id" = 'l1'""");
        Sql("""UPDATE "Lesson" SET "videoUrl" = (SELECT "videoUrl" FROM "Lesson" WHERE "id" = 'l1') WHERE "id" = 'l2'""");

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 LinkDiffers", "l0 VideoMissing", "l1 LinkDiffers", "l2 LinkDiffers"], Findings(result));
    }

    [Fact]
    public async Task A_video_that_was_deleted_is_missing_once()
    {
        Publish(2);
        var id = Session.Run("Get-KinescopeUpload l0").Texts("VideoId").Single()!;
        await DeleteVideoAsync(id);

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 VideoMissing", "l1 Agrees"], Findings(result));
        var finding = Only(result, LessonFindingStatus.VideoMissing);
        Assert.Equal((id, "Database", "Kinescope"), (finding["VideoId"], finding["Side"], finding["OtherSide"]));
    }

    [Fact]
    public void Without_the_progress_file_what_is_complete_is_recognised()
    {
        Publish(2);
        File.Delete(ProgressFile);

        Assert.Equal(["l0 NotRecorded", "l1 NotRecorded"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void Without_progress_file_and_links_what_is_complete_is_recognised()
    {
        Publish(2);
        File.Delete(ProgressFile);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = NULL""");

        Assert.Equal(["l0 NotLinked", "l0 NotRecorded", "l1 NotLinked", "l1 NotRecorded"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public async Task What_was_begun_or_given_up_or_is_only_half_there_is_told_apart()
    {
        WriteCourse(1, length: 3_000_000);
        SqliteLessons.Create(Database, ["l0"]);
        await FailAfterAsync(1_000_000);
        Assert.Equal(["l0 UploadFailed"], Findings(Compare().RequireNoErrors()));

        File.Delete(ProgressFile);
        Assert.Equal(["l0 VideoUnfinished"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void A_file_that_was_changed_after_its_upload_is_not_linked_again()
    {
        Publish(3);
        Folder.WriteVideo("0.mp4", 1001);
        Folder.WriteVideo("1.mp4", 1000, seed: 77);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = NULL WHERE "id" = 'l1'""");

        Assert.Equal(["l0 ContentDiffers", "l1 ContentDiffers", "l2 Agrees"], Findings(Compare().RequireNoErrors()));

        File.Delete(ProgressFile);
        Assert.Equal(["l0 ContentDiffers", "l1 ContentDiffers", "l2 NotRecorded"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void A_change_between_the_edges_is_found_by_checksum()
    {
        WriteCourse(1, length: 4_000_000);
        SqliteLessons.Create(Database, ["l0"]);
        UploadAndLink();
        var modified = File.GetLastWriteTimeUtc(Folder["0.mp4"]);
        ChangeMiddle("0.mp4");
        File.SetLastWriteTimeUtc(Folder["0.mp4"], modified);

        Assert.Equal(["l0 Agrees"], Findings(Compare().RequireNoErrors()));
        Assert.Equal(["l0 FileDamaged"], Findings(Compare("-Checksum").RequireNoErrors()));
    }

    [Fact]
    public async Task A_second_video_of_a_lesson_is_named_and_the_first_is_kept()
    {
        Publish(2);
        File.Delete(ProgressFile);
        Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -Force").RequireNoErrors();
        var first = SqliteLessons.VideoIds(Database)[0];
        File.Delete(ProgressFile);

        var finding = Only(Compare().RequireNoErrors(), LessonFindingStatus.SeveralVideos);

        Assert.Equal("l0", finding["LessonId"]);
        Assert.NotEqual(first, finding["VideoId"]);
        Assert.Contains(await Sandbox.VideosAsync(), video => video.GetProperty("id").GetString() == finding["VideoId"]);
    }

    [Fact]
    public void One_video_on_two_lessons_is_a_finding_unless_they_have_one_file()
    {
        Publish(3);
        Sql("""UPDATE "Lesson" SET "videoId" = (SELECT "videoId" FROM "Lesson" WHERE "id" = 'l0'), "videoUrl" = (SELECT "videoUrl" FROM "Lesson" WHERE "id" = 'l0') WHERE "id" = 'l1'""");

        Assert.Equal(["l0 VideoShared", "l1 LinkDiffers", "l1 VideoShared", "l2 Agrees"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public async Task Videos_of_no_lesson_are_named()
    {
        Publish(1);
        Folder.WriteVideo("made.mp4", 500);
        await MakeByHandAsync("Вебинар", "made.mp4");
        File.Delete(Folder["made.mp4"]);

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 Agrees", "Вебинар VideoWithoutLesson"], Findings(result));
        Assert.Null(Only(result, LessonFindingStatus.VideoWithoutLesson)["Command"]);
    }

    [Fact]
    public async Task A_video_that_Kinescope_gave_up_differs_in_its_state()
    {
        Publish(1);
        await Sandbox.SetStatusAsync(SqliteLessons.VideoIds(Database)[0]!, "error");

        Assert.Equal(["l0 VideoFailed"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void A_title_or_folder_that_was_changed_differs()
    {
        Publish(2);
        Session.Run("Get-KinescopeUpload l0 | Set-KinescopeVideo -Title Другое").RequireNoErrors();
        Session.Run("New-KinescopeFolder Курс | ForEach-Object { Get-KinescopeUpload l1 | Move-KinescopeVideo -FolderId $_.FolderId }")
            .RequireNoErrors();

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 TitleDiffers", "l1 FolderDiffers"], Findings(result));
        var title = Only(result, LessonFindingStatus.TitleDiffers);
        Assert.Equal(("Урок 0", "Другое"), (title["Value"], title["OtherValue"]));
    }

    [Fact]
    public void A_duration_that_the_row_lacks_or_has_otherwise_differs()
    {
        Publish(3);
        Sql("""ALTER TABLE "Lesson" ADD COLUMN "duration" INTEGER NOT NULL DEFAULT 0""");
        Session.Run("Get-KinescopeUpload | Wait-KinescopeVideo").RequireNoErrors();
        var seconds = Session.Run("Get-KinescopeUpload l1 | Get-KinescopeVideo | ForEach-Object { $_.Duration.TotalSeconds }").Output.Single();
        Sql($"""UPDATE "Lesson" SET "duration" = max(1, round({seconds})) WHERE "id" = 'l1'""");
        Sql($"""UPDATE "Lesson" SET "duration" = 900000 WHERE "id" = 'l2'""");

        var result = Compare("-DurationColumn duration -DurationUnit Seconds").RequireNoErrors();

        Assert.Equal(["l0 DurationDiffers", "l1 Agrees", "l2 DurationDiffers"], Findings(result));
    }

    [Fact]
    public async Task A_place_that_cannot_be_read_leaves_the_others_to_be_compared()
    {
        Publish(2);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL WHERE "id" = 'l0'""");
        await Sandbox.RevokeTokenAsync();
        var result = Compare();

        Assert.Equal(["TokenRejected"], result.ErrorIds);
        Assert.Equal(["l0 NotLinked", "l1 Agrees"], Findings(result));

        await Sandbox.GrantTokenAsync("read");
        File.WriteAllText(ProgressFile, "no progress file");
        Assert.Equal(["ProgressFileInvalid"], Compare().ErrorIds);
        File.Delete(Database);
        Assert.Equal(["ProgressFileInvalid", "DatabaseNotFound"], Compare().ErrorIds);
    }

    [Fact]
    public void One_place_alone_is_nothing_to_compare() =>
        Assert.Equal(["NothingToCompare"], Session.Run("Compare-LessonVideo -Side ProgressFile").ErrorIds);

    [Fact]
    public void Totals_and_an_error_for_scripts()
    {
        Publish(3);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = NULL WHERE "id" = 'l0'""");

        var total = new Finding(Assert.Single(Compare("-Summary").RequireNoErrors().Output));
        Assert.Equal(
            ("02_ads", "3", "2", "1", "NotLinked 1"), (total["Course"], total["Lessons"], total["Agree"], total["Differ"], total["Findings"]));

        Compare("-FailOn VideoMissing, TitleDiffers").RequireNoErrors();
        var failed = Compare("-FailOn *");
        Assert.Equal(["LessonsDiffer"], failed.ErrorIds);
        Assert.Equal(3, failed.Output.Count);
        Assert.Equal(["FindingStatusUnknown"], Compare("-FailOn Nonsense").ErrorIds);
    }

    [Fact]
    public void A_lesson_that_no_place_knows_is_an_error_and_a_pattern_names_several()
    {
        Publish(3);

        var unknown = Session.Run("Compare-LessonVideo nope, l1 -DatabaseUrl file:./lessons.db");
        Assert.Equal(["LessonNotFound"], unknown.ErrorIds);
        Assert.Equal(["l1 Agrees"], Findings(unknown));
        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees"], Findings(Session.Run("Compare-LessonVideo l* -DatabaseUrl file:./lessons.db").RequireNoErrors()));
        Assert.Equal(["l2 Agrees"], Findings(Session.Run("Compare-LessonVideo '*2' -DatabaseUrl file:./lessons.db").RequireNoErrors()));
    }

    [Fact]
    public void A_check_does_not_pass_for_a_place_that_is_not_set_up()
    {
        Publish(1);

        var result = Session.Run("Disconnect-Kinescope; Compare-LessonVideo -DatabaseUrl file:./lessons.db -FailOn VideoMissing");

        Assert.Equal(["ApiKeyMissing"], result.ErrorIds);
        Assert.Equal(["l0 Agrees"], Findings(result));
    }

    [Fact]
    public void What_a_row_shows_from_elsewhere_is_neither_linked_nor_sent_over()
    {
        Publish(2);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = 'https://youtu.be/abc' WHERE "id" = 'l0'""");
        WriteCourse(3);
        Sql("""INSERT INTO "Lesson" ("id", "title", "videoUrl") VALUES ('l2', 'x', 'https://youtu.be/abc')""");

        Assert.Equal(["l0 LinkDiffers", "l1 Agrees", "l2 LinkDiffers"], Findings(Compare().RequireNoErrors()));
        Compare("| Repair-LessonVideo -DatabaseUrl file:./lessons.db").RequireNoErrors();
        Assert.Equal(["l0 LinkDiffers", "l1 Agrees", "l2 LinkDiffers"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public void Only_the_lessons_that_come_are_compared()
    {
        Publish(3);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = NULL""");

        Assert.Equal(["l1 NotLinked"], Findings(Session.Run("Get-LessonVideoMap -LessonId l1 | Compare-LessonVideo -DatabaseUrl file:./lessons.db").RequireNoErrors()));
        Assert.Equal(["l2 NotLinked"], Findings(Session.Run("Get-LessonVideoId l2 -DatabaseUrl file:./lessons.db | Compare-LessonVideo -DatabaseUrl file:./lessons.db").RequireNoErrors()));
    }
}
