using System.Management.Automation;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Uploads lesson videos to Kinescope, continuing where an earlier run ended.</summary>
[Cmdlet(VerbsCommunications.Send, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(LessonUpload))]
public sealed class SendKinescopeVideoCommand : KinescopeCmdlet
{
    private UploadTerms _terms = null!;
    private Uploads? _uploads;
    private FindingGuard? _guard;
    private bool _isFinding;
    private VideoFiles _videoFiles = new();

    /// <summary>
    /// The video files; of a wildcard that is typed, the videos that it finds. An empty one is that of a lesson for which
    /// Get-LessonVideoMap found none.
    /// </summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? Path { get; set; }

    /// <summary>Video files whose paths are taken as they stand.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>The lesson's id. Without it the file's full path stands for it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string? LessonId { get; set; }

    /// <summary>The video's title. Default: the file's name without its extension.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Title { get; set; }

    /// <summary>The course's id; kept with the result.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(CourseCompleter))]
    public string? Course { get; set; }

    /// <summary>The module's id, for -FolderBy.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Module { get; set; }

    /// <summary>The state that Get-LessonVideoMap found: only Ready is sent. Without it the file itself is checked.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? State { get; set; }

    /// <summary>The video id that the lesson has already: such a lesson is skipped.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? VideoId { get; set; }

    /// <summary>The project that videos go to. Default: the environment variable KINESCOPE_PROJECT_ID.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <summary>The folder that videos go to, instead of the project's top.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ParentId { get; set; }

    /// <summary>
    /// A folder for each Course or Module, found or made in the project, or in the folder of -ParentId. Or a script block that names the
    /// folder of the lesson $_, or a table of folder ids by course.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FolderByCompleter))]
    public object? FolderBy { get; set; }

    /// <summary>
    /// The file that the progress is kept in. Default: kinescope-upload-progress.jsonl beside the manifest of the first lesson, else in the
    /// current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>
    /// The number of files sent at once: 1 to 64, or Auto, which finds the number that the line gives its best rate with. Default: 3.
    /// </summary>
    [Parameter]
    [ThrottleLimit]
    [ArgumentCompleter(typeof(ThrottleLimitCompleter))]
    public int ThrottleLimit { get; set; } = 3;

    /// <summary>
    /// The most that the run sends, in bytes per second such as 20MB, or by the time of day: '09:00=5MB 19:00=off'. Default: no limit.
    /// </summary>
    [Parameter]
    [Bandwidth]
    [ValidateNotNullOrEmpty]
    public string? BandwidthLimit { get; set; }

    /// <summary>
    /// Makes -BandwidthLimit the limit of all machines that share the record: those that are sending have equal parts of it.
    /// </summary>
    [Parameter]
    public SwitchParameter ShareBandwidth { get; set; }

    /// <summary>
    /// After this time nothing new is begun; what runs is finished. 8h, 1h30m, or 8:00 for hours and minutes. Default: no end.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? MaxDuration { get; set; }

    /// <summary>
    /// In which order files are sent. Manifest, the default, is the order they come in, and begins before the last has come.
    /// </summary>
    [Parameter]
    public UploadOrder Order { get; set; } = UploadOrder.Manifest;

    /// <summary>The extensions that count as a video for files given without a State. Default: mp4, mkv, avi, mov, webm, m4v.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Extension { get; set; }

    /// <summary>
    /// Writes a result only once the video can be played. One that Kinescope gives up, or is not done with in time, has failed.
    /// </summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>
    /// Writes a result only once Kinescope has processed the video, and compares the size and MD5 of what it stored with the file, where it
    /// tells them.
    /// </summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <summary>The longest wait of -Wait and -Verify for one video, as -MaxDuration is written. Default: 2 hours.</summary>
    [Parameter]
    [Duration(CanBeZero = true)]
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>
    /// Sends the files beside each video after it: its poster, subtitles and chapters, by their names. Only what changed is sent again.
    /// </summary>
    [Parameter]
    public SwitchParameter WithCompanions { get; set; }

    /// <summary>Uploads again what is uploaded already; with -Replace, as the content of the video that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Makes a file that was changed since its upload the new content of its lesson's video, whose id and links stay. Without it such a
    /// file becomes a new video.
    /// </summary>
    [Parameter]
    public SwitchParameter Replace { get; set; }

    /// <summary>
    /// The largest file that -Replace sends without asking, in bytes such as 5GB: all of it goes in one request, which begins anew where it
    /// breaks off. Default: 2GB.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ReplaceLimit { get; set; } = UploadOptions.DefaultReplaceLimit;

    /// <summary>The manifest that the lesson comes from: by default the progress file lies beside it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public string? ManifestPath { get; set; }

    /// <summary>The object from the pipeline: the $_ of -FolderBy's script block.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    private protected override bool HasProgress => true;

    private protected override void Begin()
    {
        _videoFiles = new VideoFiles(Extension);
        var options = new UploadOptions
        {
            ProjectId = ProjectId,
            ParentId = ParentId,
            FolderBy = FolderBy,
            ThrottleLimit = ThrottleLimit,
            BandwidthLimit = BandwidthLimit,
            ShareBandwidth = ShareBandwidth,
            MaxDuration = MaxDuration,
            Order = Order,
            Extension = Extension,
            Wait = Wait,
            Verify = Verify,
            WaitTimeout = WaitTimeout,
            Force = Force,
            Replace = Replace,
            ReplaceLimit = ReplaceLimit,
            WithCompanions = WithCompanions,
        };
        // What Kinescope refused or nobody changed is sent again only where it is told to.
        LessonFindingStatus[] forced = Force
            ? [LessonFindingStatus.VideoFailed, LessonFindingStatus.FileDamaged, LessonFindingStatus.VideoReplaced]
            : [];
        _guard = new FindingGuard(
            this,
            [
                LessonFindingStatus.NeverSent,
                LessonFindingStatus.Begun,
                LessonFindingStatus.UploadFailed,
                LessonFindingStatus.ContentDiffers,
                .. forced,
            ]);
        _terms = UploadTerms.Of(this, Connection, options);
        if (!AwaitsManifest)
            Open();
    }

    private protected override void Process()
    {
        if (!_guard!.Takes(InputObject, out var finding))
            return;
        Open();
        IReadOnlyList<string> paths = finding is not null
            ? [finding.Path ?? ""]
            : LiteralPath ?? (LacksPath(InputObject) ? [] : Path ?? []);
        List<string> given = [.. paths.Where(path => !string.IsNullOrWhiteSpace(path))];
        List<string> files = finding is null && LiteralPath is null
            ? [.. FilesOf(given, path => _videoFiles.IsVideo(path) && File.Exists(path))]
            : given.ConvertAll(FilePathOf);
        _isFinding = finding is not null;
        LessonVideoState? state = Enum.TryParse<LessonVideoState>(State, ignoreCase: true, out var said) ? said : null;
        if (files.Count == 0 && state == LessonVideoState.Unmatched)
            Add("", state);
        else if (given.Count == 0)
            Refuse(ErrorIds.LessonFilePathMissing, LessonId is null
                ? InputObject is null ? "There is no file to be sent: give -Path." : "The object has no Path: nothing was sent for it."
                : $"Lesson '{LessonId}' comes without the path of its file: nothing was sent for it.");
        else if (files.Count > 1 && LessonId is not null)
            Refuse(
                ErrorIds.LessonIdDuplicate,
                $"-LessonId '{LessonId}' is given for {files.Count} files, of which none was sent: name one file, or pipe in objects that "
                + "have a LessonId each.");
        else
            files.ForEach(file => Add(file, state));
    }

    private protected override void End()
    {
        Open();
        _uploads!.Complete();
    }

    private void Open() =>
        _uploads ??= Own(new Uploads(this, Connection, _terms, OwnRecord(RecordName(ProgressFile, ManifestPath)), WriteObject));

    private void Refuse(string errorId, string message) =>
        WriteError(new KinescopeException(errorId, message).ToErrorRecord((object?)LessonId ?? InputObject));

    private void Add(string path, LessonVideoState? state)
    {
        var file = new GivenFile(path)
        {
            LessonId = LessonId,
            Title = Title,
            Course = Course,
            State = state,
            // A finding names the video that it is about, which is not to be handed on.
            VideoId = _isFinding ? null : VideoId,
            ManifestPath = ManifestPath,
        };
        _uploads!.Add(file, Module, InputObject);
    }
}
