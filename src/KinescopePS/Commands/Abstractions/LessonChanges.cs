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
    private readonly bool _passThru;
    private readonly List<LessonChange> _previewed = [];
    private bool _isReported;
    private readonly ChangeQueue? _queue;
    private readonly Task<(IReadOnlyList<LessonChange> Undone, KinescopeException? Cause)>? _work;

    /// <summary>Makes sure that the lesson table and the log can be written, and begins to work.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="database">The lesson table.</param>
    /// <param name="passThru">True where each row is written as it was and as it is.</param>
    /// <param name="createLog">Creates the log that keeps the values of rows before they change.</param>
    public LessonChanges(AsyncCmdlet cmdlet, LessonDatabase database, bool passThru, Func<IChangeLog> createLog)
    {
        (_cmdlet, _store, _passThru) = (cmdlet, database.Store, passThru);
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
        _queue = new ChangeQueue(_store, createLog(), LessonDatabases.RetriesOf(cmdlet, database));
        _work = cmdlet.Start(stop => _queue.WorkAsync(outcome => cmdlet.Post(() => Write(outcome)), stop));
    }

    /// <summary>Asks for consent, and queues the change.</summary>
    public void Add(LessonChange change)
    {
        if (_queue is null)
        {
            _previewed.Add(change);
            if (_previewed.Count == ChangeQueue.BatchSize)
                Preview();
            return;
        }

        if (_cmdlet.ShouldProcess(TargetOf(change), change.Describe(_store.Table, null, null)))
            _cmdlet.Await(stop => _queue.AddAsync(change, stop).AsTask());
        else
            _cmdlet.Pump();
    }

    /// <summary>Waits until all changes are made, and writes one error for those that could not be, with what to pipe in again.</summary>
    /// <param name="remedy">Advice for these.</param>
    public void Complete(string remedy)
    {
        if (_queue is null)
        {
            Preview();
            return;
        }

        _queue.Complete();
        var (undone, cause) = _cmdlet.Await(_work!);
        _isReported = true;
        if (cause is null)
            return;

        var count = undone.Count == 1 ? "1 lesson was" : $"{undone.Count} lessons were";
        var message = $"{count} not changed. {cause.Message.TrimEnd('.')}. Nothing is lost: {remedy}";
        _cmdlet.WriteError(cause.Saying(message).ToErrorRecord(undone.Select(change => change.AsInput()).ToArray()));
    }

    /// <summary>Makes the changes that were taken in, on a way out that is not the end.</summary>
    public async Task DrainAsync(CancellationToken budget)
    {
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

    private void Preview()
    {
        foreach (var outcome in _cmdlet.Await(stop => _store.PreviewAsync(_previewed, stop)))
        {
            if (outcome.Failure is { } failure)
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
        var state = outcome.IsChanged ? $"holds {outcome.After} now"
            : $"stays as it is{(outcome.Change.NoteOn(outcome.After!) is { } note ? $": {note}" : "")}";
        _cmdlet.WriteVerbose(PrintableText.Of($"Lesson '{outcome.Change.LessonId}' {state}."));
    }

    private void Write(ChangeOutcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            _cmdlet.WriteError(failure.ToErrorRecord(outcome.Change.LessonId));
            return;
        }

        Tell(outcome);
        if (_passThru)
            _cmdlet.WriteObject(new LessonLink
            {
                LessonId = outcome.Change.LessonId,
                VideoId = PrintableText.OfAny(outcome.After!.VideoId),
                PreviousVideoId = PrintableText.OfAny(outcome.Before!.VideoId),
                VideoUrl = PrintableText.OfAny(outcome.After.Url),
                PreviousVideoUrl = PrintableText.OfAny(outcome.Before.Url),
                Status = outcome.IsChanged ? outcome.Change.Done : LessonLinkStatus.Unchanged,
            });
    }
}
