namespace KinescopePS.Database;

/// <summary>The lesson table's names, as they are spelt in the database.</summary>
internal sealed record LessonTable(string Name, string IdColumn, string VideoIdColumn, string VideoUrlColumn)
{
    /// <summary>The names that Prisma gives where nothing else was said.</summary>
    public static readonly LessonTable Default = new("Lesson", "id", "videoId", "videoUrl");

    /// <summary>The column for the video's duration; null for none.</summary>
    public string? DurationColumn { get; init; }

    /// <summary>The unit of its numbers.</summary>
    public DurationUnit DurationUnit { get; init; }

    /// <summary>The column for the address of the video's poster; null for none.</summary>
    public string? PosterUrlColumn { get; init; }

    /// <summary>Further columns that are given back what they held.</summary>
    public IReadOnlyList<string> RestoredColumns { get; init; } = [];

    /// <summary>The columns that are read and written beside the link.</summary>
    public IReadOnlyList<string> OtherColumns =>
        [.. new[] { DurationColumn, PosterUrlColumn }.Concat(RestoredColumns).OfType<string>().Distinct()];

    /// <summary>The columns that no cmdlet can do without.</summary>
    public IEnumerable<string> Columns => [IdColumn, VideoIdColumn, VideoUrlColumn];

    /// <summary>An identifier in double quotes, as both databases take it.</summary>
    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"")}\"";
}

/// <summary>The values of a lesson's two video columns, and of those beside them that are asked for.</summary>
internal sealed record VideoLink(string? VideoId, string? Url)
{
    public static readonly VideoLink None = new(null, null);

    /// <summary>The values of the further columns.</summary>
    public ColumnValues Others { get; init; } = ColumnValues.None;

    public bool HasVideo => !string.IsNullOrEmpty(VideoId);

    /// <summary>True for the video of this id, however either is written.</summary>
    public bool IsVideo(string id) => VideoIds.AreSame(VideoIds.Read(VideoId) ?? VideoId, id);

    /// <summary>True for the very same two video columns.</summary>
    public bool IsEqualLink(VideoLink other) => (VideoId, Url) == (other.VideoId, other.Url);

    /// <summary>True for a link to the same video at the same address, however its id is written in them.</summary>
    public bool IsSame(VideoLink other) => IsEqualLink(other)
        || HasVideo && IsVideo(VideoIds.Read(other.VideoId) ?? other.VideoId!)
        && (Url == other.Url || VideoIds.Read(Url) is { } video && video == VideoIds.Read(other.Url));

    /// <summary>The values, for messages.</summary>
    public override string ToString() =>
        (HasVideo ? $"video {VideoId}" : "no video") + (Url is null ? "" : $" and the address {Url}") + Others;
}

/// <summary>A lesson's row, as far as a change needs it.</summary>
internal sealed record LessonRow(string Id, VideoLink Link);

/// <summary>A row that a transaction changed.</summary>
internal sealed record ChangedRow(string LessonId, VideoLink Before, VideoLink After)
{
    /// <summary>The change without the further columns that it left as they were: the others' values are not ours.</summary>
    public ChangedRow OnlyChanged()
    {
        if (Before.Others.ByColumn.Count == 0 && After.Others.ByColumn.Count == 0)
            return this;
        var kept = Before.Others.Columns.Where(column => After.Others[column] != Before.Others[column]).ToList();
        return this with
        {
            Before = Before with { Others = Before.Others.Only(kept) },
            After = After with { Others = After.Others.Only(kept) },
        };
    }

    /// <summary>
    /// A row that holds the link of this change, as it was before: each further column, too, that still holds what was written.
    /// </summary>
    public VideoLink TakenBackFrom(VideoLink row)
    {
        var others = row.Others;
        foreach (var column in After.Others.Columns.Where(column => row.Others.Hold(column, After.Others[column])))
            others = others.With(column, Before.Others[column]);
        return Before with { Others = others };
    }
}
