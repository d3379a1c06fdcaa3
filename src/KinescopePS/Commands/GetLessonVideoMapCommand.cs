using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Manifest;
using KinescopePS.Matching;

namespace KinescopePS.Commands;

/// <summary>Maps the lessons of a course manifest to video files on disk.</summary>
[Cmdlet(VerbsCommon.Get, "LessonVideoMap", DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(LessonVideo))]
public sealed partial class GetLessonVideoMapCommand : AsyncCmdlet
{
    private const string DatabaseSet = "Database";
    private const string SettingsSet = "Settings";
    private const string FromDatabaseSet = "FromDatabase";
    private const int DatabaseBatchSize = 500;

    private readonly List<LessonVideo> _unchecked = [];
    private EnvironmentSettings _settings = null!;
    private VideoFiles _videoFiles = new();
    private ManifestMap _map = null!;
    private LessonStore? _store;
    private OrphanFiles? _orphans;

    /// <summary>
    /// The manifest, or the folder that holds <c>manifest.json</c>. Default: the current location, then the environment
    /// variable KINESCOPE_MANIFEST.
    /// </summary>
    [Parameter(ParameterSetName = DatabaseSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = SettingsSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Manifests, or folders that hold one, whose paths are taken as they stand.</summary>
    [Parameter(ParameterSetName = DatabaseSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = SettingsSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>
    /// The folder that the manifest's file paths start from. Default: the manifest's <c>base_path</c> where that exists on
    /// this machine, else the manifest's folder. With -FromDatabase the folder of the videos.
    /// </summary>
    [Parameter(ParameterSetName = DatabaseSet, Position = 1)]
    [Parameter(ParameterSetName = SettingsSet, Position = 1)]
    [Parameter(ParameterSetName = FromDatabaseSet, Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

    /// <summary>Only lessons of these courses. With -FromDatabase by the course's id or title.</summary>
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

    /// <summary>
    /// A file that was changed within this time has the state Changing, as one that is still being copied: it is not sent. Default: none.
    /// </summary>
    [Parameter]
    [Duration(CanBeZero = true)]
    public TimeSpan MinimumAge { get; set; }

    /// <summary>
    /// Takes the lessons from the lesson table, without a manifest, and finds each one's file below -BasePath by its title.
    /// </summary>
    [Parameter(ParameterSetName = FromDatabaseSet, Mandatory = true)]
    public SwitchParameter FromDatabase { get; set; }

    /// <summary>The column that holds the lesson's title, and the course's in its own table. Default: title.</summary>
    [Parameter(ParameterSetName = FromDatabaseSet)]
    [ValidateNotNullOrEmpty]
    public string? TitleColumn { get; set; }

    /// <summary>The column that holds the id of the lesson's course. Default: courseId, where there is one.</summary>
    [Parameter(ParameterSetName = FromDatabaseSet)]
    [ValidateNotNullOrEmpty]
    public string? CourseColumn { get; set; }

    /// <summary>A file that is found by title is less sure than this: it is not the lesson's. 0 to 1. Default: 0.75.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double MinConfidence { get; set; } = TitleMatchOptions.DefaultMinConfidence;

    /// <summary>Looks up each lesson's video id in the lesson table.</summary>
    [Parameter(ParameterSetName = DatabaseSet)]
    [Parameter(ParameterSetName = SettingsSet)]
    public SwitchParameter CheckDatabase { get; set; }

    /// <summary>Writes also the video files below the base path that no lesson names, with the state Orphan and no lesson id.</summary>
    [Parameter]
    public SwitchParameter IncludeOrphan { get; set; }

    /// <summary>
    /// With -CheckDatabase and -FromDatabase: a lesson database of Connect-LessonDatabase. Default: the current one, which is the last
    /// that was connected.
    /// </summary>
    [Parameter(ParameterSetName = DatabaseSet)]
    [Parameter(ParameterSetName = FromDatabaseSet)]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// With -CheckDatabase and -FromDatabase: the lesson database's address, with a table Lesson. Default: the current database, else the
    /// setting DATABASE_URL. A relative path starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [Parameter(ParameterSetName = FromDatabaseSet)]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [Parameter(ParameterSetName = FromDatabaseSet)]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    private protected override void Begin()
    {
        _settings = new EnvironmentSettings(this, EnvironmentFile);
        _videoFiles = new VideoFiles(Extension, MinimumAge);
        _orphans = IncludeOrphan ? new OrphanFiles(_videoFiles) : null;
        _map = new ManifestMap(this, _videoFiles, Caution, _orphans) { Course = Course, LessonId = LessonId };
        if (CheckDatabase || FromDatabase)
        {
            _store = LessonDatabases.Find(this, Database, DatabaseUrl, _settings).Store;
            Await(_store.PrepareAsync);
        }
    }

    private TitleMatchOptions Caution => new(MinConfidence);

    private protected override void Process()
    {
        if (FromDatabase)
        {
            MapTable();
            return;
        }

        if (Path is null && LiteralPath is null)
            Map(ManifestMap.Find(this, null, _settings));
        foreach (var path in LiteralPath ?? FilesOf(Path ?? [], path => File.Exists(path) || File.Exists($"{path}/manifest.json")))
            Map(ManifestMap.Find(this, path, _settings));
    }

    private void Map(string manifest)
    {
        try
        {
            _map.Read(manifest, BasePath is null ? null : FilePathOf(BasePath), Write);
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
        foreach (var orphan in _map.Orphans())
            WriteObject(orphan);
        foreach (var (name, failure) in _map.Unfound())
            WriteError(failure.ToErrorRecord(name));
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
}
