using KinescopePS.Files;

namespace KinescopePS.Saving;

/// <summary>A video that is to be saved, as it was given.</summary>
/// <param name="VideoId">Its id, in the form that stands for all.</param>
internal sealed record GivenVideo(string VideoId)
{
    public string? LessonId { get; init; }

    public string? Title { get; init; }

    /// <summary>The lesson's file, a full path; null for a video that has no place of its own.</summary>
    public string? File { get; init; }

    /// <summary>The folder that the lesson's path starts from, a full path; null where it is not known.</summary>
    public string? BasePath { get; init; }

    /// <summary>True for a video whose saved file was found to be another: it is read, though its size and date are right.</summary>
    public bool IsDoubted { get; init; }

    /// <summary>True for a video that is to take the place of its lesson's own file.</summary>
    public bool Restores { get; init; }

    /// <summary>The name by which messages call it.</summary>
    public string Name => LessonId is null ? $"Video {VideoId}" : $"Lesson '{LessonId}'";
}

/// <summary>The thing to be done with a video.</summary>
internal enum SaveStep
{
    /// <summary>It is received, from its beginning or from where an earlier run came to.</summary>
    Receive,

    /// <summary>Its file is there already, by the list.</summary>
    Leave,

    /// <summary>A file is there that may be the video: it is read, and its MD5 compared.</summary>
    Compare,

    /// <summary>The same video is saved in another place, or will be before: its file is copied.</summary>
    Copy,

    /// <summary>It cannot be saved.</summary>
    Refuse,
}

/// <summary>The file that a video is copied from.</summary>
/// <param name="Place">Its place below the folder.</param>
/// <param name="Path">Its full path.</param>
/// <param name="First">The video of this run that has to be saved before; null where the file is there.</param>
internal sealed record CopySource(string Place, string Path, PlannedSave? First);

/// <summary>A video with its place, and what is to be done with it.</summary>
internal sealed record PlannedSave(GivenVideo Given, SaveStep Step)
{
    /// <summary>The file of it that is wanted.</summary>
    public KinescopeAsset? Asset { get; init; }

    public required string Quality { get; init; }

    /// <summary>The place below the folder, with <c>/</c> between its names; empty for none.</summary>
    public string Place { get; init; } = "";

    /// <summary>The full path of the place; null for none.</summary>
    public string? Path { get; init; }

    /// <summary>Its part file; null for none.</summary>
    public DiskFile? Part { get; init; }

    /// <summary>The bytes of it that an earlier run received. Unit: bytes.</summary>
    public long Held => Part is not null && (IsDue(Part, Asset!) || GoesOn(Asset!)) ? Part.Length : 0;

    /// <summary>The list's lines of the place.</summary>
    public SavedEntry Known { get; init; } = new(null, null, null);

    /// <summary>The MD5 that its file has to have: Kinescope's, or that of what was saved of it; null where none is known.</summary>
    public string? Md5 => Asset?.Md5 ?? (Known.Saved is { } saved && IsSame(saved) && saved.Length == Asset?.Length ? saved.Md5 : null);

    /// <summary>The file that it is copied from; null for none.</summary>
    public CopySource? Source { get; init; }

    /// <summary>The file that gives way, as it was found; null where none does.</summary>
    public DiskFile? GivesWay { get; init; }

    /// <summary>True where whatever stands in its place gives way, as with <c>-Force</c>.</summary>
    public bool IsForced { get; init; }

    /// <summary>The MD5 of the copy that was saved: a file that proves to be it gives way. Null where none does.</summary>
    public string? RenewedMd5 { get; init; }

    /// <summary>The file in its place, in words; null for none.</summary>
    public string? Standing { get; init; }

    /// <summary>Why it cannot be saved.</summary>
    public KinescopeException? Failure { get; init; }

    /// <summary>When Kinescope told the address of the file, as a time stamp.</summary>
    public long AskedAt { get; init; }

    /// <summary>True where a file gives way or not by what it turns out to be.</summary>
    /// <remarks>A copy whose MD5 is wanted is the video itself: what is not that copy does not give way.</remarks>
    public bool MayBeReceived => Step == SaveStep.Compare && (GivesWay is not null || RenewedMd5 is { } md5 && md5 != Md5);

    /// <summary>True where a file is written, or may be.</summary>
    public bool IsWanted => Step is SaveStep.Receive or SaveStep.Copy || MayBeReceived;

    /// <summary>
    /// The bytes that it takes on the disk beside what is there, while no file gives way. A part file does, whatever it holds. Unit: bytes.
    /// </summary>
    public long Room => Step is SaveStep.Receive or SaveStep.Copy ? Math.Max(0, (Asset!.Length ?? 0) - (Part?.Length ?? 0)) : 0;

    /// <summary>The bytes that are still to be received, or may be; 0 where nobody tells. Unit: bytes.</summary>
    public long Rest => Step == SaveStep.Receive ? Math.Max(0, (Asset!.Length ?? 0) - Held) : MayBeReceived ? Asset!.Length ?? 0 : 0;

    /// <summary>The video's title, else the one that it was given with.</summary>
    public string? Title { get; init; } = Given.Title;

    /// <summary>True for a file of this video and quality, whatever its content is.</summary>
    public bool IsSame(SavedLine line) => line.Video == Given.VideoId && line.Quality == Quality;

    /// <summary>True for a file of this video, as far as Kinescope tells its content.</summary>
    public bool IsOf(SavedLine line) => IsOf(line, Asset!);

    /// <inheritdoc cref="IsOf(SavedLine)" />
    /// <param name="line">The line of a file.</param>
    /// <param name="asset">The word of Kinescope.</param>
    public bool IsOf(SavedLine line, KinescopeAsset asset) => IsSame(line)
        && (asset.Length is null || asset.Length == line.Length) && (asset.Md5 is null || asset.Md5 == line.Md5);

    /// <summary>True where all bytes were there and the name was due when an earlier run was killed.</summary>
    /// <param name="part">The part file.</param>
    /// <param name="asset">The word of Kinescope.</param>
    public bool IsDue(DiskFile part, KinescopeAsset asset) => Known.Saved is { } due && IsOf(due, asset) && due.IsOf(part);

    /// <summary>True where what an earlier run began to receive is this video, as far as Kinescope tells its content.</summary>
    /// <param name="asset">The word of Kinescope.</param>
    public bool GoesOn(KinescopeAsset asset) => Known.Begun is { } begun && IsSame(begun)
        && (begun.Length is null || asset.Length is null || begun.Length == asset.Length)
        && (begun.Md5 is null || asset.Md5 is null || begun.Md5 == asset.Md5);

    /// <summary>Its result.</summary>
    public SavedVideo Result(SavedVideoStatus status, KinescopeException? failure = null) => new()
    {
        LessonId = Given.LessonId,
        VideoId = Given.VideoId,
        Title = Title,
        Quality = Quality,
        Path = Path,
        Status = status,
        Length = Asset?.Length,
        Error = failure?.Message,
        ErrorId = failure?.ErrorId,
    };
}

/// <summary>The end of saving a video.</summary>
/// <param name="Failure">The reason where it failed.</param>
internal sealed record SaveOutcome(SavedVideo Result, KinescopeException? Failure);
