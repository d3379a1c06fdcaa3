namespace KinescopePS.Comparison;

/// <summary>
/// Finds out where a lesson's sides do not agree. No I/O: the same facts give the same findings.
/// </summary>
/// <param name="sides">The places that could be read: what another one lacks is no finding.</param>
/// <param name="isWhole">True where all lessons of the map are compared, so that one that is not among them is not in the map.</param>
/// <param name="savedFolder">The folder of saved videos; null where none is compared.</param>
internal sealed class LessonRules(IReadOnlySet<LessonSide> sides, bool isWhole, string? savedFolder)
{
    /// <summary>A lesson's own video: that of the record, else the one that is linked, else the newest that its stamp tells.</summary>
    /// <remarks>
    /// The record counts before the row, which anybody may change; but only as far as Kinescope has its video. Where Kinescope is not
    /// compared there is nothing but the id.
    /// </remarks>
    public VideoSide? VideoOf(LessonFacts lesson)
    {
        var (recorded, linked) = (lesson.Record?.UploadedVideoId, lesson.Site?.LinkedVideoId);
        if (!sides.Contains(LessonSide.Kinescope))
            return (recorded ?? linked) is { } id ? new VideoSide(id, "", "") { HasAllBytes = true } : null;
        return lesson.VideoOf(recorded)
            ?? (lesson.VideoOf(linked) is { IsComplete: true } video ? video : lesson.Stamped.FirstOrDefault())
            ?? lesson.VideoOf(linked);
    }

    /// <summary>True for a lesson without any video, for which one that was made otherwise may be looked for.</summary>
    public static bool IsUnsent(LessonFacts lesson) =>
        !lesson.IsFile && lesson.Site is not ({ HasVideo: true } or { HasOtherAddress: true })
        && lesson.Record is null or { Status: KinescopeUploadStatus.Abandoned }
        && lesson.Videos.Count == 0;

    public IReadOnlyList<LessonFinding> Of(LessonFacts lesson)
    {
        var finder = new LessonFinder(lesson, VideoOf(lesson), sides, savedFolder);
        finder.LookAtPlaces(isWhole);
        finder.LookForMissingVideos();
        finder.LookAtUpload();
        finder.LookAtLink();
        finder.LookAtRecord();
        finder.LookAtOtherVideos();
        finder.LookAtContent();
        finder.LookAtDetails();
        finder.LookAtSaved();
        if (finder.Findings.Count == 0)
            finder.Add(LessonFindingStatus.Agrees, "All that was compared agrees.", finder.VideoId);
        return finder.Findings;
    }
}
