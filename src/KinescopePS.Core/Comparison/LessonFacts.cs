using KinescopePS.Files;

namespace KinescopePS.Comparison;

/// <summary>The outcome of holding a lesson's file against its video.</summary>
internal enum ContentLikeness
{
    /// <summary>Not compared, or nothing to compare by.</summary>
    Unknown,

    /// <summary>The file is what was sent, as far as size, date, edges or MD5 tell.</summary>
    Same,

    /// <summary>The file is another one.</summary>
    Differs,

    /// <summary>The file is another one, though nobody changed it: its size and date are those of what was sent.</summary>
    Damaged,

    /// <summary>The file is what was sent, and the video is another one.</summary>
    Replaced,
}

/// <summary>The result of comparing contents, with the two values.</summary>
internal sealed record ContentResult(ContentLikeness Likeness, string? FileValue = null, SideValue? Other = null)
{
    public static readonly ContentResult Unknown = new(ContentLikeness.Unknown), Same = new(ContentLikeness.Same);
}

/// <summary>A video made otherwise that may be a lesson's.</summary>
/// <param name="Status"><c>VideoMatched</c>, <c>VideoLikely</c> or <c>VideoAmbiguous</c>.</param>
/// <param name="Videos">The video; of an ambiguous match, all that come into question.</param>
/// <param name="Reason">The reason, as the end of a sentence.</param>
internal sealed record VideoMatch(LessonFindingStatus Status, IReadOnlyList<VideoSide> Videos, double Confidence, string Reason);

/// <summary>Everything that is known of a lesson in the places that are compared.</summary>
internal sealed record LessonFacts(string LessonId)
{
    public MapSide? Map { get; init; }

    public RecordSide? Record { get; init; }

    public SiteSide? Site { get; init; }

    /// <summary>The videos that its row, its record or a stamp names, as far as Kinescope has them.</summary>
    public IReadOnlyList<VideoSide> Videos { get; init; } = [];

    /// <summary>Ids of those of them that belong to another lesson too.</summary>
    public IReadOnlyList<string> SharedVideos { get; init; } = [];

    /// <summary>Other lessons, with other files, whose rows hold the same video.</summary>
    public IReadOnlyList<string> Sharing { get; init; } = [];

    /// <summary>The fingerprint of the file; null where it was not read.</summary>
    public string? Fingerprint { get; init; }

    public ContentResult Content { get; init; } = ContentResult.Unknown;

    /// <summary>The saved copy of its own video; null where there is none.</summary>
    public SavedCopy? Saved { get; init; }

    /// <summary>A video made otherwise that may be the lesson's; null where there is none.</summary>
    public VideoMatch? Match { get; init; }

    /// <summary>True for a file that was sent without a lesson: its path stands for it.</summary>
    public bool IsFile => System.IO.Path.IsPathFullyQualified(LessonId);

    public string? Course => Map?.Course ?? Record?.Course ?? Site?.Course;

    public string? Title => Map?.Title ?? Record?.Title ?? Site?.Title;

    public string? Path => Map?.Path ?? Record?.Path;

    public VideoSide? VideoOf(string? id) => id is null ? null : Videos.FirstOrDefault(video => video.VideoId == id);

    /// <summary>The complete videos that carry the lesson's stamp, those of the file as it is first, then the newest.</summary>
    public IEnumerable<VideoSide> Stamped => Videos
        .Where(video => video.IsComplete && video.IsOf(LessonId))
        .OrderByDescending(video => Fingerprint is not null && video.IsOf(LessonId, Fingerprint))
        .ThenByDescending(video => video.CreatedAt);

    /// <summary>True where two lessons have one file, so that they may well have one video.</summary>
    public bool HasFileOf(LessonFacts other) =>
        Path is not null && other.Path is not null && FilePaths.KeyOf(Path) == FilePaths.KeyOf(other.Path)
        || Record?.Fingerprint is { } fingerprint && fingerprint == other.Record?.Fingerprint;
}
