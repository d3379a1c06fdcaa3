namespace KinescopePS.Database;

/// <summary>The lesson table's names, as they are spelt in the database.</summary>
internal sealed record LessonTable(string Name, string IdColumn, string VideoIdColumn, string VideoUrlColumn)
{
    public IEnumerable<string> Columns => [IdColumn, VideoIdColumn, VideoUrlColumn];

    /// <summary>An identifier in double quotes, as both databases take it.</summary>
    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"")}\"";
}

/// <summary>A lesson's row, as far as this module reads it.</summary>
internal sealed record LessonRow(string Id, string? VideoId, string? VideoUrl);

/// <summary>The wish to have a row hold a video.</summary>
internal sealed record LinkRequest(string LessonId, string VideoId, string VideoUrl);

/// <summary>What became of a <see cref="LinkRequest"/>: the row as it was before, or why it was not changed.</summary>
internal sealed record LinkOutcome(LinkRequest Request, LessonRow? Before, KinescopeException? Failure);
