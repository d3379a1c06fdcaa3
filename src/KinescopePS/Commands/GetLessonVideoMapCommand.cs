using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Manifest;
using static KinescopePS.Commands.Wildcards;

namespace KinescopePS.Commands;

/// <summary>Maps the lessons of a course manifest to video files on disk.</summary>
[Cmdlet(VerbsCommon.Get, "LessonVideoMap")]
[OutputType(typeof(LessonVideo))]
public sealed class GetLessonVideoMapCommand : LessonTableCmdlet, IManifestVisitor
{
    private const string ManifestFileName = "manifest.json";
    private const int DatabaseBatchSize = 500;

    private readonly List<LessonVideo> _unchecked = [];
    private WildcardPattern[] _courses = [];
    private WildcardPattern[] _lessonIds = [];
    private VideoFiles _videoFiles = new();
    private LessonStore? _store;
    private string _manifestPath = "";
    private LessonVideoMapper? _mapper;
    private OrphanFiles? _orphans;

    /// <summary>
    /// The manifest, or the folder that holds <c>manifest.json</c>. Default: the current location, then the environment
    /// variable KINESCOPE_MANIFEST.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// The folder that the manifest's file paths start from. Default: the manifest's <c>base_path</c> where that exists on
    /// this machine, else the manifest's folder.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

    /// <summary>Only lessons of these courses.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CourseCompleter))]
    public string[]? Course { get; set; }

    /// <summary>Only these lessons.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>The extensions that count as a video. Default: mp4, mkv, avi, mov, webm, m4v.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Extension { get; set; }

    /// <summary>Looks up each lesson's video id in the lesson table.</summary>
    [Parameter]
    public SwitchParameter CheckDatabase { get; set; }

    /// <summary>Writes also the video files below the base path that no lesson names, with the state Orphan and no lesson id.</summary>
    [Parameter]
    public SwitchParameter IncludeOrphan { get; set; }

    private protected override void Begin()
    {
        _courses = PatternsOf(Course);
        _lessonIds = PatternsOf(LessonId);
        _videoFiles = new VideoFiles(Extension);
        _orphans = IncludeOrphan ? new OrphanFiles(_videoFiles) : null;
        if (CheckDatabase)
        {
            _store = OpenLessonStore();
            PumpUntil(_store.PrepareAsync(StopToken));
        }
    }

    private protected override void Process()
    {
        _manifestPath = FindManifest();
        new ManifestReader(_manifestPath, this).Read();
        WriteChecked();
    }

    private protected override void End()
    {
        // A file that one manifest leaves out may be named by the next.
        foreach (var orphan in _orphans?.Find((failure, folder) => WriteError(failure.ToErrorRecord(folder))) ?? [])
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(orphan);
        }
    }

    private protected override void Release() => _store?.Dispose();

    void IManifestVisitor.VisitBasePath(string? basePath)
    {
        var folder = ResolveBasePath(basePath);
        _mapper = new LessonVideoMapper(_manifestPath, folder, _videoFiles);
        _orphans?.LookBelow(folder, _manifestPath);
    }

    void IManifestVisitor.VisitLesson(in ManifestLesson lesson)
    {
        StopToken.ThrowIfCancellationRequested();
        try
        {
            if (_orphans is not null && _mapper!.FileNamedBy(lesson) is { } file)
                _orphans.Claim(file);
            _mapper!.Register(lesson);
            if (!Matches(_courses, lesson.Header.Course) || !Matches(_lessonIds, lesson.Id))
                return;

            var video = _mapper.Map(lesson, out var sharesFileWithLine);
            if (sharesFileWithLine is { } line)
                WriteWarning($"{_mapper.Place(lesson)}: shares its file with the lesson on line {line}.");
            Write(video);
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(lesson.Id));
        }
    }

    void IManifestVisitor.VisitProblem(KinescopeException problem, string? lessonId) =>
        WriteError(problem.ToErrorRecord(lessonId ?? _manifestPath));

    private void Write(LessonVideo video)
    {
        if (_store is null)
        {
            WriteObject(video);
            return;
        }

        _unchecked.Add(video);
        if (_unchecked.Count == DatabaseBatchSize)
            WriteChecked();
    }

    private void WriteChecked()
    {
        if (_store is null || _unchecked.Count == 0)
            return;

        var rows = PumpUntil(_store.ReadAsync(_unchecked.ConvertAll(video => video.LessonId!), StopToken));
        foreach (var video in _unchecked)
        {
            video.VideoId = rows.GetValueOrDefault(video.LessonId!)?.Link.VideoId;
            WriteObject(video);
        }

        _unchecked.Clear();
    }

    private string FindManifest()
    {
        if (Path is not null)
        {
            var given = FilePathOf(Path);
            return Directory.Exists(given) ? System.IO.Path.Combine(given, ManifestFileName) : given;
        }

        var here = System.IO.Path.Combine(SessionState.Path.CurrentFileSystemLocation.ProviderPath, ManifestFileName);
        if (File.Exists(here))
            return here;
        if (Setting("KINESCOPE_MANIFEST") is { } configured)
        {
            var path = FilePathOf(configured);
            return Directory.Exists(path) ? System.IO.Path.Combine(path, ManifestFileName) : path;
        }

        throw new KinescopeException(
            ErrorIds.ManifestNotFound,
            $"There is no manifest at {here}. Give -Path, go to the folder that holds {ManifestFileName}, or set the environment variable KINESCOPE_MANIFEST.");
    }

    private string ResolveBasePath(string? fromManifest)
    {
        var manifestFolder = System.IO.Path.GetDirectoryName(_manifestPath)!;
        if (BasePath is not null)
        {
            var given = FilePathOf(BasePath);
            return Directory.Exists(given)
                ? given
                : throw new KinescopeException(ErrorIds.BasePathNotFound, $"There is no folder {given}. -BasePath is the folder that the manifest's file paths start from.");
        }

        if (string.IsNullOrWhiteSpace(fromManifest))
            return manifestFolder;

        var named = System.IO.Path.GetFullPath(fromManifest, manifestFolder);
        if (Directory.Exists(named))
            return named;

        WriteVerbose($"The manifest's base_path '{fromManifest}' does not exist on this machine: files are looked for in {manifestFolder}.");
        return manifestFolder;
    }
}
