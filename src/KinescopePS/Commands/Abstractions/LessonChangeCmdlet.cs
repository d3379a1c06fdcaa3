using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet that changes lessons' rows: in the background while the pipeline runs, each lesson as soon as it comes. With -WhatIf
/// the rows are looked at in a transaction that cannot write, and what would be done is told.
/// </summary>
public abstract class LessonChangeCmdlet : LessonTableCmdlet
{
    private readonly List<LessonChange> _previewed = [];
    private LessonStore? _store;
    private string _place = "";
    private ChangeQueue? _queue;
    private Task<(IReadOnlyList<LessonChange> Undone, KinescopeException? Cause)>? _work;

    /// <summary>Keeps what lessons held before they were changed, for Restore-LessonVideoId. Default: kinescope-undo.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UndoFile { get; set; }

    /// <summary>Writes each lesson's row as it was and as it is.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>How often a database that is down is tried again. 0 to 100, default 3.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRetry { get; set; } = 3;

    /// <summary>The wait before the first repetition; each further one doubles it, up to a minute. Unit: seconds, 0 to 60, default 2.</summary>
    [Parameter]
    [ValidateRange(0.0, 60.0)]
    public double RetryDelaySeconds { get; set; } = 2;

    private protected LessonStore Store => _store!;

    /// <summary>What a row that was changed is called in the output.</summary>
    private protected abstract LessonLinkStatus StatusOf(ChangeOutcome outcome);

    /// <summary>What is done to a row, for -WhatIf and -Confirm.</summary>
    private protected abstract string ActionOf(LessonChange change, VideoLink? before, VideoLink? after);

    /// <summary>The undo file that the parameters name.</summary>
    private protected UndoFile OpenUndoFile() => new(FilePathOf(UndoFile ?? Database.UndoFile.DefaultName));

    /// <summary>Opens the lesson table, and makes sure that it and the log can be written.</summary>
    private protected void BeginChanges(Func<LessonStore, IChangeLog> createLog)
    {
        _store = OpenLessonStore();
        _place = $" in {TableName} of {_store.DisplayName}";
        try
        {
            // What is wrong for good is told before the first byte of a long upload is sent.
            Await(stop => _store.PrepareToChangeAsync(IsPreview, stop));
        }
        catch (KinescopeException failure) when (failure.IsTransient && !IsPreview)
        {
            WriteWarning($"{failure.Message} Lessons are changed once it answers.");
        }

        if (IsPreview)
            return;
        var retry = Retry.Create(MaxRetry, TimeSpan.FromSeconds(RetryDelaySeconds), (failure, wait) => Post(() => WriteVerbose($"{failure.Message} Next try in {wait.TotalSeconds:0.0} s.")));
        _queue = new ChangeQueue(_store, createLog(_store), retry);
        _work = Start(stop => _queue.WorkAsync(Tell, stop));
    }

    /// <summary>Asks, and has the change made.</summary>
    private protected void Change(LessonChange change)
    {
        if (IsPreview)
        {
            _previewed.Add(change);
            if (_previewed.Count == ChangeQueue.BatchSize)
                Preview();
            return;
        }

        if (ShouldProcess(TargetOf(change), ActionOf(change, null, null)))
            Await(stop => _queue!.AddAsync(change, stop).AsTask());
        else
            Pump();
    }

    /// <summary>Waits until all changes are made, and tells of those that could not be.</summary>
    /// <param name="remedy">What to do about them.</param>
    /// <param name="toInput">Turns a change into what can be piped in again.</param>
    private protected void EndChanges(string remedy, Func<LessonChange, object> toInput)
    {
        if (IsPreview)
        {
            Preview();
            return;
        }

        _queue!.Complete();
        var (undone, cause) = Await(_work!);
        if (cause is null)
            return;

        var count = undone.Count == 1 ? "1 lesson was" : $"{undone.Count} lessons were";
        WriteError(cause.Saying($"{count} not changed. {cause.Message.TrimEnd('.')}. Nothing is lost: {remedy}")
            .ToErrorRecord(undone.Select(toInput).ToArray()));
    }

    private protected override void Release() => _store?.Dispose();

    private void Preview()
    {
        foreach (var outcome in Await(stop => _store!.PreviewAsync(_previewed, stop)))
        {
            if (outcome.Failure is { } failure)
                WriteError(failure.ToErrorRecord(outcome.Change.LessonId));
            else if (outcome.IsChanged)
                ShouldProcess(TargetOf(outcome.Change), ActionOf(outcome.Change, outcome.Before, outcome.After));
            else
                WriteVerbose($"Lesson '{outcome.Change.LessonId}' stays as it is.");
        }

        _previewed.Clear();
    }

    private string TargetOf(LessonChange change) => $"Lesson '{change.LessonId}'{_place}";

    // From the worker's thread.
    private void Tell(ChangeOutcome outcome)
    {
        if (outcome.Failure is { } failure)
            Post(() => WriteError(failure.ToErrorRecord(outcome.Change.LessonId)));
        else if (PassThru)
            Post(() => Write(outcome));
    }

    private void Write(ChangeOutcome outcome) => WriteObject(new LessonLink
    {
        LessonId = outcome.Change.LessonId,
        VideoId = outcome.After!.VideoId,
        PreviousVideoId = outcome.Before!.VideoId,
        VideoUrl = outcome.After.Url,
        PreviousVideoUrl = outcome.Before.Url,
        Status = outcome.IsChanged ? StatusOf(outcome) : LessonLinkStatus.Unchanged,
    });
}
