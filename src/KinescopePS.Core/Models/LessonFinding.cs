namespace KinescopePS;

/// <summary>The result of comparing what is known of a lesson, a file or a video in several places.</summary>
public enum LessonFindingStatus
{
    /// <summary>All that was compared agrees.</summary>
    Agrees,

    /// <summary>The lesson has no file that could be sent.</summary>
    FileMissing,

    /// <summary>A video file that no lesson names.</summary>
    FileWithoutLesson,

    /// <summary>A lesson of the map that the lesson table does not have.</summary>
    RowMissing,

    /// <summary>A lesson of the table, or of the progress file, that the map does not have.</summary>
    NotMapped,

    /// <summary>Nothing was sent for the lesson.</summary>
    NeverSent,

    /// <summary>Its upload was begun and has not ended.</summary>
    Begun,

    /// <summary>The last run gave its upload up.</summary>
    UploadFailed,

    /// <summary>Its video is complete, and its row holds none.</summary>
    NotLinked,

    /// <summary>Its video is complete, and the progress file does not know that.</summary>
    NotRecorded,

    /// <summary>
    /// Its row or the progress file names a video that Kinescope does not have: deleted, in the recycle bin, or out of sight.
    /// </summary>
    VideoMissing,

    /// <summary>Its video does not have all its bytes.</summary>
    VideoUnfinished,

    /// <summary>Kinescope gave up on its video.</summary>
    VideoFailed,

    /// <summary>A further video of a lesson that has one.</summary>
    SeveralVideos,

    /// <summary>Lessons with different files have one video.</summary>
    VideoShared,

    /// <summary>A video of no lesson.</summary>
    VideoWithoutLesson,

    /// <summary>A video made otherwise that is certainly the lesson's.</summary>
    VideoMatched,

    /// <summary>A video made otherwise that is likely to be the lesson's.</summary>
    VideoLikely,

    /// <summary>Several videos made otherwise, of which one may be the lesson's.</summary>
    VideoAmbiguous,

    /// <summary>The lesson's file is not what was sent.</summary>
    ContentDiffers,

    /// <summary>Its row holds something else than the video that was sent for it.</summary>
    LinkDiffers,

    /// <summary>Its video has another title.</summary>
    TitleDiffers,

    /// <summary>Its video is in another folder than it was sent to.</summary>
    FolderDiffers,

    /// <summary>Its row holds another duration than its video has.</summary>
    DurationDiffers,

    /// <summary>Its video has no saved copy.</summary>
    NotSaved,

    /// <summary>The saved copy is not its video as it is now.</summary>
    SavedDiffers,

    /// <summary>The lesson's file has the size and the date of what was sent, and other bytes: it has gone bad.</summary>
    FileDamaged,

    /// <summary>The lesson's file is what was sent, and its video has another content.</summary>
    VideoReplaced,
}

/// <summary>The places that <c>Compare-LessonVideo</c> compares.</summary>
public enum LessonSide
{
    /// <summary>The manifest, or another map, and the files on disk.</summary>
    Map,

    /// <summary>The progress file.</summary>
    ProgressFile,

    /// <summary>Kinescope.</summary>
    Kinescope,

    /// <summary>The lesson table.</summary>
    Database,

    /// <summary>A folder of saved videos.</summary>
    Backup,
}

/// <summary>
/// A result of comparing the places where lessons' videos are known: the output of <c>Compare-LessonVideo</c>. A lesson has one for
/// each thing that does not agree, or one that says that all does.
/// </summary>
public sealed class LessonFinding : ILinkable
{
    /// <summary>The result.</summary>
    public required LessonFindingStatus Status { get; init; }

    /// <summary>The lesson's id; null for a file or a video of no lesson.</summary>
    public string? LessonId { get; init; }

    /// <summary>The course's id, where known.</summary>
    public string? Course { get; init; }

    /// <summary>The id of the course's module, where known.</summary>
    public string? Module { get; init; }

    /// <summary>The lesson's title; of a video of no lesson, the video's.</summary>
    public string? Title { get; init; }

    /// <summary>The lesson's file; null where none is known.</summary>
    public string? Path { get; init; }

    /// <summary>The folder that the lesson's path starts from; null where the map does not tell it.</summary>
    public string? BasePath { get; init; }

    /// <summary>The full path of the manifest that was compared; null where none was.</summary>
    public string? ManifestPath { get; set; }

    /// <summary>The state of the file, as <c>Get-LessonVideoMap</c> found it.</summary>
    public LessonVideoState? State { get; init; }

    /// <summary>
    /// The video that the result is about: the one to link, to rename, to move or to delete. Null where there is none, or where another
    /// one has to be sent.
    /// </summary>
    public string? VideoId { get; init; }

    /// <summary>The address to embed that video with.</summary>
    public string? EmbedUrl { get; init; }

    /// <summary>The place that has one of the two values; null where a place has nothing of the lesson.</summary>
    public LessonSide? Side { get; init; }

    /// <summary>The value there.</summary>
    public string? Value { get; init; }

    /// <summary>The place that has the other value.</summary>
    public LessonSide? OtherSide { get; init; }

    /// <summary>The value there.</summary>
    public string? OtherValue { get; init; }

    /// <summary>The result in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>A command that mends it; null where there is nothing to mend, or where a person has to decide.</summary>
    public string? Command { get; init; }

    /// <summary>The likelihood of a match of a lesson with a video made otherwise. 0 to 1; null where nothing was matched.</summary>
    public double? Confidence { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId ?? Path ?? VideoId}: {Status}";
}
