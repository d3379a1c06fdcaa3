using System.Management.Automation;
using KinescopePS.Manifest;
using KinescopePS.MapFiles;

namespace KinescopePS.Commands;

/// <summary>Reads a lesson video map from a file.</summary>
[Cmdlet(VerbsData.Import, "LessonVideoMap", DefaultParameterSetName = PathSet)]
[OutputType(typeof(LessonVideo))]
public sealed class ImportLessonVideoMapCommand : AsyncCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly CompanionFinder _companions = new();
    private VideoFiles _videoFiles = new();
    private string? _basePath;
    private string _path = "";
    private MapLocator _locator = null!;
    private LessonIdCheck _ids = null!;
    private int _unknownVideos;

    /// <summary>The files.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet)]
    [Alias("FullName", "PSPath")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Files whose paths are taken as they stand.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>
    /// The folder that the file paths start from. Default: the map's own base path where that exists here, else the map's folder. A map of
    /// absolute paths without a base path has the folder that these have in common. With this parameter no file outside of it is used.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

    /// <summary>The folder that -BasePath takes the place of, as the map writes it. Default: the one that its paths start from.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? OldBasePath { get; set; }

    /// <summary>Leaves state and size as the map has them, for a map of files that are not here.</summary>
    [Parameter]
    public SwitchParameter AsRecorded { get; set; }

    /// <summary>The extensions that count as a video. Default: mp4, mkv, avi, mov, webm, m4v.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Extension { get; set; }

    private protected override void Begin()
    {
        _videoFiles = new VideoFiles(Extension);
        _basePath = BasePath is null ? null : FilePathOf(BasePath);
        if (_basePath is not null && !Directory.Exists(_basePath))
            throw new KinescopeException(
                ErrorIds.BasePathNotFound,
                $"There is no folder {_basePath}. -BasePath is the folder that the map's file paths start from.");
        if (OldBasePath is not null && !MapPaths.IsAbsolute(OldBasePath))
            throw new KinescopeException(
                ErrorIds.MapBasePathUnknown,
                $"-OldBasePath '{OldBasePath}' is not absolute. It is the folder that the files were below when the map was written.");
    }

    private protected override void Process()
    {
        foreach (var path in LiteralPath?.Select(FilePathOf) ?? FilesOf(Path))
            Read(path);
    }

    private void Read(string path)
    {
        _path = path;
        _locator = new MapLocator(_path, _basePath, OldBasePath, WriteWarning, failure => WriteError(failure.ToErrorRecord(_path)));
        _ids = new LessonIdCheck(_path, WriteWarning);
        _unknownVideos = 0;
        try
        {
            MapFile.Read(_path, Take, problem => WriteError(problem.ToErrorRecord(_path)));
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(_path));
        }

        if (_ids.Warning is { } warning)
            WriteWarning(warning);
        if (_unknownVideos > 0)
            WriteWarning(
                $"{_path}: {_unknownVideos} lessons had a video already, but the map does not tell which. They would be uploaded again; "
                + "Get-LessonVideoMap -CheckDatabase knows their videos.");
    }

    private void Take(MapEntry entry)
    {
        StopToken.ThrowIfCancellationRequested();
        try
        {
            _ids.Check(entry);
            if (entry.FilePath.Length == 0)
            {
                WriteObject(WithoutFile(entry));
                return;
            }

            if (_locator.Locate(entry) is not { } located)
                return;
            WriteObject(LessonOf(entry, located));
            if (located.LooksLike is { } alike)
                WriteWarning($"{_path}: {entry.Position}, lesson '{entry.LessonId}': its file is missing. {alike}");
        }
        catch (KinescopeException failure)
        {
            var subject = $"{_path}: {entry.Position}, lesson '{entry.LessonId}'";
            WriteError(failure.About(subject).ToErrorRecord(entry.LessonId ?? entry.FilePath));
        }

        if (entry.HasUnknownVideo)
            _unknownVideos++;
    }

    private LessonVideo LessonOf(MapEntry entry, LocatedFile located)
    {
        var (file, now) = (located.File, located.Found);
        var found = _videoFiles.StateOf(file.FullName, now);
        var isOrphan = entry.State == LessonVideoState.Orphan && now is not null;
        var state = AsRecorded ? entry.State ?? found : isOrphan ? LessonVideoState.Orphan : found;
        var companions = now is null ? CompanionFiles.None : _companions.Of(file.FullName);
        return new LessonVideo
        {
            LessonId = entry.LessonId,
            Title = _videoFiles.TitleOf(entry.Title ?? file.Name),
            Course = entry.Course,
            Module = entry.Module,
            Submodule = entry.Submodule,
            Category = entry.Category,
            Order = entry.Order,
            Path = file.FullName,
            Exists = state != LessonVideoState.Missing,
            Length = AsRecorded ? entry.Length : now?.Length,
            Extension = file.Extension.ToLowerInvariant(),
            State = state,
            MatchedBy = entry.LessonId is null ? null : entry.MatchedBy ?? MatchedBy.Path,
            Confidence = entry.LessonId is null ? null : entry.Confidence ?? 1,
            RunnerUp = entry.RunnerUp,
            PosterPath = companions.Poster,
            SubtitlePath = companions.SubtitlePaths,
            ChapterPath = companions.Chapters,
            VideoId = entry.VideoId,
            BasePath = located.BasePath,
            ManifestPath = entry.ManifestPath,
        };
    }

    private LessonVideo WithoutFile(MapEntry entry) => new()
    {
        LessonId = entry.LessonId,
        Title = _videoFiles.TitleOf(entry.Title ?? ""),
        Course = entry.Course,
        Module = entry.Module,
        Submodule = entry.Submodule,
        Category = entry.Category,
        Order = entry.Order,
        Path = "",
        Extension = "",
        State = LessonVideoState.Unmatched,
        Confidence = entry.Confidence,
        RunnerUp = entry.RunnerUp,
        VideoId = entry.VideoId,
        BasePath = entry.BasePath,
        ManifestPath = entry.ManifestPath,
    };
}
