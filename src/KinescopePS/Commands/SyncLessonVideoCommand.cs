using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>Fills the duration and poster columns of lessons that are linked, from their videos at Kinescope.</summary>
[Cmdlet(VerbsData.Sync, "LessonVideo", SupportsShouldProcess = true)]
[OutputType(typeof(LessonLink))]
public sealed class SyncLessonVideoCommand : AsyncCmdlet
{
    private const string Activity = "Comparing lessons with their videos";

    /// <summary>The lessons that are looked up together: five calls.</summary>
    private const int BatchSize = 500;

    private readonly List<string> _foreign = [], _notReady = [], _kept = [];
    private LessonStore _store = null!;
    private KinescopeConnection _connection = null!;
    private ColumnFilling _filling = null!;
    private ResiliencePipeline _retries = null!;
    private LessonSelection _selection = null!;
    private LessonChanges? _changes;
    private int _seen;

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>Only lessons of these courses, by the course's id or title.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CourseCompleter))]
    public string[]? Course { get; set; }

    /// <summary>The column for the video's duration, of numbers or text. Default: the connection's, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DurationColumn { get; set; }

    /// <summary>The unit of the duration column: Minutes or Seconds. Default: the connection's, else Minutes.</summary>
    [Parameter]
    public DurationUnit DurationUnit { get; set; }

    /// <summary>The column for the address of the video's poster. Default: the connection's, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PosterUrlColumn { get; set; }

    /// <summary>Replaces what a person set, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>A session of Connect-Kinescope. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public KinescopeSession? Session { get; set; }

    /// <summary>A lesson database of Connect-LessonDatabase. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// The lesson database's address, with a table Lesson. Default: the current database, else the setting DATABASE_URL. A relative path
    /// starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    /// <summary>
    /// Keeps the values of rows before they are changed, for Restore-LessonVideoId. Default: kinescope-undo.jsonl in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UndoFile { get; set; } = KinescopePS.Database.UndoFile.DefaultName;

    /// <summary>Writes each lesson's row as it was and as it is.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        var settings = new EnvironmentSettings(this, EnvironmentFile);
        var database = LessonDatabases.Find(this, Database, DatabaseUrl, settings);
        _store = LessonDatabases.StoreOf(database, DurationColumn, IsTyped(nameof(DurationUnit)) ? DurationUnit : null, PosterUrlColumn);
        if (_store.Table.OtherColumns.Count == 0)
            throw new KinescopeException(
                ErrorIds.LessonColumnMissing,
                "No column is named to be filled. Give -DurationColumn or -PosterUrlColumn, here or to Connect-LessonDatabase.");

        var undo = new KinescopePS.Database.UndoFile(FilePathOf(UndoFile));
        _connection = Own(KinescopeConnection.BesideDatabase(this, Session, settings));
        _filling = Own(new ColumnFilling(this, _store, _connection, undo, Force));
        _retries = LessonDatabases.RetriesOf(this, database);
        _changes = Own(new LessonChanges(this, database, _store, PassThru, () => UndoLog.Open(this, undo, _store)));
        _selection = new LessonSelection(
            this, _store, new LessonQuery(null, null) { IsLinked = true }, Course, page =>
            {
                foreach (var lessons in page.Chunk(BatchSize))
                    Sync(lessons);
            });
    }

    private protected override void Process()
    {
        if (LessonId is not null)
            _selection.Add(LessonId, IsTyped(nameof(LessonId)));
    }

    private protected override Task Drain(CancellationToken budget) => _changes?.DrainAsync(budget) ?? Task.CompletedTask;

    private protected override void End()
    {
        _selection.Complete();
        _changes!.Complete("run the same command again.");
        WriteProgress(new ProgressRecord(0, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        Warn(_notReady, "have a video that Kinescope has not processed: what is not known yet is left as it is. Run again later.");
        Warn(_kept, "hold another value than their video has, which this undo file does not tell of: it may be a person's, and stays. "
            + "-Verbose tells each; -Force replaces them.");
        Warn(_foreign, "have a video that is not Kinescope's: they are left as they are.");
    }

    private protected override void Tick()
    {
        if (_seen > 0)
            WriteProgress(new ProgressRecord(0, Activity, _connection.Hold is { } hold ? $"{_seen} lessons; {hold}" : $"{_seen} lessons"));
    }

    private void Sync(IReadOnlyCollection<SiteLesson> lessons)
    {
        _seen += lessons.Count;
        var videos = lessons.ToLookup(VideoOf);
        _foreign.AddRange(videos[null].Select(lesson => lesson.LessonId));

        _filling.Renew();
        var columns = _filling.Columns;
        Await(stop => _filling.LearnAsync(videos.Select(video => video.Key).OfType<string>(), _connection.Retries, stop));
        var changes = new List<LessonChange>();
        foreach (var lesson in lessons)
        {
            if (VideoOf(lesson) is not { } videoId)
                continue;
            if (columns.Find(videoId) is null)
                WriteError(new KinescopeException(
                    ErrorIds.VideoNotFound,
                    $"Lesson '{lesson.LessonId}' has video {lesson.VideoId}, which is not at Kinescope any more, or which this token may "
                    + "not see.").ToErrorRecord(lesson.LessonId));
            else
                changes.Add(new FillChange(lesson.LessonId, videoId, columns));
        }

        // Nobody is asked, and nothing is written, for a row in which there is nothing to be done.
        foreach (var outcome in Await(stop => _retries.CallAsync(token => _store.PreviewAsync(changes, token), stop)))
        {
            Note(outcome, columns);
            if (outcome.IsChanged)
                _changes!.Add(outcome.Change);
            else
                _changes!.Write(outcome);
        }

        Pump();
    }

    private void Note(ChangeOutcome outcome, LessonColumns columns)
    {
        if (outcome is not { After: { } row, Change: FillChange { LessonId: var lesson, VideoId: var videoId } })
            return;
        var kept = columns.Kept(lesson, videoId, row).ToList();
        foreach (var difference in kept)
            WriteVerbose($"Lesson '{lesson}': {difference}.");
        if (kept.Count > 0)
            _kept.Add(lesson);
        if (columns.Lacks(videoId, row) && columns.Find(videoId) is { Status: var status })
        {
            WriteVerbose($"Lesson '{lesson}': its video {videoId} does not tell all of {columns.Names}; its status is '{status}'.");
            if (status != "done")
                _notReady.Add(lesson);
        }
    }

    private void Warn(List<string> lessons, string what)
    {
        if (lessons.Count > 0)
            WriteWarning($"{ColumnFilling.Named(lessons)} {what}");
    }

    /// <summary>The video, where it can be Kinescope's. Other platforms have numbers, too.</summary>
    private static string? VideoOf(SiteLesson lesson) => VideoIds.Read(lesson.VideoId) is { } id
        && (VideoIds.FormOf(id) is not null
            || VideoIds.IsPlatformForm(id) && (string.IsNullOrEmpty(lesson.VideoUrl) || VideoIds.Read(lesson.VideoUrl) is not null))
        ? id
        : null;
}
