using System.Management.Automation;
using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>Writes video ids into the lesson table of the site.</summary>
[Cmdlet(VerbsCommon.Set, "LessonVideoId", SupportsShouldProcess = true, DefaultParameterSetName = LinkSet)]
[OutputType(typeof(LessonLink))]
public sealed class SetLessonVideoIdCommand : AsyncCmdlet
{
    private const string LinkSet = "Link";
    private const string LinkObjectSet = "LinkObject";
    private const string ClearSet = "Clear";
    private const string ClearObjectSet = "ClearObject";

    private LessonChanges? _changes;
    private ColumnFilling? _filling;
    private LinkForm? _form;
    private FindingGuard? _guard;

    private static readonly HashSet<string> LinkableStatuses = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(LessonUploadStatus.Uploaded), nameof(LessonUploadStatus.Skipped),
        nameof(LessonLinkStatus.Linked), nameof(LessonLinkStatus.Unchanged),
        nameof(LessonLinkStatus.Filled),
    };

    /// <summary>The lesson's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ClearSet)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string? LessonId { get; set; }

    /// <summary>The id of its video, or a link to it. With -Clear: the only video that is taken away; any, where it is not given.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = ClearSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? VideoId { get; set; }

    /// <summary>The address to embed the video with. Default: https://kinescope.io/embed/ and the video id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    [Alias("VideoUrl")]
    public string? EmbedUrl { get; set; }

    /// <summary>
    /// The status that Send-KinescopeVideo or Get-KinescopeUpload gave: only a complete upload is linked (Uploaded, Skipped, Linked,
    /// Filled, Unchanged, or none).
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    public string? Status { get; set; }

    /// <summary>
    /// The form in which ids are written: Uuid, Short (the 22 letters of the video's page), or Auto, the form that the table's ids have.
    /// Default: Auto.
    /// </summary>
    [Parameter(ParameterSetName = LinkSet)]
    [Parameter(ParameterSetName = LinkObjectSet)]
    public VideoIdForm IdForm { get; set; }

    /// <summary>
    /// Also writes the video's duration, as Kinescope has it, to this column, of numbers or text. Default: the connection's, else none.
    /// </summary>
    [Parameter(ParameterSetName = LinkSet)]
    [Parameter(ParameterSetName = LinkObjectSet)]
    [ValidateNotNullOrEmpty]
    public string? DurationColumn { get; set; }

    /// <summary>The unit of the duration column: Minutes or Seconds. Default: the connection's, else Minutes.</summary>
    [Parameter(ParameterSetName = LinkSet)]
    [Parameter(ParameterSetName = LinkObjectSet)]
    public DurationUnit DurationUnit { get; set; }

    /// <summary>Also writes the address of the video's poster to this column. Default: the connection's, else none.</summary>
    [Parameter(ParameterSetName = LinkSet)]
    [Parameter(ParameterSetName = LinkObjectSet)]
    [ValidateNotNullOrEmpty]
    public string? PosterUrlColumn { get; set; }

    /// <summary>
    /// A session of Connect-Kinescope, to look videos up for these columns. Default: the current one, which is the last that was connected.
    /// </summary>
    [Parameter(ParameterSetName = LinkSet)]
    [Parameter(ParameterSetName = LinkObjectSet)]
    [ValidateNotNull]
    public KinescopeSession? Session { get; set; }

    /// <summary>Replaces another video id, and what a person set in the duration and poster columns.</summary>
    [Parameter(ParameterSetName = LinkSet)]
    [Parameter(ParameterSetName = LinkObjectSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Takes the video away: both columns become empty.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ClearSet)]
    [Parameter(Mandatory = true, ParameterSetName = ClearObjectSet)]
    public SwitchParameter Clear { get; set; }

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

    /// <summary>A lesson with its video, as another cmdlet of this module gives it. Of a finding, the result decides.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = LinkObjectSet)]
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ClearObjectSet)]
    public ILinkable? InputObject { get; set; }

    /// <summary>Any other object from the pipeline, which may be a finding that was read back.</summary>
    /// <remarks>An array, since PowerShell makes one only for an object that is not an <see cref="InputObject"/>.</remarks>
    [Parameter(ValueFromPipeline = true, DontShow = true, ParameterSetName = LinkSet)]
    [Parameter(ValueFromPipeline = true, DontShow = true, ParameterSetName = ClearSet)]
    public PSObject[]? Row { get; set; }

    private protected override void Begin()
    {
        _form = new LinkForm(IdForm);
        _guard = new FindingGuard(
            this,
            Clear ? [LessonFindingStatus.VideoMissing]
            : Force ? [LessonFindingStatus.NotLinked, LessonFindingStatus.VideoMatched, LessonFindingStatus.LinkDiffers]
            : [LessonFindingStatus.NotLinked, LessonFindingStatus.VideoMatched]);
        var settings = new EnvironmentSettings(this, EnvironmentFile);
        var database = LessonDatabases.Find(this, Database, DatabaseUrl, settings);
        var undo = new KinescopePS.Database.UndoFile(FilePathOf(UndoFile));
        var store = Clear
            ? database.Store
            : LessonDatabases.StoreOf(database, DurationColumn, IsTyped(nameof(DurationUnit)) ? DurationUnit : null, PosterUrlColumn);
        if (!Clear && store.Table.OtherColumns.Count > 0)
            _filling = Own(new ColumnFilling(this, store, Own(KinescopeConnection.BesideDatabase(this, Session, settings)), undo, Force));
        _changes = Own(new LessonChanges(this, database, store, PassThru, () => UndoLog.Open(this, undo, store), _filling)
        {
            Consents = Clear ? ShouldProcessHarm : null,
        });
    }

    private protected override void Process()
    {
        LessonFinding? finding = null;
        var input = InputObject is LessonFinding found ? PSObject.AsPSObject(found) : Row is [var row, ..] ? row : null;
        if (input is not null && !_guard!.Takes(input, out finding))
            return;
        var (lessonId, videoId) = InputObject is { } ours ? (ours.LessonId, ours.VideoId) : (LessonId, VideoId);
        if (Clear)
            TakeAway(lessonId, videoId, finding);
        else if (ObstacleTo(finding) is { } status)
            WriteVerbose($"Lesson '{lessonId}': its status is {status}, nothing to link.");
        else if (string.IsNullOrWhiteSpace(lessonId))
            Refuse(
                ErrorIds.LessonIdMissing,
                $"{(string.IsNullOrWhiteSpace(videoId) ? "An object" : $"Video '{videoId}'")} comes without a lesson id",
                lessonId ?? videoId);
        else if (string.IsNullOrWhiteSpace(videoId))
            Refuse(ErrorIds.VideoIdMissing, $"Lesson '{lessonId}' comes without a video id", lessonId);
        else if (VideoIds.Read(videoId) is not { } video)
            Refuse(ErrorIds.VideoIdInvalid, $"Lesson '{lessonId}' comes with '{videoId.Trim()}', which is no id of a video", lessonId);
        else
            _changes!.Add(new LinkChange(lessonId, video, UrlOf(video), Force, _form!, _filling?.Columns));
    }

    private void TakeAway(string? lessonId, string? videoId, LessonFinding? finding)
    {
        if (string.IsNullOrWhiteSpace(lessonId))
            Refuse(ErrorIds.LessonIdMissing, "A lesson to be cleared comes without its id", lessonId ?? videoId);
        else if (finding is not null && string.IsNullOrWhiteSpace(videoId))
            Refuse(ErrorIds.VideoIdMissing, $"The finding of lesson '{lessonId}' comes without a video id", lessonId);
        else
            _changes!.Add(new ClearChange(lessonId, string.IsNullOrWhiteSpace(videoId) ? null : VideoIds.Read(videoId) ?? videoId));
    }

    /// <summary>The status for which what came cannot be linked; null where it can.</summary>
    private string? ObstacleTo(LessonFinding? finding)
    {
        if (InputObject is { } ours)
            return Linkable.ObstacleOf(ours);
        // A status that went through plain JSON is a number. Each of our objects has a video id only where it may be linked.
        var isLinkable = finding is not null || string.IsNullOrWhiteSpace(Status)
            || (int.TryParse(Status, out _) ? !string.IsNullOrWhiteSpace(VideoId) : LinkableStatuses.Contains(Status));
        return isLinkable ? null : Status;
    }

    private string UrlOf(string videoId) =>
        (InputObject is { } ours ? Linkable.EmbedUrlOf(ours) : EmbedUrl) is { } given && !string.IsNullOrWhiteSpace(given)
            ? given
            : VideoIds.EmbedUrl(videoId);

    private protected override Task Drain(CancellationToken budget) => _changes?.DrainAsync(budget) ?? Task.CompletedTask;

    private protected override void End() => _changes!.Complete(
        Clear ? "run the same command again." : "run the same pipeline again and they are linked without being uploaded.");

    private void Refuse(string errorId, string missing, string? target) =>
        WriteError(new KinescopeException(errorId, $"{missing}: nothing was changed for it.").ToErrorRecord(target));
}
