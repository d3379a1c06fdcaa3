namespace KinescopePS.Manifest;

/// <summary>Subtitles beside a video.</summary>
/// <param name="Language">The language's tag, as <c>ru</c> or <c>pt-BR</c>.</param>
/// <param name="Path">The file.</param>
internal sealed record SubtitlesOf(string Language, string Path);

/// <summary>A file for which another one of the same video is taken.</summary>
/// <param name="Sort">The thing that it is for.</param>
/// <param name="Path">The file.</param>
/// <param name="Taken">The file that is taken.</param>
internal sealed record CompanionDouble(CompanionSort Sort, string Path, string Taken);

/// <summary>The files beside a video that belong to it, by their full paths.</summary>
/// <param name="Poster">Its poster; null for none.</param>
/// <param name="Subtitles">Its subtitles, one file a language.</param>
/// <param name="Chapters">Its chapters; null for none.</param>
internal sealed record CompanionFiles(string? Poster, IReadOnlyList<SubtitlesOf> Subtitles, string? Chapters)
{
    public static readonly CompanionFiles None = new(null, [], null);

    /// <summary>Subtitles and chapters that are passed over, since the video has others for the same.</summary>
    public IReadOnlyList<CompanionDouble> Doubles { get; init; } = [];

    /// <summary>True where there is any.</summary>
    public bool HasAny => Poster is not null || Subtitles.Count > 0 || Chapters is not null;

    /// <summary>The files of the subtitles.</summary>
    public FilePathList SubtitlePaths { get; } =
        Subtitles.Count == 0 ? FilePathList.None : new FilePathList([.. Subtitles.Select(file => file.Path)]);
}
