namespace KinescopeSandbox.State;

/// <summary>What a video has beside its file.</summary>
public sealed record VideoExtras
{
    public IReadOnlyList<Poster> Posters { get; init; } = [];
    public IReadOnlyList<Subtitle> Subtitles { get; init; } = [];
    public IReadOnlyList<Chapter> Chapters { get; init; } = [];
    public bool ChaptersEnabled { get; init; }
    public bool ChaptersShownOnLoad { get; init; }
}

/// <param name="FromTime">The moment it was made from, in seconds; null: it came as a file.</param>
public sealed record Poster(Guid Id, double? FromTime, bool Active, DateTimeOffset CreatedAt)
{
    /// <summary>The SHA-256 of the file, in lower-case hex.</summary>
    public string? Sha256 { get; init; }
}

/// <param name="Length">The file's bytes.</param>
public sealed record Subtitle(Guid Id, string Language, string Description, string FileName, long Length, DateTimeOffset CreatedAt)
{
    /// <summary>The file, as UTF-8.</summary>
    public string Text { get; init; } = "";
}

/// <param name="Time">Milliseconds.</param>
public sealed record Chapter(long Time, string Title);
