using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Replacing;

/// <summary>A changed file as the new content of its lesson's video.</summary>
public sealed class ReplaceTests : ReplaceTest
{
    [Fact]
    public async Task The_video_keeps_its_id_and_its_title_and_has_the_new_content()
    {
        var videoId = await UploadAsync();
        Change();

        var replaced = await RunAsync(replaces: true);

        Assert.Equal((LessonUploadStatus.Uploaded, videoId, null), (replaced.Result.Status, replaced.Result.VideoId, replaced.Failure));
        await RequireReplacedAsync(videoId);
        Assert.Equal([NewLength], await SentAsync());
        Assert.Contains(Warnings, warning => warning.Contains("244.1 KiB in one request", StringComparison.Ordinal));
        // It is not there until it is shown.
        Assert.True((await RecordedAsync()).Replacement is { IsSent: true });

        await ProcessAsync();
        var again = await RunAsync();

        Assert.Equal((LessonUploadStatus.Skipped, videoId), (again.Result.Status, again.Result.VideoId));
        Assert.Null((await RecordedAsync()).Replacement);
        Assert.Single(await SentAsync());
    }

    [Fact]
    public async Task Without_the_switch_a_changed_file_is_a_new_video_and_the_warning_names_it()
    {
        var videoId = await UploadAsync();
        Change();

        var sent = await RunAsync();

        Assert.NotEqual(videoId, sent.Result.VideoId);
        Assert.Contains(Warnings, warning => warning.Contains("-Replace", StringComparison.Ordinal));
        Assert.Empty(await SentAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_unchanged_file_is_skipped_unless_it_is_forced(bool force)
    {
        var videoId = await UploadAsync();

        var again = await RunAsync(replaces: true, force: force);

        Assert.Equal((force ? LessonUploadStatus.Uploaded : LessonUploadStatus.Skipped, videoId), (again.Result.Status, again.Result.VideoId));
        Assert.Equal(force ? [OldLength] : [], await SentAsync());
    }

    [Fact]
    public async Task A_lesson_without_a_video_is_uploaded_and_one_that_is_only_begun_goes_on()
    {
        Folder.WriteVideo("l0.mp4", OldLength, seed: 1);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = "/v2/upload/" }, fault = new { kind = "answer", status = 500 } });
        Assert.NotNull((await RunAsync(replaces: true)).Failure);
        await Sandbox.ClearFaultsAsync();

        var sent = await RunAsync(replaces: true);

        Assert.Equal(LessonUploadStatus.Uploaded, sent.Result.Status);
        await RequireReplacedAsync(sent.Result.VideoId!);
        Assert.Empty(await SentAsync());
    }

    [Theory]
    [InlineData("old")]
    [InlineData("processing")]
    [InlineData("new-original")]
    public async Task It_is_ready_when_all_files_are_new_ones(string shown)
    {
        await Sandbox.ChangeWayAsync("replace-shows", shown);
        var videoId = await UploadAsync();
        Change();
        Assert.Null((await RunAsync(replaces: true)).Failure);

        var early = await RunAsync(verifies: true, waits: true, patience: TimeSpan.FromMilliseconds(60));
        await ProcessAsync();
        var late = await RunAsync(verifies: true, waits: true);

        Assert.Equal(ErrorIds.VideoNotProcessed, early.Failure?.ErrorId);
        Assert.Equal((null, VideoVerification.Md5), (late.Failure?.ErrorId, late.Result.Verification));
        Assert.Null((await RecordedAsync()).Replacement);
        await RequireReplacedAsync(videoId);
    }

    [Theory]
    [InlineData("never", "yes", VideoVerification.NotPossible)]
    [InlineData("when-done", "no", VideoVerification.Size)]
    public async Task It_is_seen_without_an_original_or_its_MD5(string original, string md5, VideoVerification expected)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["original-asset"] = original, ["original-md5"] = md5 });
        var videoId = await UploadAsync();
        Change(length: OldLength);
        Assert.Null((await RunAsync(replaces: true)).Failure);
        await ProcessAsync();

        var verified = await RunAsync(verifies: true, waits: true);

        Assert.Equal((null, expected), (verified.Failure?.ErrorId, verified.Result.Verification));
        Assert.Null((await RecordedAsync()).Replacement);
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task What_was_not_the_file_is_sent_again()
    {
        var videoId = await UploadAsync();
        Change();
        await RunAsync(replaces: true);
        await ProcessAsync();
        await Sandbox.SetFaultsAsync(new { match = new { method = "GET", path = "/v1/videos" }, fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]{8}"] = "\"md5\":\"00000000" } } });
        Assert.Equal(ErrorIds.VideoDiffers, (await RunAsync(verifies: true, waits: true)).Failure?.ErrorId);
        await Sandbox.ClearFaultsAsync();

        var again = await RunAsync();

        Assert.Equal((LessonUploadStatus.Uploaded, videoId), (again.Result.Status, again.Result.VideoId));
        Assert.Equal([NewLength, NewLength], await SentAsync());
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task A_content_that_cannot_be_processed_is_not_sent_again_and_again()
    {
        await Sandbox.ChangeWayAsync("replace-ends", "error");
        var videoId = await UploadAsync();
        Change();
        await RunAsync(replaces: true);
        await ProcessAsync();

        Assert.Equal(ErrorIds.VideoProcessingFailed, (await RunAsync(replaces: true, waits: true)).Failure?.ErrorId);
        Assert.Equal(ErrorIds.VideoProcessingFailed, (await RunAsync(replaces: true)).Failure?.ErrorId);
        Assert.Single(await SentAsync());
        await Sandbox.ChangeWayAsync("replace-ends", "done");
        Change(seed: 3);
        await RunAsync(replaces: true);
        await ProcessAsync();

        Assert.Null((await RunAsync(replaces: true, verifies: true, waits: true)).Failure);
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task Where_the_old_content_stays_for_good_nothing_is_taken_for_the_new_one()
    {
        await Sandbox.ChangeWayAsync("replace-ends", "old");
        await UploadAsync();
        Change();
        await RunAsync(replaces: true);
        await ProcessAsync();

        var waited = await RunAsync(replaces: true, waits: true, patience: TimeSpan.FromMilliseconds(60));

        Assert.Equal(ErrorIds.VideoNotProcessed, waited.Failure?.ErrorId);
        Assert.Single(await SentAsync());
        Assert.DoesNotContain(Warnings, warning => warning.Contains("shows its old content", StringComparison.Ordinal));

        // A day later somebody is told.
        var recorded = await RecordedAsync();
        using (var record = UploadRecords.Open(ProgressFile))
            await record.ImportAsync([new ImportedUpload(recorded with { Replacement = recorded.Replacement! with { At = DateTimeOffset.UtcNow.AddDays(-2) } }, await record.FindAsync("l0", Stop))]);
        Assert.Equal(LessonUploadStatus.Skipped, (await RunAsync()).Result.Status);
        Assert.Contains(Warnings, warning => warning.Contains("shows its old content", StringComparison.Ordinal) && warning.Contains("-Replace -Force", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401, 100102, ErrorIds.TokenRejected)]
    [InlineData(402, 400207, ErrorIds.PaymentRequired)]
    [InlineData(403, 100103, ErrorIds.AccessDenied)]
    [InlineData(404, 404404, ErrorIds.VideoNotFound)]
    [InlineData(413, 413413, ErrorIds.UploadTooLarge)]
    public async Task A_refusal_leaves_everything_as_it_was(int status, int code, string error)
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "answer", status, code, message = "no" }));

        var refused = await RunAsync(replaces: true);

        Assert.Equal(error, refused.Failure?.ErrorId);
        Assert.Null((await RecordedAsync()).Replacement);
        Assert.Equal(Title, (await VideoAsync(videoId)).GetProperty("title").GetString());
        Assert.Null((await RunAsync(replaces: true)).Failure);
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task A_large_one_is_refused_before_its_bytes_and_goes_without_being_asked_where_that_is_not_known()
    {
        var videoId = await UploadAsync();
        Change(length: 3_000_000);
        await Sandbox.SetFaultsAsync(Fault(new { kind = "answer", status = 402, code = 400207, then = "close" }));
        Assert.Equal(ErrorIds.PaymentRequired, (await RunAsync(replaces: true)).Failure?.ErrorId);
        Assert.Equal([0], await SentAsync());
        await Sandbox.SetFaultsAsync(new { match = new { method = "POST", path = Path, expects = true }, fault = new { kind = "answer", status = 417, then = "close" } });

        Assert.Null((await RunAsync(replaces: true)).Failure);

        await RequireReplacedAsync(videoId);
        Assert.Equal([0, 0, 3_000_000], await SentAsync());
    }

    [Fact]
    public async Task An_error_after_the_bytes_leaves_open_whether_they_arrived()
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(
            Fault(new { kind = "answer", status = 504, when = "after-processing" }),
            Fault(new { kind = "answer", status = 402, code = 400207 }, times: null));
        Assert.Equal(ErrorIds.PaymentRequired, (await RunAsync(replaces: true)).Failure?.ErrorId);
        Assert.True((await RecordedAsync()).Replacement is { MayHaveArrived: true });
        await Sandbox.ForgetRequestsAsync();
        await ProcessAsync();

        // It did: nothing more is to be paid.
        Assert.Null((await RunAsync(replaces: true)).Failure);
        Assert.Empty(await SentAsync());
        await RequireReplacedAsync(videoId);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("reset")]
    public async Task A_request_that_breaks_off_is_made_again(string kind)
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind, after_bytes = 100_000 }, times: 2));

        Assert.Null((await RunAsync(replaces: true)).Failure);

        await RequireReplacedAsync(videoId);
        Assert.Equal(NewLength, (await SentAsync())[^1]);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public async Task A_lost_response_costs_the_bytes_again_only_while_the_old_content_is_shown(bool isProcessed, int requests)
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "lost-answer" }, times: null));
        Assert.NotNull((await RunAsync(replaces: true)).Failure);
        Assert.Equal(Title, (await VideoAsync(videoId)).GetProperty("title").GetString());
        await Sandbox.ClearFaultsAsync();
        await Sandbox.ForgetRequestsAsync();
        if (isProcessed)
            await ProcessAsync();

        var again = await RunAsync(replaces: true);

        Assert.Null(again.Failure);
        Assert.Equal(requests - 1, (await SentAsync()).Count);
        await ProcessAsync();
        Assert.Null((await RunAsync(verifies: true, waits: true)).Failure);
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task A_file_that_changes_meanwhile_is_sent_again_as_it_is_then()
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "stall", when = "after-processing" }));
        var running = RunAsync(replaces: true);
        await Sandbox.WaitAsync("stalled=1");
        Change(seed: 3);
        await Sandbox.ReleaseAsync();
        Assert.Equal(ErrorIds.FileChangedDuringUpload, (await running).Failure?.ErrorId);

        Assert.Null((await RunAsync()).Failure);

        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task A_file_that_changed_again_takes_the_place_of_one_that_is_processed_yet()
    {
        var videoId = await UploadAsync();
        Change();
        await RunAsync(replaces: true);
        Change(seed: 3, length: 200_000);

        Assert.Null((await RunAsync(replaces: true)).Failure);
        await ProcessAsync();
        Assert.Null((await RunAsync(verifies: true, waits: true)).Failure);

        await RequireReplacedAsync(videoId);
        Assert.Equal([NewLength, 200_000], await SentAsync());
    }

    [Fact]
    public async Task A_platform_that_makes_another_video_instead_is_found_out_and_cleaned_up()
    {
        await Sandbox.ChangeWayAsync("replace-id", "new");
        var videoId = await UploadAsync();
        Change();

        var failed = await RunAsync(replaces: true);

        Assert.Equal(ErrorIds.AnswerInvalid, failed.Failure?.ErrorId);
        var left = Assert.Single(await Sandbox.TruthAsync(), video => !video.GetProperty("is_deleted").GetBoolean());
        Assert.Equal(videoId, left.GetProperty("id").GetString());
        Assert.Null((await RecordedAsync()).Replacement);
    }

    [Fact]
    public async Task A_file_above_the_limit_that_nobody_knew_to_be_another_is_refused_once_that_is_known()
    {
        Folder.WriteVideo("l0.mp4", 3_000_000, seed: 1);
        var videoId = (await RunAsync()).Result.VideoId;
        await ProcessAsync();
        File.SetLastWriteTimeUtc(Folder["l0.mp4"], DateTime.UtcNow.AddMinutes(5));

        Assert.Equal((LessonUploadStatus.Skipped, videoId), (await RunAsync(replaces: true, limit: 1) is { Result: var same } ? (same.Status, same.VideoId) : default));
        var bytes = File.ReadAllBytes(Folder["l0.mp4"]);
        bytes[1_500_000] ^= 1;
        File.WriteAllBytes(Folder["l0.mp4"], bytes);
        File.SetLastWriteTimeUtc(Folder["l0.mp4"], DateTime.UtcNow.AddMinutes(10));

        Assert.Equal(ErrorIds.ReplacementTooLarge, (await RunAsync(replaces: true, limit: 1)).Failure?.ErrorId);
        Assert.Empty(await SentAsync());
        Assert.Null((await RunAsync(replaces: true, limit: bytes.Length)).Failure);
        await RequireReplacedAsync(videoId!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public async Task What_is_made_instead_by_requests_whose_response_is_lost_is_named_and_not_made_again(int? times)
    {
        await Sandbox.ChangeWayAsync("replace-id", "new");
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "lost-answer" }, times));

        var failed = await RunAsync(replaces: true);

        var made = Assert.Single(await Sandbox.TruthAsync(), video => video.GetProperty("id").GetString() != videoId).GetProperty("id").GetString()!;
        Assert.Equal(ErrorIds.AnswerInvalid, failed.Failure?.ErrorId);
        Assert.Contains(made, failed.Failure!.Message, StringComparison.Ordinal);
        var recorded = await RecordedAsync();
        Assert.Equal([made], recorded.SupersededVideos);
        Assert.Equal((null, videoId), (recorded.Replacement, recorded.VideoId));
        Assert.Equal(Title, (await VideoAsync(videoId)).GetProperty("title").GetString());
    }

    [Fact]
    public async Task What_was_made_instead_is_found_again_by_the_run_that_puts_the_title_back()
    {
        await Sandbox.ChangeWayAsync("replace-id", "new");
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(
            Fault(new { kind = "lost-answer" }),
            // After a look before, one before the last byte, and eight for the new content, the title is looked at, three times in all.
            LookFault(11), LookFault(12), LookFault(13));
        Assert.Equal(ErrorIds.AnswerInvalid, (await RunAsync(replaces: true)).Failure?.ErrorId);

        // The record has what was made, and not that the old content stays.
        var made = Assert.Single(await Sandbox.TruthAsync(), video => video.GetProperty("id").GetString() != videoId).GetProperty("id").GetString()!;
        Assert.Equal([made], (await RecordedAsync()).SupersededVideos);
        Assert.NotNull((await RecordedAsync()).Replacement);
        await Sandbox.ClearFaultsAsync();
        await Sandbox.ForgetRequestsAsync();

        var again = await RunAsync();

        Assert.Equal(ErrorIds.AnswerInvalid, again.Failure?.ErrorId);
        Assert.Contains(made, again.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(await SentAsync());
        Assert.Equal((null, videoId), ((await RecordedAsync()).Replacement, (await RecordedAsync()).VideoId));
        Assert.Equal([made], (await RecordedAsync()).SupersededVideos);
        Assert.Equal(Title, (await VideoAsync(videoId)).GetProperty("title").GetString());

        object LookFault(int nth) => new { match = new { method = "GET", path = $"/v1/videos/{videoId}", nth }, fault = new { kind = "answer", status = 503 } };
    }

    [Fact]
    public async Task A_run_that_ends_with_the_lost_response_leaves_the_search_to_the_next()
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["replace-id"] = "new", ["list-delay"] = "600", ["search-delay"] = "600" });
        var videoId = await UploadAsync();
        Change();
        await Sandbox.SetFaultsAsync(Fault(new { kind = "lost-answer" }), Fault(new { kind = "answer", status = 503 }, times: null));
        Assert.Equal(ErrorIds.KinescopeUnavailable, (await RunAsync(replaces: true)).Failure?.ErrorId);
        await Sandbox.ClearFaultsAsync();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(11));

        var failed = await RunAsync();

        var made = Assert.Single(await Sandbox.TruthAsync(), video => video.GetProperty("id").GetString() != videoId).GetProperty("id").GetString()!;
        Assert.Equal(ErrorIds.AnswerInvalid, failed.Failure?.ErrorId);
        Assert.Contains(made, failed.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_that_is_gone_is_said_to_be_gone()
    {
        var videoId = await UploadAsync();
        Change();
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{videoId}", Stop)).EnsureSuccessStatusCode();

        var failed = await RunAsync(replaces: true);

        Assert.Equal(ErrorIds.VideoNotFound, failed.Failure?.ErrorId);
        Assert.Contains("-Force", failed.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(await SentAsync());
    }

    [Fact]
    public async Task Nothing_is_overwritten_that_the_token_may_not_put_back()
    {
        var videoId = await UploadAsync();
        Change();
        await Sandbox.GrantTokenAsync("read", "upload");

        var failed = await RunAsync(replaces: true);

        Assert.Equal(ErrorIds.AccessDenied, failed.Failure?.ErrorId);
        Assert.False(failed.Failure!.StopsRun);
        Assert.Empty(await SentAsync());
        Assert.Equal(Title, (await VideoAsync(videoId)).GetProperty("title").GetString());
    }

    [Fact]
    public async Task Lessons_that_share_a_file_and_its_video_share_the_new_content()
    {
        (string, string)[] lessons = [("l0", "l0.mp4"), ("l1", "l0.mp4")];
        Folder.WriteVideo("l0.mp4", OldLength, seed: 1);
        var videoId = (await RunAsync(lessons, replaces: false))[0].Result.VideoId!;
        await ProcessAsync();
        Change();

        var replaced = await RunAsync(lessons, replaces: true);

        Assert.All(replaced, outcome => Assert.Equal((videoId, null), (outcome.Result.VideoId, outcome.Failure)));
        Assert.Equal([NewLength], await SentAsync());
        await RequireReplacedAsync(videoId);
    }

    [Fact]
    public async Task A_video_of_another_lesson_with_another_file_is_left()
    {
        var videoId = await UploadAsync();
        using (var record = UploadRecords.Open(Folder["progress.jsonl"]))
            await record.AppendAsync(UploadEvent.Of(UploadEventKind.Uploaded, "l7") with { Video = videoId, Path = Folder["7.mp4"], Length = OldLength });
        Change();

        var refused = await RunAsync(replaces: true);

        Assert.Equal(ErrorIds.VideoShared, refused.Failure?.ErrorId);
        Assert.Contains("'l7'", refused.Failure!.Message, StringComparison.Ordinal);
        Assert.Empty(await SentAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lesson_that_the_site_has_is_looked_at_where_the_record_has_the_same_video(bool isSame)
    {
        var videoId = await UploadAsync();
        Change();

        var sent = await RunAsync(replaces: true, site: isSame ? videoId : "11111111-1111-4111-8111-111111111111");

        Assert.Equal(isSame ? LessonUploadStatus.Uploaded : LessonUploadStatus.Skipped, sent.Result.Status);
        Assert.Equal(isSame ? 1 : 0, (await SentAsync()).Count);
    }
}
