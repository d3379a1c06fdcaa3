namespace KinescopePS;

/// <summary>The state of a lesson's file on disk.</summary>
public enum LessonVideoState
{
    /// <summary>The file is there, is not empty and has a video extension.</summary>
    Ready,

    /// <summary>No such file.</summary>
    Missing,

    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>The extension is not that of a video, or it is no file but a pipe, a socket or a device.</summary>
    NotVideo,

    /// <summary>A video file below the base path that no lesson of the manifest names.</summary>
    Orphan,

    /// <summary>No file below the base path is surely the lesson's: it was looked for by title.</summary>
    Unmatched,

    /// <summary>The file was changed within <c>-MinimumAge</c>, as one that is still being copied.</summary>
    Changing,
}

/// <summary>A lesson of the manifest and its video file: the output of <c>Get-LessonVideoMap</c>.</summary>
public sealed class LessonVideo
{
    /// <summary>The lesson's id, as in the manifest and in the lesson table; null for a file that no lesson names.</summary>
    public required string? LessonId { get; init; }

    /// <summary>The lesson's title without its video extension; for a file that no lesson names, its name.</summary>
    public required string Title { get; init; }

    /// <summary>The course's id.</summary>
    public string? Course { get; init; }

    /// <summary>The id of the course's module that holds the lesson.</summary>
    public string? Module { get; init; }

    /// <summary>The id of the innermost submodule, where the lesson stands in one.</summary>
    public string? Submodule { get; init; }

    /// <summary>The course's <c>skill_category</c>.</summary>
    public string? Category { get; init; }

    /// <summary>The lesson's place in its module, as the manifest numbers it.</summary>
    public long? Order { get; init; }

    /// <summary>
    /// The file's full path, with this system's separators and the name as it is on disk; empty where no file was found by title.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>True where the file is there.</summary>
    public bool Exists { get; init; }

    /// <summary>The file's size. Unit: bytes; null where the file is missing.</summary>
    public long? Length { get; init; }

    /// <summary>The file's extension in lower case, with its dot.</summary>
    public required string Extension { get; init; }

    /// <summary>The state of the file: Ready, or the reason why it cannot be uploaded.</summary>
    public LessonVideoState State { get; init; }

    /// <summary>The ground on which the file is the lesson's; null where there is no lesson or no file.</summary>
    public MatchedBy? MatchedBy { get; init; }

    /// <summary>
    /// The confidence in the file or, where none was sure enough, in the likeliest. 0 to 1; null for a file that no lesson names.
    /// </summary>
    public double? Confidence { get; init; }

    /// <summary>The path of the next likely file or, where none was sure enough, of the likeliest; null where there is none.</summary>
    public string? RunnerUp { get; init; }

    /// <summary>The picture beside the video, with its name: its poster. Null where there is none.</summary>
    public string? PosterPath { get; init; }

    /// <summary>The subtitles beside the video, one file a language.</summary>
    public FilePathList SubtitlePath { get; init; } = FilePathList.None;

    /// <summary>The chapters beside the video; null where there are none.</summary>
    public string? ChapterPath { get; init; }

    /// <summary>The video id that the lesson table holds: known with <c>-CheckDatabase</c> and <c>-FromDatabase</c> only.</summary>
    public string? VideoId { get; set; }

    /// <summary>The folder that the manifest's file paths start from.</summary>
    public string? BasePath { get; init; }

    /// <summary>The manifest's full path.</summary>
    public string? ManifestPath { get; init; }

    /// <inheritdoc />
    public override string ToString() => LessonId ?? Path;
}
