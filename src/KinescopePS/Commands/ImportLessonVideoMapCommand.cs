using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Manifest;
using KinescopePS.MapFiles;

namespace KinescopePS.Commands;

/// <summary>Reads a lesson video map from a file.</summary>
[Cmdlet(VerbsData.Import, "LessonVideoMap")]
[OutputType(typeof(LessonVideo))]
public sealed class ImportLessonVideoMapCommand : AsyncCmdlet
{
    private readonly Dictionary<string, LessonFileLocator> _locators = [];
    private VideoFiles _videoFiles = new();
    private string _path = "";
    private int _unknownVideos;

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>
    /// The folder that the file paths start from. Default: the map's own base path where that exists here, else the map's folder.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

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
        if (BasePath is not null && !Directory.Exists(FilePathOf(BasePath)))
            throw new KinescopeException(
                ErrorIds.BasePathNotFound,
                $"There is no folder {FilePathOf(BasePath)}. -BasePath is the folder that the map's file paths start from.");
    }

    private protected override void Process()
    {
        _path = FilePathOf(Path);
        _unknownVideos = 0;
        try
        {
            MapFile.Read(_path, Take, problem => WriteError(problem.ToErrorRecord(_path)));
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(_path));
        }

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
            WriteObject(LessonOf(entry));
        }
        catch (KinescopeException failure)
        {
            var subject = $"{_path}: {entry.Position}, lesson '{entry.LessonId}'";
            WriteError(failure.About(subject).ToErrorRecord(entry.LessonId ?? entry.FilePath));
        }

        if (entry.HasUnknownVideo)
            _unknownVideos++;
    }

    private LessonVideo LessonOf(MapEntry entry)
    {
        var basePath = BasePathOf(entry);
        if (!_locators.TryGetValue(basePath, out var locator))
            _locators[basePath] = locator = new LessonFileLocator(basePath);
        var below = (entry.BasePath is null ? null : MapPaths.Below(entry.BasePath, entry.FilePath))
            ?? MapPaths.Below(basePath, entry.FilePath);
        var file = locator.Locate(below ?? entry.FilePath);
        var found = _videoFiles.StateOf(file);
        var isOrphan = entry.State == LessonVideoState.Orphan && file.Exists;
        var state = AsRecorded ? entry.State ?? found : isOrphan ? LessonVideoState.Orphan : found;
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
            Length = AsRecorded ? entry.Length : file.Exists ? file.Length : null,
            Extension = file.Extension.ToLowerInvariant(),
            State = state,
            VideoId = entry.VideoId,
            BasePath = basePath,
            ManifestPath = entry.ManifestPath,
        };
    }

    private string BasePathOf(MapEntry entry)
    {
        if (BasePath is not null)
            return FilePathOf(BasePath);
        var folder = System.IO.Path.GetDirectoryName(_path)!;
        return entry.BasePath is { } named && Directory.Exists(System.IO.Path.GetFullPath(named, folder))
            ? FilePaths.OnDisk(System.IO.Path.GetFullPath(named, folder))
            : folder;
    }
}
