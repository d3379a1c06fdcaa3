using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Manifest;

namespace KinescopePS.Commands;

/// <summary>Maps the lessons of a course manifest to video files on disk.</summary>
[Cmdlet(VerbsCommon.Get, "LessonVideoMap", DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(LessonVideo))]
public sealed class GetLessonVideoMapCommand : AsyncCmdlet
{
    private const string DatabaseSet = "Database";
    private const string SettingsSet = "Settings";
    private const string ManifestFileName = "manifest.json";
    private const int DatabaseBatchSize = 500;

    private readonly List<LessonVideo> _unchecked = [];
    private EnvironmentSettings _settings = null!;
    private VideoFiles _videoFiles = new();
    private LessonStore? _store;
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

    /// <summary>
    /// With -CheckDatabase: a lesson database of Connect-LessonDatabase. Default: the current one, which is the last that was connected.
    /// </summary>
    [Parameter(ParameterSetName = DatabaseSet)]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// With -CheckDatabase: the lesson database's address, with a table Lesson. Default: the current database, else the setting
    /// DATABASE_URL. A relative path starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    private protected override void Begin()
    {
        _settings = new EnvironmentSettings(this, EnvironmentFile);
        _videoFiles = new VideoFiles(Extension);
        _orphans = IncludeOrphan ? new OrphanFiles(_videoFiles) : null;
        if (CheckDatabase)
        {
            _store = LessonDatabases.Find(this, Database, DatabaseUrl, _settings).Store;
            Await(_store.PrepareAsync);
        }
    }

    private protected override void Process()
    {
        var manifest = FindManifest();
        var basePath = BasePath is null ? null : FilePathOf(BasePath);
        // Finding the files takes as long as all else does: reading, finding, and what follows run side by side.
        var entries = Ahead<ManifestEntry>(found => new ManifestReader(manifest, found).Read());
        try
        {
            foreach (var tell in Ahead<Action>(tell => Map(manifest, basePath, entries, tell)))
                tell();
        }
        catch (KinescopeException)
        {
            // The lessons before the place where the manifest breaks are known.
            WriteChecked();
            throw;
        }

        WriteChecked();
    }

    private protected override void End()
    {
        // A file that one manifest leaves out may be named by the next.
        foreach (var orphan in _orphans?.Find(WriteWarning, (failure, folder) => WriteError(failure.ToErrorRecord(folder))) ?? [])
        {
            StopToken.ThrowIfCancellationRequested();
            WriteObject(orphan);
        }
    }

    /// <summary>Maps a manifest, not on the pipeline's thread.</summary>
    /// <param name="manifest">Its path.</param>
    /// <param name="basePath">The folder of -BasePath, or null.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="tell">Takes what is to be done on the pipeline's thread.</param>
    private void Map(string manifest, string? basePath, IEnumerable<ManifestEntry> entries, Action<Action> tell)
    {
        LessonVideoMapper mapper = null!; // The head comes first.
        var (courses, lessonIds) = NamesIn(manifest);
        foreach (var entry in entries)
        {
            switch (entry)
            {
                case ManifestHead head:
                    var folder = ResolveBasePath(manifest, basePath, head.BasePath, note => tell(() => WriteVerbose(note)));
                    mapper = new LessonVideoMapper(manifest, folder, _videoFiles);
                    _orphans?.LookBelow(folder, manifest);
                    break;
                case ManifestLesson lesson:
                    Claim(mapper, lesson.FilePath);
                    if (courses.Matches(lesson.Header.Course) && lessonIds.Matches(lesson.Id))
                        MapLesson(manifest, mapper, lesson, tell);
                    break;
                case ManifestProblem problem:
                    Claim(mapper, problem.FilePath);
                    tell(() => WriteError(problem.Failure.ToErrorRecord(problem.LessonId ?? manifest)));
                    break;
            }
        }
    }

    /// <summary>The names that were typed, once it is known which of them are whole names in this manifest.</summary>
    private (TypedNames Courses, TypedNames LessonIds) NamesIn(string manifest)
    {
        var (courses, lessonIds) = (new TypedNames(Course), new TypedNames(LessonId));
        if (!courses.HasWildcards && !lessonIds.HasWildcards)
            return (courses, lessonIds);
        try
        {
            new ManifestReader(manifest, Note).Read();
        }
        catch (KinescopeException)
        {
            // Whoever maps it comes to that place too.
        }

        return (courses, lessonIds);

        void Note(ManifestEntry entry)
        {
            StopToken.ThrowIfCancellationRequested();
            if (entry is not ManifestLesson lesson)
                return;
            courses.Note(lesson.Header.Course);
            lessonIds.Note(lesson.Id);
        }
    }

    private void MapLesson(string manifest, LessonVideoMapper mapper, ManifestLesson lesson, Action<Action> tell)
    {
        try
        {
            var video = mapper.Map(lesson, out var sharesFileWithLine);
            if (sharesFileWithLine is not null)
                tell(() => WriteWarning($"{lesson.PositionIn(manifest)}: shares its file with the lesson on line {sharesFileWithLine}."));
            if (video.State == LessonVideoState.Missing && mapper.LooksLike(lesson) is { } alike)
                tell(() => WriteWarning($"{lesson.PositionIn(manifest)}: its file is missing. {alike}"));
            tell(() => Write(video));
        }
        catch (KinescopeException failure)
        {
            tell(() => WriteError(failure.ToErrorRecord(lesson.Id)));
        }
    }

    /// <summary>A file that a lesson names is no orphan, whatever else is wrong with the lesson.</summary>
    private void Claim(LessonVideoMapper mapper, string? filePath)
    {
        if (_orphans is not null && filePath is not null && mapper.FileAt(filePath) is { } file)
            _orphans.Claim(file);
    }

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

        LessonVideo[] due = [.. _unchecked];
        _unchecked.Clear();
        var rows = Await(stop => _store.ReadAsync(Array.ConvertAll(due, video => video.LessonId!), stop));
        foreach (var video in due)
        {
            video.VideoId = rows.GetValueOrDefault(video.LessonId!)?.Link.VideoId;
            WriteObject(video);
        }
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
        if (_settings.FindPath("KINESCOPE_MANIFEST") is { } configured)
            return Directory.Exists(configured) ? System.IO.Path.Combine(configured, ManifestFileName) : configured;

        throw new KinescopeException(
            ErrorIds.ManifestNotFound,
            $"There is no manifest at {here}. Give -Path, go to the folder that holds {ManifestFileName}, or set the environment "
            + "variable KINESCOPE_MANIFEST.");
    }

    private static string ResolveBasePath(string manifest, string? given, string? named, Action<string> note)
    {
        if (given is not null)
        {
            return Directory.Exists(given)
                ? given
                : throw new KinescopeException(
                    ErrorIds.BasePathNotFound,
                    $"There is no folder {given}. -BasePath is the folder that the manifest's file paths start from.");
        }

        var manifestFolder = System.IO.Path.GetDirectoryName(manifest)!;
        if (string.IsNullOrWhiteSpace(named))
            return manifestFolder;

        var full = FilePaths.OnDisk(System.IO.Path.GetFullPath(named, manifestFolder));
        if (Directory.Exists(full))
            return full;

        note($"The manifest's base_path '{named}' does not exist on this machine: files are looked for in {manifestFolder}.");
        return manifestFolder;
    }
}
