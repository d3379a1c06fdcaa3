using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>A fact that costs something to find out; a decision asks for it only where it depends on it.</summary>
internal enum CostlyFact
{
    /// <summary>No further fact: the decision stands.</summary>
    None,

    /// <summary>The file's fingerprint.</summary>
    Fingerprint,

    /// <summary>The comparison of the whole file with what was uploaded.</summary>
    Content,

    /// <summary>The videos of this lesson that Kinescope has already.</summary>
    Videos,

    /// <summary>The end of a video that may be complete.</summary>
    Completion,

    /// <summary>The hashes of the whole file, to be held against what Kinescope tells of an original.</summary>
    Whole,

    /// <summary>The end of an upload of the same file, for a lesson before this one.</summary>
    EarlierUpload,

    /// <summary>The end of a request that was to replace the content of a video.</summary>
    Arrival,
}

/// <summary>The end of a request that was to replace a video's content, as the video shows it.</summary>
internal enum ReplacementArrival
{
    /// <summary>It shows the new content.</summary>
    Arrived,

    /// <summary>It shows the old content, after a wait: the new one may come yet.</summary>
    NotSeen,

    /// <summary>Kinescope is processing it, the one or the other.</summary>
    Processing,

    /// <summary>There is no such video any more.</summary>
    Gone,
}

/// <summary>A file as it is on disk.</summary>
/// <param name="Length">Its size. Unit: bytes.</param>
/// <param name="Modified">Its last write time, UTC.</param>
/// <param name="Fingerprint">Its fingerprint; null where it was not read.</param>
internal sealed record FileFacts(long Length, DateTimeOffset Modified, string? Fingerprint = null)
{
    /// <summary>The hashes of all of it; null where only its edges were read.</summary>
    public WholeFile? Whole { get; init; }
}

/// <summary>A video at Kinescope that carries a stamp.</summary>
internal sealed record StampedVideo(string VideoId, UploadStamp Stamp, bool HasAllBytes)
{
    /// <summary>True where Kinescope gave up on it, so that nobody is sending it.</summary>
    public bool HasFailed { get; init; }

    /// <inheritdoc cref="KinescopeVideo.MayHaveAllBytes" />
    public bool MayHaveAllBytes { get; init; }

    /// <summary>True where it was waited for in vain.</summary>
    public bool IsLastLook { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The file that it stored, as far as Kinescope tells it; null where it tells nothing yet.</summary>
    public KinescopeAsset? Original { get; init; }
}

/// <summary>The videos at Kinescope that may be this lesson's.</summary>
/// <param name="Stamped">Videos that carry the lesson's part of a stamp, newest first.</param>
/// <param name="Lookalikes">Ids of videos without a stamp that have the lesson's title and its file's size.</param>
internal sealed record VideosAtKinescope(IReadOnlyList<StampedVideo> Stamped, IReadOnlyList<string> Lookalikes)
{
    public static readonly VideosAtKinescope None = new([], []);

    /// <summary>Ids of new, unfinished videos that have the lesson's title and no stamp, which Kinescope may have dropped.</summary>
    public IReadOnlyList<string> Unfinished { get; init; } = [];

    /// <summary>The ids of unfinished videos that an attempt made.</summary>
    public IEnumerable<string> MadeBy(string attempt) =>
        Stamped.Where(video => video.Stamp.Attempt == attempt && !video.HasAllBytes).Select(video => video.VideoId);
}

/// <summary>Everything that the decision on a lesson's file is taken from. What is null was not found out.</summary>
internal sealed record UploadFacts
{
    /// <summary>The name by which the record knows the lesson.</summary>
    public required string Lesson { get; init; }

    public string? Course { get; init; }

    /// <summary>The state that the mapping gave the lesson's file, or the disk.</summary>
    public LessonVideoState State { get; init; } = LessonVideoState.Ready;

    /// <summary>The reason why this system would open another file by this path.</summary>
    public string? PathRefusal { get; init; }

    /// <summary>The video that the lesson has at the site.</summary>
    public string? SiteVideoId { get; init; }

    /// <summary>True where the run has this lesson, or this file without a lesson, already.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The file; null where there is none.</summary>
    public FileFacts? File { get; init; }

    /// <summary>The lesson's upload in the record.</summary>
    public RecordedUpload? Recorded { get; init; }

    /// <summary>True where <see cref="Recorded"/> is of the file at this path.</summary>
    public bool IsRecordedPath { get; init; }

    /// <summary>A finished upload of the file at this path, for another lesson.</summary>
    public RecordedUpload? Twin { get; init; }

    /// <summary>An upload of the file at this path that was begun for another lesson and not finished.</summary>
    public RecordedUpload? Begun { get; init; }

    /// <summary>The lesson before this one in the run whose upload of the same file has not ended.</summary>
    public string? SharedWith { get; init; }

    /// <summary>
    /// The outcome of comparing the whole file with <see cref="Recorded"/> or, where that is not uploaded or to be replaced, with
    /// <see cref="Twin"/>.
    /// </summary>
    public bool? HasUploadedContent { get; init; }

    /// <summary>True for a file that is known not to be what its lesson's video was made of.</summary>
    public bool IsAnother { get; init; }

    /// <summary>Another lesson of the record whose video is this one's too, of another file as far as is known.</summary>
    public string? VideoSharedWith { get; init; }

    /// <summary>True where other machines write to the record.</summary>
    public bool IsShared { get; init; }

    /// <summary>The end of the replacement that <see cref="Recorded"/> has begun; null where the video was not looked at.</summary>
    public ReplacementArrival? Arrival { get; init; }

    /// <summary>The videos that Kinescope has; null where it was not asked.</summary>
    public VideosAtKinescope? Videos { get; init; }

    /// <summary>True where the cheap facts are the same, so that a decision taken from one holds for the other.</summary>
    public bool HasBasisOf(UploadFacts other) =>
        File?.Length == other.File?.Length && File?.Modified == other.File?.Modified && State == other.State
        && Recorded?.Revision == other.Recorded?.Revision
        && Twin?.Lesson == other.Twin?.Lesson && Twin?.Revision == other.Twin?.Revision
        && Begun?.Lesson == other.Begun?.Lesson && Begun?.Revision == other.Begun?.Revision
        && SharedWith == other.SharedWith && VideoSharedWith == other.VideoSharedWith;
}
