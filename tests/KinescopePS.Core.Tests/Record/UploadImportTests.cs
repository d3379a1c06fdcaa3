using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>A video that is imported becomes a lesson's upload in one step, which no crash cuts in two.</summary>
public sealed class UploadImportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_was_begun_is_abandoned()
    {
        var begun = After(null, Of(UploadEventKind.Intent), Of(UploadEventKind.Initialised, "half"));

        var imported = After(begun, new UploadImport("whole", Noon).Into("l", begun));

        Assert.Equal((UploadStage.Uploaded, "whole"), (imported.Stage, imported.VideoId));
        Assert.Equal(["half"], imported.AbandonedVideos);
        Assert.Null(imported.Length);
    }

    [Fact]
    public void What_was_finished_gives_way_and_is_remembered()
    {
        var sent = After(null, Of(UploadEventKind.Intent) with { Course = "c", Title = "T", Length = 5, Fingerprint = "f" }, Of(UploadEventKind.Uploaded, "old"));

        var imported = After(sent, new UploadImport("new", Noon) { File = new LocalFile("/srv/l.mp4", Noon), Length = 7, Fingerprint = "g" }.Into("l", sent));

        Assert.Equal(("new", 7, "g", "/srv/l.mp4"), (imported.VideoId, imported.Length, imported.Fingerprint, imported.File?.Path));
        Assert.Equal(("c", "T"), (imported.Course, imported.Title));
        Assert.Equal(["old"], imported.SupersededVideos);
    }

    [Fact]
    public void An_upload_that_was_finished_without_the_record_is_taken_for_what_it_is()
    {
        var begun = After(null, Of(UploadEventKind.Intent), Of(UploadEventKind.Initialised, "same"), Of(UploadEventKind.Ending));

        var imported = After(begun, new UploadImport("same", Noon).Into("l", begun));

        Assert.Equal(UploadStage.Uploaded, imported.Stage);
        Assert.Empty(imported.AbandonedVideos);
        Assert.False(imported.MayBeComplete);
    }

    private static UploadEvent Of(UploadEventKind kind, string? video = null) => new(kind, Noon) { Lesson = "l", Video = video };

    private static RecordedUpload After(RecordedUpload? upload, params UploadEvent[] steps) =>
        steps.Aggregate(upload ?? new RecordedUpload("l"), (before, step) => before.With(step)!);
}
