using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>An upload that two records know: which of them counts, and that no video's id is dropped.</summary>
public sealed class UploadMergeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_not_known_comes_as_it_is_and_what_is_known_so_is_nothing_new()
    {
        var upload = Begun("v1") with { Marks = [new HashMark(64, "h")] };

        Assert.Same(upload, UploadMerge.Of(upload, null, force: false, out _));
        Assert.Null(UploadMerge.Of(upload, upload with { Revision = 7 }, force: false, out _));
    }

    [Theory]
    [InlineData("begun v1", "done v1", "null", "null")]
    [InlineData("done v1", "begun v1", "Uploaded v1", "Uploaded v1")]
    [InlineData("failed", "begun v1", "null", "null")]
    [InlineData("begun v1", "failed", "Initialised v1", "Initialised v1")]
    [InlineData("done v2", "begun v1", "Uploaded v2 abandoned v1", "Uploaded v2 abandoned v1")]
    [InlineData("begun v2", "begun v1", "UploadAlreadyKnown", "Initialised v2 abandoned v1")]
    [InlineData("done v2", "done v1", "UploadAlreadyKnown", "Uploaded v2 superseded v1")]
    [InlineData("begun v2", "done v1", "UploadAlreadyKnown", "Initialised v2 superseded v1")]
    [InlineData("done v2", "asked a1", "Uploaded v2 lost a1", "Uploaded v2 lost a1")]
    public void The_further_one_counts(string other, string known, string outcome, string forced)
    {
        Assert.Equal(outcome, Merge(other, known, force: false));
        Assert.Equal(forced, Merge(other, known, force: true));
    }

    [Fact]
    public void The_file_of_this_computer_is_taken_over_with_the_same_content()
    {
        var here = Begun("v1") with { File = new LocalFile("/here.mp4", Noon), Length = 10, Fingerprint = "f" };
        var there = Begun("v1") with { Stage = UploadStage.Uploaded, Length = 10, Fingerprint = "f" };

        Assert.Equal("/here.mp4", UploadMerge.Of(there, here, force: false, out _)!.File!.Path);
        Assert.Null(UploadMerge.Of(there with { Fingerprint = "other" }, here, force: false, out _)!.File);
    }

    [Fact]
    public void The_title_that_is_to_be_put_back_is_kept_until_the_other_one_has_the_new_content()
    {
        var replacement = new Replacement(20, "a", Noon, new VideoBefore { Title = "Урок" }) { Fingerprint = "new" };
        var here = Begun("v1") with { Stage = UploadStage.Uploaded, Length = 10, Fingerprint = "old", Replacement = replacement };
        var there = here with { UpdatedAt = here.UpdatedAt.AddHours(1), Title = "later", Replacement = null };

        Assert.Equal(replacement, UploadMerge.Of(there, here, force: false, out _)!.Replacement);
        Assert.Null(UploadMerge.Of(there with { Length = 20, Fingerprint = "new" }, here, force: false, out _)!.Replacement);
        Assert.Null(UploadMerge.Of(there with { VideoId = "v2" }, here, force: true, out _)!.Replacement);
    }

    /// <summary>An import that was exported while a content was being replaced, and comes when that has ended.</summary>
    [Theory]
    [InlineData("replaced", "done v1 new")]
    [InlineData("replaced by the next one", "done v1 next")]
    [InlineData("refused", "done v1 old")]
    public void An_import_revives_no_replacement_that_has_ended_since(string end, string expected)
    {
        var exported = Fold(Replacing("new"));
        var known = end switch
        {
            "refused" => Fold(Replacing("new"), At(3, UploadEventKind.Kept)),
            "replaced" => Fold(Replacing("new"), Replaced(3, "new")),
            _ => Fold(Replacing("new"), Replaced(3, "new"), Replacing("next", 5), Replaced(6, "next")),
        };

        Assert.Null(UploadMerge.Of(exported, known, force: false, out var note));
        Assert.Null(note);
        Assert.Equal(expected, $"done {known.VideoId} {known.Fingerprint}");
        // Where this record tells nothing of its end, the title is named.
        Assert.Null(UploadMerge.Of(exported, Fold(At(9, UploadEventKind.Verified)), force: false, out note));
        Assert.Contains("'Урок'", note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stale", true, false)]
    [InlineData("refused", false, true)]
    [InlineData("other content", false, true)]
    [InlineData("same content", false, false)]
    public void What_is_in_hand_here_goes_on_only_where_a_newer_import_is_no_step_ahead(string newer, bool goesOn, bool isTold)
    {
        var here = Fold(Replacing("new"));
        var there = newer switch
        {
            "stale" => Fold(At(9, UploadEventKind.Verified)),
            "refused" => Fold(Replacing("new"), At(9, UploadEventKind.Kept)),
            "other content" => Fold(Replacing("next", 5), Replaced(9, "next")),
            _ => Fold(Replacing("new"), Replaced(9, "new")),
        };

        var merged = UploadMerge.Of(there, here, force: false, out var note)!;

        Assert.Equal(there.Fingerprint, merged.Fingerprint);
        Assert.Equal(goesOn ? here.Replacement : null, merged.Replacement);
        Assert.Equal(isTold, note?.Contains("'Урок'", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_content_that_turned_out_to_be_none_goes_on_here_unless_a_newer_import_has_ended_it()
    {
        UploadEvent[] differs = [.. Replacing("new"), At(3, UploadEventKind.Uploaded) with { Fingerprint = "new" }, At(4, UploadEventKind.Failed) with { Reason = ErrorIds.VideoDiffers }];
        var here = Fold(differs);

        Assert.Equal(here.Replacement, UploadMerge.Of(Fold(At(1, UploadEventKind.Uploaded) with { Fingerprint = "new" }, At(9, UploadEventKind.Verified)), here, force: false, out _)!.Replacement);
        Assert.Null(UploadMerge.Of(Fold(differs, Replacing("new", 5), Replaced(9, "new")), here, force: false, out _)!.Replacement);
    }

    private static UploadEvent At(int minute, UploadEventKind kind) => new(kind, Noon.AddMinutes(minute)) { Lesson = "l1", Video = "v1" };

    private static UploadEvent[] Replacing(string fingerprint, int minute = 2) => [At(minute, UploadEventKind.Replacing) with { Length = 20, Fingerprint = fingerprint, Attempt = fingerprint, Before = new() { Title = "Урок" } }];

    private static UploadEvent[] Replaced(int minute, string fingerprint) => [At(minute, UploadEventKind.Uploaded) with { Length = 20, Fingerprint = fingerprint }, At(minute, UploadEventKind.Replaced)];

    /// <summary>A lesson that was uploaded, after these steps.</summary>
    private static RecordedUpload Fold(params object[] steps) =>
        steps.SelectMany(step => step as UploadEvent[] ?? [(UploadEvent)step])
            .Prepend(At(0, UploadEventKind.Uploaded) with { Length = 10, Fingerprint = "old" })
            .Aggregate(new RecordedUpload("l1"), (upload, step) => upload.With(step)!);

    private static string Merge(string other, string known, bool force)
    {
        try
        {
            return UploadMerge.Of(Parse(other), Parse(known), force, out _) is not { } merged
                ? "null"
                : string.Join(' ', (string[])[$"{merged.Stage} {merged.VideoId}", .. merged.AbandonedVideos.Select(video => $"abandoned {video}"), .. merged.SupersededVideos.Select(video => $"superseded {video}"), .. merged.LostAttempts.Select(lost => $"lost {lost.Attempt}")]);
        }
        catch (KinescopeException failure)
        {
            return failure.ErrorId;
        }
    }

    private static RecordedUpload Parse(string text) => text.Split(' ') switch
    {
        ["begun", var video] => Begun(video),
        ["done", var video] => Begun(video) with { Stage = UploadStage.Uploaded },
        ["asked", var attempt] => new RecordedUpload("l1") { Stage = UploadStage.Intended, Attempt = attempt, IntendedAt = Noon, UpdatedAt = Noon },
        _ => new RecordedUpload("l1") { LastError = "cut", Failures = 1, UpdatedAt = Noon },
    };

    private static RecordedUpload Begun(string video) => new("l1") { Stage = UploadStage.Initialised, VideoId = video, Endpoint = "https://x/1", UpdatedAt = Noon };
}
