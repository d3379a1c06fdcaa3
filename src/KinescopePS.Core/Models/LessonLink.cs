namespace KinescopePS;

/// <summary>The change of a lesson's row.</summary>
public enum LessonLinkStatus
{
    /// <summary>The row was changed to hold the video id.</summary>
    Linked,

    /// <summary>The row held this video id already.</summary>
    Unchanged,

    /// <summary>The row's video was taken away.</summary>
    Cleared,

    /// <summary>The row keeps its video; columns beside it were filled from it.</summary>
    Filled,

    /// <summary>The row was given back what it held before.</summary>
    Restored,
}

/// <summary>A lesson's row before and after: the output of <c>-PassThru</c>.</summary>
public sealed class LessonLink : ILinkable
{
    /// <summary>The lesson's id.</summary>
    public required string LessonId { get; init; }

    /// <summary>The video id that the row holds now; null where it holds none.</summary>
    public string? VideoId { get; init; }

    /// <summary>The video id that the row held before; null where it held none.</summary>
    public string? PreviousVideoId { get; init; }

    /// <summary>The video's address that the row holds now.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>The video's address that the row held before.</summary>
    public string? PreviousVideoUrl { get; init; }

    /// <summary>The duration that the row holds now; null where no column was named for it, or it holds none.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The duration that the row held before.</summary>
    public TimeSpan? PreviousDuration { get; init; }

    /// <summary>The address of the poster that the row holds now; null where no column was named for it, or it holds none.</summary>
    public string? PosterUrl { get; init; }

    /// <summary>The address of the poster that the row held before.</summary>
    public string? PreviousPosterUrl { get; init; }

    /// <summary>The end of the change.</summary>
    public LessonLinkStatus Status { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId}: {VideoId ?? "no video"}";
}
