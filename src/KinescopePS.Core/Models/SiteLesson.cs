namespace KinescopePS;

/// <summary>A lesson as the site's database has it: the output of <c>Get-LessonVideoId</c>.</summary>
public sealed class SiteLesson : ILinkable
{
    /// <summary>The lesson's id.</summary>
    public required string LessonId { get; init; }

    /// <summary>The id of its course; null where the table does not say.</summary>
    public string? Course { get; init; }

    /// <summary>The title of its course, from the table that the course column refers to; null where there is none.</summary>
    public string? CourseTitle { get; init; }

    /// <summary>The lesson's title; null where the table has none.</summary>
    public string? Title { get; init; }

    /// <summary>Its place in its course, where it was asked for and the table has a column for it.</summary>
    internal long? Order { get; init; }

    /// <summary>The video id that the row holds; null where it holds none.</summary>
    public string? VideoId { get; init; }

    /// <summary>The video's address that the row holds; null where it holds none.</summary>
    public string? VideoUrl { get; init; }

    /// <summary>
    /// The duration that the row holds; null where it holds no number, or no column was named for it. Where the site says 0, it is zero.
    /// </summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The address of the video's poster that the row holds; null where it holds none, or no column was named for it.</summary>
    public string? PosterUrl { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId}: {VideoId ?? "no video"}";
}
