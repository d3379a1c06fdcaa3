using System.Collections.Concurrent;
using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
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

/// <summary>The settings of a cmdlet's uploads, as its parameters give them.</summary>
internal sealed record UploadOptions
{
    /// <summary>The project of new videos; null for that of the connection.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The folder of new videos; null for the project's top.</summary>
    public string? ParentId { get; init; }

    /// <summary>The folder of each lesson, as <see cref="FolderPlan"/> reads it; null for one of all.</summary>
    public object? FolderBy { get; init; }

    public int ThrottleLimit { get; init; } = 3;

    public string? BandwidthLimit { get; init; }

    /// <summary>True where the bandwidth limit is that of all machines together.</summary>
    public bool ShareBandwidth { get; init; }

    public TimeSpan? MaxDuration { get; init; }

    public UploadOrder Order { get; init; }

    /// <summary>The extensions that count as a video; null for the usual ones.</summary>
    public string[]? Extension { get; init; }

    public bool Wait { get; init; }

    public bool Verify { get; init; }

    public TimeSpan WaitTimeout { get; init; }

    public bool Force { get; init; }
}

/// <summary>
/// A cmdlet's uploads: each file is planned and asked for as it comes, sent in the background, and its result handed over on the pipeline's
/// thread. With -WhatIf files are planned only.
/// </summary>
internal sealed class Uploads : IUploadLog, IDisposable
{
    /// <summary>The pauses between two polls for -Wait and -Verify grow from the first to the longest.</summary>
    private static readonly TimeSpan FirstPoll = TimeSpan.FromSeconds(1), LongestPoll = TimeSpan.FromSeconds(10);

    private readonly AsyncCmdlet _cmdlet;
    private readonly KinescopeConnection _connection;
    private readonly UploadOptions _options;
    private readonly Action<LessonUpload> _take;
    private readonly ChooseFolder? _chooseFolder;
    private readonly LessonFolders? _folders;
    private readonly UploadPlan _plan;
    private readonly UploadMeter _meter = new(TimeProvider.System);
    private readonly UploadRun? _run;
    private readonly Task? _work;
    private readonly UploadProgress? _progress;
    private readonly List<PlannedUpload> _unordered = [];
    private readonly ConcurrentDictionary<LessonUpload, byte> _untaken = new();
    private readonly SharedUploads? _shared;
    private int _unsent;
    private int _uncompared;

    /// <summary>Checks the settings, opens the record, and begins to work.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="options">The settings.</param>
    /// <param name="openRecord">Opens the record, once all settings are known to be right; whoever gives it disposes of it.</param>
    /// <param name="take">Takes each result, on the pipeline's thread.</param>
    /// <exception cref="KinescopeException">A setting that is missing or wrong, or the record cannot be used.</exception>
    public Uploads(
        AsyncCmdlet cmdlet, KinescopeConnection connection, UploadOptions options, Func<IUploadRecord> openRecord,
        Action<LessonUpload> take)
    {
        (_cmdlet, _connection, _options, _take) = (cmdlet, connection, options, take);
        _chooseFolder = options.FolderBy is null ? null : FolderPlan.Of(options.FolderBy);
        var parentId = options.ParentId ?? connection.RequireProjectId(options.ProjectId);
        var settings = ReadSettings();
        var record = openRecord();
        var survey = new UploadSurvey(record, options.Force);
        _plan = new UploadPlan(parentId, new VideoFiles(options.Extension), survey, options.Force);
        if (cmdlet.IsPreview)
            return;

        var services = UploadServices.Create(settings, connection.Http, record, _meter, this, TimeProvider.System);
        _folders = _chooseFolder is null
            ? null
            : new LessonFolders(
                services.Kinescope, services.Retry, connection.RequireProjectId(options.ProjectId), options.ParentId, this);
        var uploader = new VideoUploader(services, survey);
        _run = new UploadRun(
            uploader, CreateConfirmer(services), record, _meter, options.ThrottleLimit, options.MaxDuration, TimeProvider.System);
        _progress = new UploadProgress(_run, () => connection.Hold, cmdlet.WriteProgress);
        if (record is ISharedRecord shared)
            _shared = new SharedUploads(cmdlet, shared, _run, connection.Http, options.ShareBandwidth ? settings.Tus.Limiter : null);
        cmdlet.Ticked += _progress.Show;
        _work = cmdlet.Start(stop => _run.WorkAsync(HandOver, stop));
    }

    void IUploadLog.Verbose(string message) => _cmdlet.Post(() => _cmdlet.WriteVerbose(message));

    void IUploadLog.Warning(string message) => _cmdlet.Post(() => _cmdlet.WriteWarning(message));

    /// <summary>Decides on a file, asks for consent where something may be sent, and queues it.</summary>
    /// <param name="given">The file.</param>
    /// <param name="module">The id of the lesson's module, for its folder.</param>
    /// <param name="lesson">The object from the pipeline, for its folder.</param>
    public void Add(GivenFile given, string? module, PSObject? lesson)
    {
        if (_run?.StoppedBy is not null)
        {
            _unsent++;
            _cmdlet.Pump();
            return;
        }

        var planned = _cmdlet.Await(stop => _plan.AddAsync(given, stop));
        var (item, decision) = (planned.Item, planned.Decision);
        if (planned.Warning is { } warning)
            _cmdlet.WriteWarning(warning);
        // Of what is sent the worker tells them, once the decision stands.
        foreach (var notice in decision.Step == UploadStep.LeaveOut ? decision.Notices : [])
            _cmdlet.WriteWarning($"{item.Name}: {notice}");
        switch (decision.Step)
        {
            case UploadStep.LeaveOut when decision.Failure is { } failure:
                _cmdlet.WriteError(failure.Saying($"{item.Name} {failure.Message}").ToErrorRecord(item.Key));
                break;

            // Another machine may have it.
            case UploadStep.Refuse when _shared is not null && decision.Failure!.ErrorId == ErrorIds.LessonFileNotFound:
                _shared.AddAbsent(item, decision.Failure);
                break;

            case UploadStep.Refuse:
                Refuse(item, decision.Failure!);
                break;

            case UploadStep.HandOn:
                _cmdlet.WriteVerbose($"{item.Name}: has video {decision.VideoId} already.");
                if (!_cmdlet.IsPreview)
                    _take(item.Result(LessonUploadStatus.Skipped, decision.VideoId));
                break;

            // Nothing is sent for it: that needs no consent.
            case UploadStep.Done or UploadStep.Adopt when decision.Needs == CostlyFact.None && _cmdlet.IsPreview:
                _cmdlet.WriteVerbose($"{TargetOf(item)}: is video {decision.VideoId} already.");
                break;

            case UploadStep.Done or UploadStep.Adopt when decision.Needs == CostlyFact.None:
                Add(planned);
                break;

            case not UploadStep.LeaveOut:
                Send(planned, module, lesson);
                break;
        }
    }

    /// <summary>
    /// Waits until all files are sent, and says how the run ended. What stopped it is an error beside the results and ends nothing: a
    /// terminating one would take the pipeline away from Set-LessonVideoId, which has links to commit.
    /// </summary>
    public void Complete()
    {
        if (_run is null)
            return;
        foreach (var planned in _options.Order == UploadOrder.LargestFirst
            ? _unordered.OrderByDescending(planned => planned.Item.Length)
            : _unordered.OrderBy(planned => planned.Item.Length))
        {
            _cmdlet.Await(stop => _run.AddAsync(planned, stop));
        }

        _run.Complete();
        _cmdlet.Await(_work!);
        _shared?.SettleAbsent(_take, Refuse);
        Summarise(_run, _progress!);
    }

    /// <summary>Names the lessons whose results nobody took. The pipeline is gone by then: the host shows it.</summary>
    public void Dispose()
    {
        _run?.Dispose();
        _shared?.Dispose();
        List<string> left = [.. from result in _untaken.Keys
                                where result.Status == LessonUploadStatus.Uploaded
                                select result.LessonId ?? result.Path ?? ""];
        if (left.Count > 0)
            _cmdlet.WarnOfTheRest("The pipeline ended before the results of these uploads were written", left);
    }

    private void Send(PlannedUpload planned, string? module, PSObject? lesson)
    {
        var item = planned.Item;
        if (!TryChooseFolder(item, module, lesson, out var folder))
            return;
        var isWanted = _cmdlet.ShouldProcess(TargetOf(item), ActionOf(planned, folder));
        if (_cmdlet.IsPreview)
            _plan.Accepted(item);
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
        _plan.Accepted(planned.Item);
        _progress!.Planned(planned.Item);
        if (_options.Order == UploadOrder.Manifest)
            _cmdlet.Await(stop => _run!.AddAsync(planned, stop));
        else
            _unordered.Add(planned);
        _cmdlet.Pump();
    }

    /// <summary>The folder of a lesson. A script block has to run here, on the pipeline's thread.</summary>
    private bool TryChooseFolder(UploadItem item, string? module, PSObject? lesson, out LessonFolder folder)
    {
        folder = LessonFolder.Top;
        try
        {
            folder = _chooseFolder?.Invoke(item.Course, module, lesson) ?? folder;
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
            item = item with { ParentId = _cmdlet.Await(stop => _folders!.FindOrCreateAsync(folder, stop)) };
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
        if (!_cmdlet.IsPreview)
            _take(item.Result(LessonUploadStatus.Failed, null, error: named.Message));
        _cmdlet.WriteError(named.ToErrorRecord(item.Key));
    }

    private static string TargetOf(UploadItem item) => $"{item.Name}, {Bytes(item.Length ?? 0)}";

    private void HandOver(UploadOutcome outcome)
    {
        _untaken.TryAdd(outcome.Result, 0);
        _cmdlet.Post(() => Take(outcome));
    }

    private void Take(UploadOutcome outcome)
    {
        _meter.Ended(outcome.Result.Status);
        _uncompared += outcome.Result.Verification == VideoVerification.NotPossible ? 1 : 0;
        _progress!.Ended(outcome.Result);
        Waypoint.Pass("result-ready");
        // Select-Object -First ends the pipeline with what it has just taken: only a stop before it keeps a result back.
        if (!_cmdlet.Stopping)
            _untaken.TryRemove(outcome.Result, out _);
        _take(outcome.Result);
        Waypoint.Pass("result-written");
        if (outcome.Failure is { StopsRun: false } failure)
            _cmdlet.WriteError(failure.ToErrorRecord(outcome.Result.LessonId ?? outcome.Result.Path));
    }

    private void Summarise(UploadRun run, UploadProgress progress)
    {
        _cmdlet.Ticked -= progress.Show;
        progress.Complete();
        var limit = _options.MaxDuration;
        if (run.LeftOver > 0 && _shared is { IsStopped: true })
        {
            _cmdlet.WriteWarning($"{run.LeftOver} files were left, because Stop-KinescopeUpload ended this run.");
        }
        else if (run.LeftOver > 0 && run.Begun == 0)
        {
            var tooShort = new KinescopeException(
                ErrorIds.MaxDurationTooShort,
                $"-MaxDuration {limit} was over before any file was begun: {run.LeftOver} files were not sent. "
                + "Give the run more time.");
            _cmdlet.WriteError(tooShort.ToErrorRecord(limit));
        }
        else if (run.LeftOver > 0)
            _cmdlet.WriteWarning($"{run.LeftOver} files were not begun because -MaxDuration was over. Run again to send them.");
        if (_uncompared > 0)
            _cmdlet.WriteWarning(
                $"{_uncompared} videos could not be compared with their files: Kinescope tells neither size nor MD5 of what it stored.");
        var summary = _meter.Summary();
        _cmdlet.WriteVerbose(summary.ToString());
        _cmdlet.WriteInformation(summary, ["KinescopePS", "UploadSummary"]);
        if (run.StoppedBy is not { } cause)
            return;
        var unsent = _unsent + progress.Unended;
        var rest = unsent > 0 ? $" That ended the run: {unsent} files were not sent. Run the same command again once it is mended." : "";
        _cmdlet.WriteError(cause.Saying(cause.Message + rest).ToErrorRecord(null));
    }

    private UploadSettings ReadSettings()
    {
        var session = _connection.Session;
        var account = _cmdlet.IsPreview ? session.Account : _connection.RequireAccount();
        var limiter = _options.BandwidthLimit is { } limit ? new BandwidthLimiter(BandwidthTimetable.Parse(limit)) : null;
        if (_options.ShareBandwidth && limiter is null)
            throw new KinescopeException(
                ErrorIds.BandwidthLimitInvalid,
                "-ShareBandwidth shares the rate of -BandwidthLimit among machines, and no -BandwidthLimit is given. Give one, such as "
                + "30MB.");
        var tus = new TusSettings(TimeSpan.FromSeconds(session.StallTimeoutSeconds), limiter is null ? session.MinimumRate : 0, limiter);
        var stamp = UploadStamp.ReadLocation(_connection.StampLocation);
        return new UploadSettings(account, tus, session.MaxRetry, session.RetryDelay, session.Patience, _options.Force, stamp);
    }

    private VideoConfirmer? CreateConfirmer(UploadServices services)
    {
        if (!_options.Wait && !_options.Verify)
            return null;
        var watch = new VideoWatch(
            services.Kinescope, services.Retry, FirstPoll, LongestPoll, _connection.Session.Patience, services.Log.Verbose);
        return new VideoConfirmer(watch, services, _options.WaitTimeout, _options.Verify, _options.Wait);
    }
}
