using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet's changes of lessons' rows: made in the background while the pipeline runs, each lesson as soon as it comes. With -WhatIf the
/// rows are read in a transaction that cannot write, and the change of each is described.
/// </summary>
internal sealed class LessonChanges : IDisposable
{
    private readonly AsyncCmdlet _cmdlet;
    private readonly LessonStore _store;
    private readonly ColumnFilling? _filling;
    private readonly bool _passThru;
    private readonly List<LessonChange> _previewed = [];
    private readonly Action<ChangeOutcome>? _ended;
    private bool _isReported;
    private readonly ChangeQueue? _queue;
    private readonly Task<(IReadOnlyList<LessonChange> Undone, KinescopeException? Cause)>? _work;

    /// <summary>Makes sure that the lesson table and the log can be written, and begins to work.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="database">The database.</param>
    /// <param name="store">Its lesson table, with the columns that are changed.</param>
    /// <param name="passThru">True where each row is written as it was and as it is.</param>
    /// <param name="createLog">Creates the log that keeps the values of rows before they change.</param>
    /// <param name="filling">Looks up the values of further columns; null for none.</param>
    /// <param name="ended">Is given each outcome, on the pipeline's thread, in place of the cmdlet's streams; null for these.</param>
    public LessonChanges(
        AsyncCmdlet cmdlet, LessonDatabase database, LessonStore store, bool passThru, Func<IChangeLog> createLog,
        ColumnFilling? filling = null, Action<ChangeOutcome>? ended = null)
    {
        (_cmdlet, _store, _passThru, _filling, _ended) = (cmdlet, store, passThru, filling, ended);
        try
        {
            // What is wrong for good is reported before the first byte of a long upload is sent.
            cmdlet.Await(stop => _store.PrepareToChangeAsync(cmdlet.IsPreview, stop));
        }
        catch (KinescopeException failure) when (failure.IsTransient && !cmdlet.IsPreview)
        {
            cmdlet.WriteWarning($"{failure.Message} Lessons are changed once it answers.");
        }

        if (cmdlet.IsPreview)
            return;
        _queue = new ChangeQueue(
            _store, createLog(), LessonDatabases.RetriesOf(cmdlet, database), filling is null ? null : filling.PrepareAsync);
        _work = cmdlet.Start(stop => _queue.WorkAsync(outcomes => cmdlet.Post(() => Write(outcomes)), stop));
    }

    /// <summary>The consent to each change; true where it was asked for as a whole. Default: ShouldProcess.</summary>
    public Func<string, string, bool>? Consents { get; init; }

    /// <summary>Is given each outcome first, on the pipeline's thread; never with -WhatIf.</summary>
    public Action<ChangeOutcome>? Noting { get; init; }

    /// <summary>The changes that could not be made because of the database as a whole, once all are complete.</summary>
    public IReadOnlyList<LessonChange> Undone { get; private set; } = [];

    /// <summary>Asks for consent, and queues the change.</summary>
    /// <returns>False where it is not wanted.</returns>
    public bool Add(LessonChange change)
    {
        if (_queue is null)
        {
            _previewed.Add(change);
            if (_previewed.Count == ChangeQueue.BatchSize)
                Preview();
            return true;
        }

        var isWanted = Consents is null && _cmdlet.ConsentsUnasked
            || (Consents ?? _cmdlet.ShouldProcess)(TargetOf(change), change.Describe(_store.Table, null, null));
        if (isWanted)
            _cmdlet.Await(stop => _queue.AddAsync(change, stop));
        else
            _cmdlet.Pump();
        return isWanted;
    }

    /// <summary>Waits until all changes are made, and writes one error for those that could not be, with what to pipe in again.</summary>
    /// <param name="remedy">Advice for these.</param>
    public void Complete(string remedy)
    {
        if (_queue is null)
        {
            Preview();
            _filling?.Report();
            return;
        }

        _queue.Complete();
        var (undone, cause) = _cmdlet.Await(_work!);
        _isReported = true;
        Undone = undone;
        _filling?.Report();
        if (cause is null)
            return;

        var count = undone.Count == 1 ? "1 lesson was" : $"{undone.Count} lessons were";
        var message = $"{count} not changed. {cause.Message.TrimEnd('.')}. Nothing is lost: {remedy}";
        _cmdlet.WriteError(cause.Saying(message).ToErrorRecord(undone.Select(change => change.AsInput()).ToArray()));
    }

    /// <summary>Makes the changes that were taken in, on a way out that is not the end.</summary>
    public async Task DrainAsync(CancellationToken budget)
    {
        _filling?.Hurry();
        _queue?.Complete();
        await (_work ?? Task.CompletedTask).WaitAsync(budget).ConfigureAwait(false);
    }

    /// <summary>Names the lessons that were taken in and not changed. The pipeline is gone by then: the host shows it.</summary>
    public void Dispose()
    {
        if (_isReported || _queue?.Unended.Select(change => change.LessonId).ToList() is not { Count: > 0 } left)
            return;
        _cmdlet.WarnOfTheRest("The pipeline ended before these lessons were changed", left);
    }

    /// <summary>With -WhatIf: describes the changes so far.</summary>
    public void Preview()
    {
        if (_filling is not null)
            _cmdlet.Await(stop => _filling.PrepareAsync(_previewed, stop));
        foreach (var outcome in _cmdlet.Await(stop => _store.PreviewAsync(_previewed, stop)))
        {
            _filling?.Note(outcome);
            if (_ended is not null && !outcome.IsChanged)
                _ended(outcome);
            else if (outcome.Failure is { } failure)
                _cmdlet.WriteError(failure.ToErrorRecord(outcome.Change.LessonId));
            else if (outcome.IsChanged)
                _cmdlet.ShouldProcess(TargetOf(outcome.Change), outcome.Change.Describe(_store.Table, outcome.Before, outcome.After));
            else
                Tell(outcome);
        }

        _previewed.Clear();
    }

    private string TargetOf(LessonChange change) => $"Lesson '{change.LessonId}' in {_store.Table.Name} of {_store.DisplayName}";

    private void Tell(ChangeOutcome outcome)
    {
        if (!_cmdlet.IsVerbose)
            return;
        var state = outcome.IsChanged ? $"holds {outcome.After} now"
            : $"stays as it is{(outcome.Change.NoteOn(outcome.After!) is { } note ? $": {note}" : "")}";
        _cmdlet.WriteVerbose(PrintableText.Of($"Lesson '{outcome.Change.LessonId}' {state}."));
    }

    private void Write(IReadOnlyList<ChangeOutcome> outcomes)
    {
        foreach (var outcome in outcomes)
            Write(outcome);
    }

    /// <summary>Tells the end of a change, or of one that there was nothing to be done for.</summary>
    public void Write(ChangeOutcome outcome)
    {
        Noting?.Invoke(outcome);
        if (_ended is not null)
        {
            _ended(outcome);
            return;
        }

        if (outcome.Failure is { } failure)
        {
            _cmdlet.WriteError(failure.ToErrorRecord(outcome.Change.LessonId));
            return;
        }

        Tell(outcome);
        _filling?.Note(outcome);
        if (_passThru && !_cmdlet.IsPreview)
            _cmdlet.WriteObject(Shown(outcome));
    }

    private LessonLink Shown(ChangeOutcome outcome)
    {
        var (before, after, table) = (outcome.Before!, outcome.After!, _store.Table);
        return new LessonLink
        {
            LessonId = outcome.Change.LessonId,
            VideoId = PrintableText.OfAny(after.VideoId),
            PreviousVideoId = PrintableText.OfAny(before.VideoId),
            VideoUrl = PrintableText.OfAny(after.Url),
            PreviousVideoUrl = PrintableText.OfAny(before.Url),
            Duration = DurationNumber.Read(after.Others[table.DurationColumn], table.DurationUnit),
            PreviousDuration = DurationNumber.Read(before.Others[table.DurationColumn], table.DurationUnit),
            PosterUrl = PrintableText.OfAny(after.Others[table.PosterUrlColumn]),
            PreviousPosterUrl = PrintableText.OfAny(before.Others[table.PosterUrlColumn]),
            Status = outcome.IsChanged ? outcome.Change.StatusOf(before, after) : LessonLinkStatus.Unchanged,
        };
    }
}
