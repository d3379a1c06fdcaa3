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

        Assert.Same(upload, UploadMerge.Of(upload, null, force: false));
        Assert.Null(UploadMerge.Of(upload, upload with { Revision = 7 }, force: false));
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

        Assert.Equal("/here.mp4", UploadMerge.Of(there, here, force: false)!.File!.Path);
        Assert.Null(UploadMerge.Of(there with { Fingerprint = "other" }, here, force: false)!.File);
    }

    [Fact]
    public void The_title_that_is_to_be_put_back_is_kept_until_the_other_one_has_the_new_content()
    {
        var replacement = new Replacement(20, "a", Noon, new VideoBefore { Title = "Урок" }) { Fingerprint = "new" };
        var here = Begun("v1") with { Stage = UploadStage.Uploaded, Length = 10, Fingerprint = "old", Replacement = replacement };
        var there = here with { UpdatedAt = here.UpdatedAt.AddHours(1), Title = "later", Replacement = null };

        Assert.Equal(replacement, UploadMerge.Of(there, here, force: false)!.Replacement);
        Assert.Null(UploadMerge.Of(there with { Length = 20, Fingerprint = "new" }, here, force: false)!.Replacement);
        Assert.Null(UploadMerge.Of(there with { VideoId = "v2" }, here, force: true)!.Replacement);
    }

    private static string Merge(string other, string known, bool force)
    {
        try
        {
            return UploadMerge.Of(Parse(other), Parse(known), force) is not { } merged
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
