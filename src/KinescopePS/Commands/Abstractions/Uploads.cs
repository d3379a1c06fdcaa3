using System.Collections.Concurrent;
using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet's uploads: each file is planned and asked for as it comes, sent in the background, and its result handed over on the pipeline's
/// thread. With -WhatIf files are planned only.
/// </summary>
internal sealed partial class Uploads : IUploadLog, IDisposable
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
    private readonly UploadTexts _texts = new();
    private readonly RunWatch? _watch;
    private readonly ThrottleWatch? _throttleWatch;
    private readonly IUploadRecord _record;
    private readonly List<PlannedUpload> _unordered = [];
    private readonly ConcurrentDictionary<LessonUpload, byte> _untaken = new();
    private readonly SharedUploads? _shared;
    private readonly CompanionFinder _companions = new();
    private readonly CompanionHints _hints;
    private int _unsent;
    private int _uncompared;
    private bool _hasEnded;

    /// <summary>Begins to work.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="terms">The settings, which are known to be right.</param>
    /// <param name="record">The record; whoever gives it disposes of it.</param>
    /// <param name="take">Takes each result, on the pipeline's thread.</param>
    public Uploads(
        AsyncCmdlet cmdlet, KinescopeConnection connection, UploadTerms terms, IUploadRecord record, Action<LessonUpload> take)
    {
        (_cmdlet, _connection, _options, _record, _take) = (cmdlet, connection, terms.Options, record, take);
        var (options, settings, parentId) = (terms.Options, terms.Settings, terms.ParentId);
        _chooseFolder = terms.ChooseFolder;
        _hints = new CompanionHints(cmdlet);
        var survey = new UploadSurvey(record, options.Force, options.Replace);
        _plan = new UploadPlan(parentId, new VideoFiles(options.Extension), survey, options.Force, options.Replace);
        if (cmdlet.IsPreview)
            return;

        var services = UploadServices.Create(settings, connection.Http, record, _meter, this, TimeProvider.System);
        _folders = _chooseFolder is null
            ? null
            : new LessonFolders(
                services.Kinescope, services.Retry, connection.RequireProjectId(terms.ProjectId), terms.FolderId, this);
        var uploader = new VideoUploader(services, survey);
        var throttle = options.ThrottleLimit == ThrottleLimitAttribute.Auto
            ? UploadThrottle.Search()
            : UploadThrottle.Fixed(options.ThrottleLimit);
        _run = new UploadRun(
            uploader,
            CreateConfirmer(services),
            record,
            _meter,
            throttle,
            endsTogether: options.Order == UploadOrder.Manifest,
            options.MaxDuration,
            TimeProvider.System,
            cmdlet.StartedAt);
        _progress = new UploadProgress(_run, _meter, () => connection.Hold, settings.Tus.Limiter, new ProgressTerminal(cmdlet));
        if (record is ISharedRecord shared)
            _shared = new SharedUploads(cmdlet, shared, _run, connection.Http, options.ShareBandwidth ? settings.Tus.Limiter : null);
        cmdlet.Ticked += _progress.Show;
        var log = record.RunLogPath is { } path ? new RunLog(path, Guid.NewGuid().ToString("N"), ((IUploadLog)this).Warning) : null;
        _watch = new RunWatch(_run, _meter, () => connection.Hold, log, TimeProvider.System);
        _watch.Begin(cmdlet.MyInvocation.MyCommand.Name, record.Name, options.ToLog(parentId));
        _throttleWatch = new ThrottleWatch(_run, throttle, connection.Http, ((IUploadLog)this).Verbose, TimeProvider.System);
        cmdlet.Leaving += EndEarly;
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
        if (_options.WithCompanions && planned.Item.Path.Length > 0)
        {
            planned = planned with { Item = planned.Item with { Companions = _companions.Of(planned.Item.Path) } };
            _hints.Tell(planned.Item.Path, planned.Item.Companions);
        }

        var (item, decision) = (planned.Item, planned.Decision);
        if (planned.Warning is { } warning)
            _cmdlet.WriteWarning(warning);
        // Of what is sent the worker tells them, once the decision stands.
        foreach (var notice in decision.Step == UploadStep.LeaveOut ? decision.Notices : [])
            _cmdlet.WriteWarning($"{item.Name}: {notice}");
        switch (decision.Step)
        {
            case UploadStep.LeaveOut when decision.Failure is { } failure:
                _texts.Refused();
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
                _texts.AlreadyThere();
                planned = AskForCompanions(planned);
                if (!_cmdlet.IsPreview && planned.Item.Companions.HasAny)
                    Queue(planned);
                else if (!_cmdlet.IsPreview)
                    Tell(item.Result(LessonUploadStatus.Skipped, decision.VideoId));
                break;

            // Nothing is sent for it: that needs no consent.
            case UploadStep.Done or UploadStep.Adopt or UploadStep.Settle when decision.Needs == CostlyFact.None && _cmdlet.IsPreview:
                _texts.AlreadyThere();
                _cmdlet.WriteVerbose($"{item.Name}: is video {decision.VideoId} already.");
                AskForCompanions(planned);
                break;

            case UploadStep.Done or UploadStep.Adopt or UploadStep.Settle when decision.Needs == CostlyFact.None:
                Add(AskForCompanions(planned));
                break;

            case not UploadStep.LeaveOut:
                Send(planned, module, lesson);
                break;
        }
    }

    /// <summary>With -WhatIf, counts a file that would be sent in another's place.</summary>
    public void CountAnew(string path) => _texts.AddAnew(DiskFile.At(path)?.Length ?? 0);

    /// <summary>
    /// Waits until all files are sent, and says how the run ended; with -WhatIf, the total of what would be done. What stopped it is an
    /// error beside the results and ends nothing: a terminating one would take the pipeline away from Set-LessonVideoId, which has links to
    /// commit.
    /// </summary>
    public void Complete()
    {
        if (_run is null)
        {
            _cmdlet.Say(_texts.Total, nameof(UploadPreview));
            return;
        }

        foreach (var planned in _options.Order == UploadOrder.LargestFirst
            ? _unordered.OrderByDescending(planned => planned.Item.Length)
            : _unordered.OrderBy(planned => planned.Item.Length))
        {
            _cmdlet.Await(stop => _run.AddAsync(planned, stop));
        }

        _run.Complete();
        _cmdlet.Await(_work!);
        _shared?.SettleAbsent(Tell, Refuse);
        Summarise(_run, _progress!);
    }

    /// <summary>Names the lessons whose results nobody took. The pipeline is gone by then: the host shows it.</summary>
    public void Dispose()
    {
        _watch?.Dispose();
        _throttleWatch?.Dispose();
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
        var isAboveLimit = _cmdlet.IsPreview && IsAskedFor(planned);
        var isWanted = _cmdlet.ShouldProcess(
            UploadTexts.Description(planned, folder) + (isAboveLimit ? AboveLimit : ""), UploadTexts.Question(planned, folder),
            UploadTexts.Caption);
        if (_cmdlet.IsPreview)
        {
            _plan.Accepted(item);
            _texts.Add(planned, isAboveLimit);
            // A run says it too: that a video stays beside a new one, for instance.
            foreach (var notice in planned.Decision.Step == UploadStep.Compare ? [] : planned.Decision.Notices)
                _cmdlet.WriteWarning($"{item.Name}: {notice}");
            var isSameVideo = planned.Decision is { Step: UploadStep.Replace } or { Step: UploadStep.Compare, Replaces: true };
            AskForCompanions(isSameVideo ? planned : planned with { Decision = planned.Decision with { VideoId = null } });
        }
        else if (isWanted && AskToReplace(planned) is { } agreed && (folder == LessonFolder.Top || TryEnter(folder, ref item)))
            Add(agreed with { Item = item });
    }

    private void Add(PlannedUpload planned)
    {
        _plan.Accepted(planned.Item);
        Queue(planned);
    }

    private void Queue(PlannedUpload planned)
    {
        _meter.Planned(planned.Item.Length ?? 0);
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
        _texts.Refused();
        // A path that was mistyped is no upload that failed: nothing further down has to know of it.
        if (item.LessonId is null && failure.ErrorId == ErrorIds.LessonFileNotFound)
            _meter.Ended(LessonUploadStatus.Failed);
        else if (!_cmdlet.IsPreview)
            Tell(item.Result(LessonUploadStatus.Failed, null, failure: named));
        _cmdlet.WriteError(named.ToErrorRecord(item.Key));
    }

    /// <summary>Writes a result that no worker gave.</summary>
    private void Tell(LessonUpload result)
    {
        _meter.Ended(result.Status);
        _take(result);
    }

    private void HandOver(UploadOutcome outcome)
    {
        _meter.Ended(outcome.Result.Status);
        _meter.Ended(outcome.Companions);
        _untaken.TryAdd(outcome.Result, 0);
        _cmdlet.Post(() => Take(outcome));
    }

    private void Take(UploadOutcome outcome)
    {
        _uncompared += outcome.Result.Verification == VideoVerification.NotPossible ? 1 : 0;
        Waypoint.Pass("result-ready");
        // Select-Object -First ends the pipeline with what it has just taken: only a stop before it keeps a result back.
        if (!_cmdlet.Stopping)
            _untaken.TryRemove(outcome.Result, out _);
        _take(outcome.Result);
        Waypoint.Pass("result-written");
        if (outcome.Failure is { StopsRun: false } failure)
            _cmdlet.WriteError(failure.ToErrorRecord(outcome.Result.LessonId ?? outcome.Result.Path));
        foreach (var companion in _run!.OwnFailuresOf(outcome))
            _cmdlet.WriteError(companion.ToErrorRecord(outcome.Result.LessonId ?? outcome.Result.Path));
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
        var outcome = run switch
        {
            { StoppedBy: not null } => "failed",
            { LeftOver: > 0 } => _shared is { IsStopped: true } ? "drained" : "timeUp",
            _ => "completed",
        };
        SayLastWord(outcome);
        if (run.StoppedBy is not { } cause)
            return;
        var unsent = NotReached;
        var rest = unsent > 0 ? $" That ended the run: {unsent} files were not sent. Run the same command again once it is mended." : "";
        _cmdlet.WriteError(cause.Saying(cause.Message + rest).ToErrorRecord(null));
    }

    private int NotReached => _unsent + _meter.PlannedFiles - _run!.Ended;

    /// <summary>Ctrl+C, a downstream that ends early, an error: what was done is said all the same.</summary>
    private void EndEarly()
    {
        if (!_hasEnded)
            SayLastWord("stopped");
    }

    private void SayLastWord(string outcome)
    {
        _hasEnded = true;
        var summary = _meter.Summary(NotReached, _record.Name);
        _watch!.End(summary, outcome, _run!.StoppedBy?.ErrorId);
        // Stopped, nothing can be written any more; and of a run that nothing came to, its error says enough.
        if (outcome != "stopped")
            _cmdlet.WriteVerbose(summary.Cost());
        else if (!summary.HasFiles)
            return;
        _cmdlet.Say(summary, nameof(UploadSummary));
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
