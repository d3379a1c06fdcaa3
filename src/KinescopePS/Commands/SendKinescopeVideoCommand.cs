using System.Collections.Concurrent;
using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.Transfer;
using KinescopePS.Tus;
using static KinescopePS.Commands.SizeText;

namespace KinescopePS.Commands;

/// <summary>In which order files are sent.</summary>
public enum UploadOrder
{
    /// <summary>As they come.</summary>
    Manifest,

    /// <summary>Many finished lessons soon.</summary>
    SmallestFirst,

    /// <summary>The long ones while somebody is watching.</summary>
    LargestFirst,
}

/// <summary>Uploads lesson videos to Kinescope, continuing where an earlier run ended.</summary>
[Cmdlet(VerbsCommunications.Send, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(LessonUpload))]
public sealed class SendKinescopeVideoCommand : KinescopeCmdlet, IUploadLog
{
    /// <summary>The pauses between two polls for -Wait and -Verify grow from the first to the longest.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1), LongestPoll = TimeSpan.FromSeconds(10);

    private readonly List<PlannedUpload> _unordered = [];
    private readonly UploadMeter _meter = new(Clock);
    private ChooseFolder? _chooseFolder;
    private LessonFolders? _folders;
    private UploadPlan? _plan;
    private IUploadRecord? _record;
    private UploadRun? _run;
    private Task? _work;
    private UploadProgress? _progress;
    private readonly ConcurrentDictionary<LessonUpload, byte> _unwritten = new();
    private int _unsent;
    private int _uncompared;

    /// <summary>The video file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

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

    /// <summary>The file that the progress is kept in. Default: kinescope-upload-progress.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>The number of files sent at once. 1 to 64, default 3.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 3;

    /// <summary>
    /// The most that the run sends, in bytes per second such as 20MB, or by the time of day: '09:00=5MB 19:00=off'. Default: no limit.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BandwidthLimit { get; set; }

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

    /// <summary>Uploads again what is uploaded already.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The object from the pipeline: the $_ of -FolderBy's script block.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    void IUploadLog.Verbose(string message) => Post(() => WriteVerbose(message));

    void IUploadLog.Warning(string message) => Post(() => WriteWarning(message));

    private protected override void Begin()
    {
        _chooseFolder = FolderBy is null ? null : FolderPlan.Of(FolderBy);
        var parentId = ParentId ?? Connection.RequireProjectId(ProjectId);
        var settings = ReadSettings();
        _record = IsPreview ? UploadRecords.OpenReadOnly(ProgressFile, FilePathOf) : UploadRecords.Open(ProgressFile, FilePathOf);
        var survey = new UploadSurvey(_record, Force);
        _plan = new UploadPlan(parentId, new VideoFiles(Extension), survey, Force);
        if (_record.Warning is { } warning)
            WriteWarning(warning);
        if (IsPreview)
            return;

        var services = UploadServices.Create(settings, Connection.Http, _record, _meter, this, Clock);
        _folders = _chooseFolder is null
            ? null
            : new LessonFolders(services.Kinescope, services.Retry, Connection.RequireProjectId(ProjectId), ParentId, this);
        var uploader = new VideoUploader(services, survey);
        _run = new UploadRun(uploader, CreateConfirmer(services), _record, _meter, ThrottleLimit, MaxDuration, Clock);
        _progress = new UploadProgress(_run, () => CurrentHold, WriteProgress);
        _work = Start(stop => _run.WorkAsync(HandOver, stop));
    }

    private protected override void Process()
    {
        if (_run?.StoppedBy is not null)
        {
            _unsent++;
            Pump();
            return;
        }

        var planned = Await(stop => _plan!.AddAsync(Given, stop));
        var (item, decision) = (planned.Item, planned.Decision);
        if (planned.Warning is { } warning)
            WriteWarning(warning);
        // Of what is sent the worker tells them, once the decision stands.
        foreach (var notice in decision.Step == UploadStep.LeaveOut ? decision.Notices : [])
            WriteWarning($"{item.Name}: {notice}");
        switch (decision.Step)
        {
            case UploadStep.LeaveOut when decision.Failure is { } failure:
                WriteError(failure.Saying($"{item.Name} {failure.Message}").ToErrorRecord(item.Key));
                break;

            case UploadStep.Refuse:
                Refuse(item, decision.Failure!);
                break;

            case UploadStep.HandOn:
                WriteVerbose($"{item.Name}: has video {decision.VideoId} already.");
                if (!IsPreview)
                    WriteObject(item.Result(LessonUploadStatus.Skipped, decision.VideoId));
                break;

            // Nothing is sent for it: that needs no consent.
            case UploadStep.Done or UploadStep.Adopt when decision.Needs == CostlyFact.None && IsPreview:
                WriteVerbose($"{TargetOf(item)}: is video {decision.VideoId} already.");
                break;

            case UploadStep.Done or UploadStep.Adopt when decision.Needs == CostlyFact.None:
                Add(planned);
                break;

            case not UploadStep.LeaveOut:
                Send(planned);
                break;
        }
    }

    private protected override void End()
    {
        if (_run is null)
            return;
        foreach (var planned in Order == UploadOrder.LargestFirst
            ? _unordered.OrderByDescending(planned => planned.Item.Length)
            : _unordered.OrderBy(planned => planned.Item.Length))
        {
            Await(stop => _run.AddAsync(planned, stop));
        }

        _run.Complete();
        Await(_work!);
        Summarise();
    }

    private protected override bool HasProgress => true;

    private protected override void Tick()
    {
        _progress?.Show();
    }

    private protected override void Release()
    {
        _run?.Dispose();
        _record?.Dispose();
        List<string> left = [.. from result in _unwritten.Keys
                                where result.Status == LessonUploadStatus.Uploaded
                                select result.LessonId ?? result.Path ?? ""];
        if (left.Count > 0)
            WarnOfTheRest("The pipeline ended before the results of these uploads were written", left);
    }

    private GivenFile Given => new(FilePathOf(Path))
    {
        LessonId = LessonId,
        Title = Title,
        Course = Course,
        State = Enum.TryParse<LessonVideoState>(State, ignoreCase: true, out var state) ? state : null,
        VideoId = VideoId,
    };

    private void Send(PlannedUpload planned)
    {
        var item = planned.Item;
        if (!TryChooseFolder(item, out var folder))
            return;
        var isWanted = ShouldProcess(TargetOf(item), ActionOf(planned, folder));
        if (IsPreview)
            _plan!.Accepted(item);
        else if (isWanted && (folder == LessonFolder.Top || TryEnter(folder, ref item)))
            Add(planned with { Item = item });
    }

    private static string ActionOf(PlannedUpload planned, LessonFolder folder)
    {
        var (item, decision) = (planned.Item, planned.Decision);
        var where = folder == LessonFolder.Top ? "" : $" in folder '{folder}'";
        var begunFor = decision.OtherLesson is { } other ? $", begun for lesson '{other}', which has the same file" : "";
        return decision.Step switch
        {
            UploadStep.Continue => $"Continue the upload of video {decision.VideoId}{begunFor}{where}",
            UploadStep.Compare => $"Compare with video {decision.VideoId}, and upload anew where it differs{where}",
            UploadStep.Adopt => $"Use the video of lesson '{decision.OtherLesson}', which has the same file",
            _ => $"Upload to Kinescope as '{item.Title}'{where} under {item.ParentId}",
        };
    }

    private void Add(PlannedUpload planned)
    {
        _plan!.Accepted(planned.Item);
        _progress!.Planned(planned.Item);
        if (Order == UploadOrder.Manifest)
            Await(stop => _run!.AddAsync(planned, stop));
        else
            _unordered.Add(planned);
        Pump();
    }

    /// <summary>The folder of a lesson. A script block has to run here, on the pipeline's thread.</summary>
    private bool TryChooseFolder(UploadItem item, out LessonFolder folder)
    {
        folder = LessonFolder.Top;
        try
        {
            folder = _chooseFolder?.Invoke(item.Course, Module, InputObject) ?? folder;
            return true;
        }
        catch (KinescopeException failure)
        {
            Refuse(item, failure);
            return false;
        }
    }

    /// <summary>Finds or makes a lesson's folder. What fails for one lesson may work for the next.</summary>
    private bool TryEnter(LessonFolder folder, ref UploadItem item)
    {
        try
        {
            item = item with { ParentId = Await(stop => _folders!.FindOrCreateAsync(folder, stop)) };
            return true;
        }
        catch (KinescopeException failure)
        {
            Refuse(item, failure.Saying($"its folder '{folder}' could not be found or made. {failure.Message}"));
            if (failure.StopsRun)
                _run!.Stop(failure);
            return false;
        }
    }

    private void Refuse(UploadItem item, KinescopeException failure)
    {
        var named = failure.Saying($"{item.Name}: {failure.Message} Nothing was sent for it.");
        if (!IsPreview)
            WriteObject(item.Result(LessonUploadStatus.Failed, null, error: named.Message));
        WriteError(named.ToErrorRecord(item.Key));
    }

    private static string TargetOf(UploadItem item) => $"{item.Name}, {Bytes(item.Length ?? 0)}";

    private void HandOver(UploadOutcome outcome)
    {
        _unwritten.TryAdd(outcome.Result, 0);
        Post(() => Write(outcome));
    }

    private void Write(UploadOutcome outcome)
    {
        _meter.Ended(outcome.Result.Status);
        _uncompared += outcome.Result.Verification == VideoVerification.NotPossible ? 1 : 0;
        _progress!.Ended(outcome.Result);
        Waypoint.Pass("result-ready");
        // Select-Object -First ends the pipeline with what it has just taken: only a stop before it keeps a result back.
        if (!Stopping)
            _unwritten.TryRemove(outcome.Result, out _);
        WriteObject(outcome.Result);
        Waypoint.Pass("result-written");
        if (outcome.Failure is { StopsRun: false } failure)
            WriteError(failure.ToErrorRecord(outcome.Result.LessonId ?? outcome.Result.Path));
    }

    /// <summary>
    /// Says how the run ended. What stopped it is an error beside the results and ends nothing: a terminating one would take the pipeline
    /// away from Set-LessonVideoId, which has links to commit.
    /// </summary>
    private void Summarise()
    {
        _progress!.Complete();
        if (_run!.LeftOver > 0 && _run.Begun == 0)
        {
            var tooShort = new KinescopeException(
                ErrorIds.MaxDurationTooShort,
                $"-MaxDuration {MaxDuration} was over before any file was begun: {_run.LeftOver} files were not sent. "
                + "Give the run more time.");
            WriteError(tooShort.ToErrorRecord(MaxDuration));
        }
        else if (_run.LeftOver > 0)
            WriteWarning($"{_run.LeftOver} files were not begun because -MaxDuration was over. Run again to send them.");
        if (_uncompared > 0)
            WriteWarning(
                $"{_uncompared} videos could not be compared with their files: Kinescope tells neither size nor MD5 of what it stored.");
        var summary = _meter.Summary();
        WriteVerbose(summary.ToString());
        WriteInformation(summary, ["KinescopePS", "UploadSummary"]);
        if (_run.StoppedBy is not { } cause)
            return;
        var unsent = _unsent + _progress.Unended;
        var rest = unsent > 0 ? $" That ended the run: {unsent} files were not sent. Run the same command again once it is mended." : "";
        WriteError(cause.Saying(cause.Message + rest).ToErrorRecord(null));
    }

    private UploadSettings ReadSettings()
    {
        var session = Connection.Session;
        var account = IsPreview ? session.Account : Connection.RequireAccount();
        var limiter = BandwidthLimit is null ? null : new BandwidthLimiter(BandwidthTimetable.Parse(BandwidthLimit));
        var tus = new TusSettings(TimeSpan.FromSeconds(session.StallTimeoutSeconds), limiter is null ? session.MinimumRate : 0, limiter);
        var stamp = UploadStamp.ReadLocation(Connection.StampLocation);
        return new UploadSettings(account, tus, session.MaxRetry, session.RetryDelay, session.Patience, Force, stamp);
    }

    private VideoConfirmer? CreateConfirmer(UploadServices services)
    {
        if (!Wait && !Verify)
            return null;
        var watch = new VideoWatch(
            services.Kinescope, services.Retry, FirstPoll, LongestPoll, Connection.Session.Patience, services.Log.Verbose);
        return new VideoConfirmer(watch, services, WaitTimeout, Verify, Wait);
    }
}
