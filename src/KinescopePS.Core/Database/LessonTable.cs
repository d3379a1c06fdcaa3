namespace KinescopePS.Database;

/// <summary>The lesson table's names, as they are spelt in the database.</summary>
internal sealed record LessonTable(string Name, string IdColumn, string VideoIdColumn, string VideoUrlColumn)
{
    /// <summary>The names that Prisma gives where nothing else was said.</summary>
    public static readonly LessonTable Default = new("Lesson", "id", "videoId", "videoUrl");

    /// <summary>The columns that no cmdlet can do without.</summary>
    public IEnumerable<string> Columns => [IdColumn, VideoIdColumn, VideoUrlColumn];

    /// <summary>An identifier in double quotes, as both databases take it.</summary>
    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"")}\"";
}

/// <summary>The values of a lesson's two video columns.</summary>
internal sealed record VideoLink(string? VideoId, string? Url)
{
    public static readonly VideoLink None = new(null, null);

    public bool HasVideo => !string.IsNullOrEmpty(VideoId);

    /// <summary>True for the video of this id, however either is written.</summary>
    public bool IsVideo(string id) => VideoIds.AreSame(VideoIds.Read(VideoId) ?? VideoId, id);

    /// <summary>True for a link to the same video at the same address, however its id is written in them.</summary>
    public bool IsSame(VideoLink other) => this == other
        || HasVideo && IsVideo(VideoIds.Read(other.VideoId) ?? other.VideoId!)
        && (Url == other.Url || VideoIds.Read(Url) is { } video && video == VideoIds.Read(other.Url));

    /// <summary>The values, for messages.</summary>
    public override string ToString() => (HasVideo ? $"video {VideoId}" : "no video") + (Url is null ? "" : $" and the address {Url}");
}

/// <summary>A lesson's row, as far as a change needs it.</summary>
internal sealed record LessonRow(string Id, VideoLink Link);

/// <summary>A row that a transaction changed.</summary>
internal sealed record ChangedRow(string LessonId, VideoLink Before, VideoLink After);
