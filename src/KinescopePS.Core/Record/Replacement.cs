namespace KinescopePS.Record;

/// <summary>A file of a video as it was told: the old ones are told from the new ones by it.</summary>
/// <param name="Length">Unit: bytes.</param>
internal sealed record ReplacedAsset(string? Id, string? Quality, long? Length, string? Md5, DateTimeOffset? CreatedAt);

/// <summary>A video before its content is replaced: what the platform takes with the old content is put back from it.</summary>
internal sealed record VideoBefore
{
    public string Title { get; init; } = "";

    public string Description { get; init; } = "";

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? PrivacyType { get; init; }

    public IReadOnlyList<string> PrivacyDomains { get; init; } = [];

    /// <summary>The id of the active poster; null where it had none.</summary>
    public string? Poster { get; init; }

    public IReadOnlyList<VideoChapter> Chapters { get; init; } = [];

    public bool ChaptersEnabled { get; init; }

    public bool ChaptersShown { get; init; }

    /// <summary>The languages of its subtitles.</summary>
    public IReadOnlyList<string> Subtitles { get; init; } = [];

    /// <summary>True where Kinescope had given its content up.</summary>
    public bool HasFailed { get; init; }

    /// <summary>Its files when the last attempt began.</summary>
    public IReadOnlyList<ReplacedAsset> Assets { get; init; } = [];
}

/// <summary>A new content on its way into a lesson's video, which keeps its id.</summary>
/// <param name="Length">The new content's size. Unit: bytes.</param>
/// <param name="Attempt">The third part of the stamp that the video gets.</param>
/// <param name="At">When the request was about to be made, UTC.</param>
/// <param name="Before">The video before it.</param>
internal sealed record Replacement(long Length, string Attempt, DateTimeOffset At, VideoBefore Before)
{
    /// <summary>The new content's fingerprint; null where what was sent is none that there ever was as a file.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The file's time of last change, UTC; null in records of others.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The video's title when the first request was about to be made: each of them carries it, in ASCII.</summary>
    public string? RequestTitle { get; init; }

    /// <summary>When <see cref="Before"/> was read again just before the last byte of the last request; null where it was not.</summary>
    public DateTimeOffset? ReadAtEnd { get; init; }

    /// <summary>The replacement before it that Kinescope had taken: it counts again where this one is refused.</summary>
    public Replacement? Earlier { get; init; }

    /// <summary>True once the last byte was about to be sent: the request may have arrived, whatever became of its response.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>True once Kinescope said that it has all bytes, or showed it.</summary>
    public bool IsSent { get; init; }

    /// <summary>True once what Kinescope took with the old content was put back: others may have changed the video since.</summary>
    public bool IsRestored { get; init; }

    /// <summary>True where Kinescope could not process the new content.</summary>
    public bool HasFailed { get; init; }

    /// <summary>The state after a file beside the video was sent: what the video had in its place is not put back.</summary>
    public Replacement After(RecordedCompanion sent) => sent switch
    {
        { Hash.Length: 0 } => this,
        { Kind: "poster" } => this with { Before = Before with { Poster = null } },
        { Kind: "chapters" } => this with { Before = Before with { Chapters = [] } },
        _ => this,
    };

    /// <summary>The state after a run gave the lesson up.</summary>
    /// <param name="reason">The error id.</param>
    public Replacement After(string? reason) => reason switch
    {
        ErrorIds.VideoProcessingFailed when IsSent => this with { HasFailed = true },
        // What was sent is not the file: it is sent again, whatever arrived.
        ErrorIds.VideoDiffers or ErrorIds.FileChangedDuringUpload => this with { Fingerprint = null, IsSent = false, IsRestored = false },
        _ => this,
    };
}
