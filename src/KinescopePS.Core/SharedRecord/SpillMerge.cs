using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <summary>Tells a step late, once its lesson may have gone on without it.</summary>
internal static class SpillMerge
{
    /// <summary>The upload with the step in it; null where nothing of the step is missing.</summary>
    /// <param name="step">The step.</param>
    /// <param name="current">The upload as the database has it; null for none.</param>
    /// <param name="revision">Its revision.</param>
    public static RecordedUpload? Of(SpilledStep step, RecordedUpload? current, long revision)
    {
        var spilled = step.ToUpload();
        if (revision == step.Revision)
            return null;
        // Nobody was there meanwhile.
        if (revision == step.Base)
            return spilled with { Marks = current?.Marks ?? [] };

        var known = current ?? new RecordedUpload(step.Lesson);
        if (spilled.VideoId is not { } video || known.AbandonedVideos.Contains(video) || known.SupersededVideos.Contains(video))
            return null;
        // The lesson went another way: an unfinished video is to be deleted, and a finished one stays.
        return (spilled.Stage, known.Stage) switch
        {
            (UploadStage.Uploaded, UploadStage.Uploaded) when known.VideoId != video =>
                known with { SupersededVideos = known.SupersededVideos.Add(video) },
            (UploadStage.Uploaded, not UploadStage.Uploaded) => Finished(known, spilled, step.At),
            _ when known.VideoId != video => known with { AbandonedVideos = known.AbandonedVideos.Add(video) },
            _ => null,
        };
    }

    /// <summary>A finished video is the lesson's where that has none.</summary>
    private static RecordedUpload Finished(RecordedUpload known, RecordedUpload spilled, DateTimeOffset at)
    {
        var begun = known is { Stage: UploadStage.Initialised, VideoId: { } other } && other != spilled.VideoId
            ? known.With(new UploadEvent(UploadEventKind.Abandoned, at) { Lesson = known.Lesson, Video = other })!
            : known;
        return begun.With(new UploadEvent(UploadEventKind.Uploaded, at)
        {
            Lesson = known.Lesson,
            Course = spilled.Course,
            Title = spilled.Title,
            Path = spilled.File?.Path,
            Modified = spilled.File?.Modified,
            Length = spilled.Length,
            Fingerprint = spilled.Fingerprint,
            Video = spilled.VideoId,
        })!;
    }
}
