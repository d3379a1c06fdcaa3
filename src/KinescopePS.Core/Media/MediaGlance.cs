namespace KinescopePS.Media;

/// <summary>The reason why a file surely is no whole video.</summary>
internal enum MediaProblem
{
    /// <summary>Nothing is wrong with it, as far as a glance tells.</summary>
    None,

    /// <summary>It is text: mostly the page of a server that would not give the video.</summary>
    Text,

    /// <summary>It begins with zeros, as a file does whose room was reserved and never filled.</summary>
    Zeros,

    /// <summary>Its last part is zeros where its video should be.</summary>
    ZeroTail,

    /// <summary>It begins like no container of video that is known.</summary>
    Unrecognised,

    /// <summary>It ends before its container says that it does.</summary>
    Truncated,

    /// <summary>The part without which nothing can be played is not there: a recording that was never finished, or a lost end.</summary>
    NoIndex,

    /// <summary>Its container cannot be followed to its end.</summary>
    Damaged,

    /// <summary>It has no track of video.</summary>
    NoVideo,
}

/// <summary>The result of a glance at a video file.</summary>
/// <param name="Container">The container's name, for messages; null where it is none that is known.</param>
internal sealed record MediaGlance(string? Container)
{
    public MediaProblem Problem { get; init; }

    /// <summary>The size that the container says the file has; null where it says none, or all is there. Unit: bytes.</summary>
    public long? ExpectedLength { get; init; }

    /// <summary>The duration that the container tells; null where it tells none.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Null where the glance does not tell.</summary>
    public bool? HasVideo { get; init; }

    /// <summary>A time that a container tells, where it is one: files may say anything.</summary>
    public static TimeSpan? DurationOf(double seconds)
    {
        const double Longest = 3600 * 24 * 365;
        return seconds is > 0 and < Longest ? TimeSpan.FromSeconds(seconds) : null;
    }
}
