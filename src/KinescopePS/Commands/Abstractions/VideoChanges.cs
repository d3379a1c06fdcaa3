using System.Management.Automation;
using KinescopePS.Changes;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet's changes of videos: made in the background while the pipeline runs, what comes together a page at a time. With -WhatIf the
/// videos are read and the change of each is described; where somebody is asked, each is changed as soon as he has answered.
/// </summary>
internal sealed class VideoChanges : IDisposable
{
    /// <summary>The number of videos above which progress and a last word are shown.</summary>
    private const int Handful = 10;

    private const int RowId = 1;
    private const string Activity = "Changing videos";

    private readonly AsyncCmdlet _cmdlet;
    private readonly KinescopeConnection _connection;
    private readonly VideoUndoFile _undo;
    private readonly VideoChanger _changer;
    private readonly VideoChangeQueue _queue;
    private readonly bool _passThru;
    private readonly List<AskedVideoChange> _previewed = [];
    private readonly SortedDictionary<string, int> _privacies = [];
    private Task? _work;
    private KinescopeException? _cause;
    private int _asked, _due, _alike, _withoutEffect;
    private bool _isPrepared, _hasRow, _isComplete;

    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="undoFile">The undo file, a full path.</param>
    /// <param name="passThru">True where each video is written as it is afterwards.</param>
    /// <exception cref="KinescopeException"><c>ApiKeyMissing</c> or <c>SessionClosed</c>.</exception>
    public VideoChanges(AsyncCmdlet cmdlet, KinescopeConnection connection, string undoFile, bool passThru)
    {
        (_cmdlet, _connection, _passThru) = (cmdlet, connection, passThru);
        _undo = new VideoUndoFile(undoFile);
        _changer = new VideoChanger(connection.Client, connection.Retries, _undo, connection.Target);
        _queue = new VideoChangeQueue(_changer, RequireDomains, EndedAsync, TimeProvider.System);
        cmdlet.Ticked += Show;
        cmdlet.Leaving += LeaveEarly;
    }

    /// <summary>Takes a change in, and waits where there are many.</summary>
    /// <exception cref="KinescopeException">What stopped the run.</exception>
    public void Add(AskedVideoChange change)
    {
        if (_cmdlet.IsPreview)
        {
            _previewed.Add(change);
            if (_previewed.Count == VideoChanger.BatchSize)
                Preview();
            return;
        }

        if (!_isPrepared && change.Change.Fields.Count > 0)
        {
            _isPrepared = true;
            _cmdlet.Await(_undo.RequireWritableAsync);
        }

        if (_cmdlet.MayAsk)
        {
            Ask(change);
            return;
        }

        _work ??= _cmdlet.Start(WorkAsync);
        if (!_cmdlet.Await(stop => _queue.AddAsync(change, stop)))
            Complete();
    }

    /// <summary>Waits until all changes are made.</summary>
    /// <exception cref="KinescopeException">What stopped the run.</exception>
    public void Complete()
    {
        _queue.Complete();
        if (_cmdlet.IsPreview)
            PreviewAll();
        else if (_work is not null)
            _cmdlet.Await(_work);
        _isComplete = true;
        HideRow();
        if (_cause is not null)
            throw _queue.Taken > 1 ? _cause.Saying($"{_cause.Message} {Progress}", stopsRun: true) : _cause;
        if (_withoutEffect > 0)
            _cmdlet.WriteWarning(
                $"The domains have no effect for {Counted(_withoutEffect)} that other places may show as well, or none at all: they count "
                + "with -Privacy custom only.");
        var summary = $"{Counted(_queue.Taken)}: {_queue.Changed} changed, {_queue.Alike} were so already, {_queue.Failed} failed."
            + (_queue.Changed > 0 ? $" {WayBack}" : "");
        if (_queue.Taken > Handful)
            _cmdlet.Say(summary, "VideoChangeSummary");
        else if (_queue.Taken > 0)
            _cmdlet.WriteVerbose(summary);
    }

    /// <summary>Ends what was begun, on a way out that is not the end.</summary>
    public Task DrainAsync(CancellationToken budget)
    {
        _queue.Complete();
        return (_work ?? Task.CompletedTask).WaitAsync(budget);
    }

    public void Dispose() => _cmdlet.Ticked -= Show;

    private string WayBack => $"Restore-KinescopeVideo takes it back, from the undo file {_undo.Path}.";

    private string Progress =>
        $"{Counted(_queue.Changed)} {(_queue.Changed == 1 ? "was" : "were")} changed, {_queue.LeftOver} of those that came were not. "
        + "Run the same command again: what is changed already is left as it is."
        + (_queue.Changed > 0 ? $" Or {WayBack}" : "");

    private static string Counted(int count) => count == 1 ? "1 video" : $"{count} videos";

    private static string NameOf(PlannedVideoChange planned) => $"'{planned.Before!.Title}' ({planned.Before.VideoId})";

    private static string Describe(PlannedVideoChange planned) =>
        $"Set {string.Join(", ", planned.Fields.Select(field => field switch
        {
            VideoField.Privacy => $"privacy from {PrivacyBefore(planned)} to {PrivacyAfter(planned)}",
            VideoField.Title => $"title to '{planned.Change!.Title}'",
            _ => field.ToString().ToLowerInvariant(),
        }))}";

    private static string PrivacyBefore(PlannedVideoChange planned) => VideoFields.PrivacyOf(VideoFields.Of(planned.Before!));

    private static string PrivacyAfter(PlannedVideoChange planned)
    {
        var change = planned.Change!;
        return VideoFields.PrivacyOf(change with { PrivacyType = change.PrivacyType ?? planned.Before!.PrivacyType });
    }

    /// <summary>Refuses videos that would be shown on no domain at all, before any of their batch is changed.</summary>
    private static void RequireDomains(IReadOnlyList<PlannedVideoChange> planned)
    {
        List<PlannedVideoChange> bare = [.. planned.Where(one => one.Change is { PrivacyType: "custom" } change
            && (change.PrivacyDomains ?? [.. one.Before!.PrivacyDomains]) is [])];
        if (bare.Count == 0)
            return;
        var more = bare.Count > 1 ? $" and {bare.Count - 1} more of these {planned.Count}" : "";
        throw new KinescopeException(
            ErrorIds.PrivacyDomainMissing,
            $"With -Privacy custom a video is shown on its domains only, and {NameOf(bare[0])}{more} has none. Add -Domain, for example "
            + "-Domain school.example.");
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        try
        {
            await _queue.WorkAsync(_cmdlet.StopToken, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException cause)
        {
            _cause = cause;
        }
    }

    private void Ask(AskedVideoChange change)
    {
        var planned = _cmdlet.Await(stop => _changer.PlanAsync([change], stop));
        RequireDomains(planned);
        if (planned[0].Change is not null && !_cmdlet.ShouldProcess(NameOf(planned[0]), Describe(planned[0])))
            return;
        _cmdlet.Await(stop => _changer.ApplyAsync(planned, _cmdlet.StopToken, stop));
        _cmdlet.Await(stop => EndedAsync(planned, stop));
        if (_changer.StoppedBy is { } cause)
            throw cause;
    }

    private async Task EndedAsync(IReadOnlyList<PlannedVideoChange> planned, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, (KinescopeVideo? Video, KinescopeException? Failure)>? after = null;
        if (_passThru && _changer.StoppedBy is null)
            after = await _changer.ReadAsync([.. planned.Where(one => one.IsChanged).Select(one => one.Asked.VideoId)], cancellation)
                .ConfigureAwait(false);
        _cmdlet.Post(() =>
        {
            foreach (var one in planned)
                Write(one, after);
        });
    }

    private void Write(
        PlannedVideoChange one, IReadOnlyDictionary<string, (KinescopeVideo? Video, KinescopeException? Failure)>? after)
    {
        Note(one);
        var read = one.IsChanged && after is not null ? after[one.Asked.VideoId] : (one.Before, null);
        if ((one.Failure ?? read.Failure) is { } failure)
            _cmdlet.WriteError(failure.About($"Video '{one.Asked.VideoId}'").ToErrorRecord(one.Asked.VideoId));
        else if (_passThru && !one.IsLeftOver)
            _cmdlet.WriteObject(read.Item1);
        if (!_cmdlet.IsVerbose || one.Failure is not null || one.IsLeftOver)
            return;
        _cmdlet.WriteVerbose(one.IsChanged ? $"{NameOf(one)}: {Describe(one)}." : $"{NameOf(one)} is so already.");
    }

    private void Note(PlannedVideoChange one)
    {
        if (one is { Failure: null, Before: { } video } && one.Asked.Change.PrivacyDomains is { Length: > 0 }
            && one.Asked.Change.PrivacyType is null && video.PrivacyType is "anywhere" or "nowhere")
            _withoutEffect++;
    }

    private void Preview()
    {
        foreach (var one in _cmdlet.Await(stop => PlanAsync(stop)))
        {
            _asked++;
            Note(one);
            if (one.Failure is { } failure)
            {
                _cmdlet.WriteError(failure.About($"Video '{one.Asked.VideoId}'").ToErrorRecord(one.Asked.VideoId));
            }
            else if (one.Change is null)
            {
                _alike++;
                _cmdlet.WriteVerbose($"{NameOf(one)} is so already.");
            }
            else
            {
                _due++;
                _cmdlet.ShouldProcess(NameOf(one), Describe(one));
                if (one.Change.Has(VideoField.Privacy))
                {
                    var step = $"{PrivacyBefore(one)} to {PrivacyAfter(one)}";
                    _privacies[step] = _privacies.GetValueOrDefault(step) + 1;
                }
            }
        }

        _previewed.Clear();

        async Task<IReadOnlyList<PlannedVideoChange>> PlanAsync(CancellationToken stop)
        {
            var planned = await _changer.PlanAsync(_previewed, stop).ConfigureAwait(false);
            RequireDomains(planned);
            return planned;
        }
    }

    private void PreviewAll()
    {
        if (_previewed.Count > 0)
            Preview();
        if (_asked < 2)
            return;
        var failed = _asked - _due - _alike;
        var privacy = _privacies.Count > 0
            ? $" Privacy from {string.Join(", from ", _privacies.Select(step => $"{step.Key}: {step.Value}"))}."
            : "";
        _cmdlet.Say(
            $"{Counted(_due)} would change, {_alike} {(_alike == 1 ? "is" : "are")} so already"
            + $"{(failed > 0 ? $", {failed} cannot be changed" : "")}.{privacy} Nothing was done.",
            "VideoChangePreview");
    }

    private void Show()
    {
        var hold = _connection.Hold;
        if (_work is null || _isComplete || _queue.Taken <= Handful && hold is null)
            return;
        var done = _queue.Taken - _queue.LeftOver;
        var text = $"{done} of {_queue.Taken}";
        var row = hold is null ? new ProgressRecord(RowId, Activity, text) : HoldRow.Of(RowId, text, hold);
        row.PercentComplete = (int)(100L * done / Math.Max(1, _queue.Taken));
        _hasRow = true;
        _cmdlet.WriteProgress(row);
    }

    private void HideRow()
    {
        if (_hasRow)
            _cmdlet.WriteProgress(new ProgressRecord(RowId, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        _hasRow = false;
    }

    private void LeaveEarly()
    {
        if (_isComplete || _work is null || _queue.Changed + _queue.LeftOver == 0)
            return;
        _cmdlet.WarnLast(_queue.LeftOver > 0
            ? $"Stopped: {Progress}"
            : $"The pipeline ended before all was written: {Counted(_queue.Changed)} {(_queue.Changed == 1 ? "was" : "were")} changed. "
                + WayBack);
    }
}
