using KinescopePS.Kinescope;

namespace KinescopePS.SharedRecord;

/// <summary>The times at which the database cannot be reached, or takes nothing.</summary>
/// <param name="patience">The longest wait of a step for the database.</param>
internal sealed class DatabaseAbsence(TimeSpan patience, TimeProvider time) : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _back = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KinescopeException? _cause;

    /// <summary>The failure by which it went; null while it is there.</summary>
    public KinescopeException? Cause
    {
        get
        {
            lock (_gate)
                return _cause;
        }
    }

    /// <summary>Notes a failure.</summary>
    /// <returns>True where the database was there before.</returns>
    public bool Begin(KinescopeException cause)
    {
        lock (_gate)
        {
            var isNew = _cause is null;
            if (isNew)
                _back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _cause = cause;
            return isNew;
        }
    }

    /// <summary>Notes that the database answered.</summary>
    /// <returns>True where it was away.</returns>
    public bool End()
    {
        lock (_gate)
        {
            var wasAway = _cause is not null;
            _cause = null;
            _back.TrySetResult();
            return wasAway;
        }
    }

    /// <summary>Waits until the database is back.</summary>
    /// <exception cref="KinescopeException"><c>RecordUnreachable</c>: it stayed away for too long, or the run ended.</exception>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        Task back;
        lock (_gate)
        {
            if (_cause is null)
                return;
            back = _back.Task;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _end.Token);
        try
        {
            await back.WaitAsync(patience, time, stop.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
            when (failure is TimeoutException || failure is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(
                ErrorIds.RecordUnreachable,
                $"The record of uploads could not be reached for {patience.TotalMinutes:0} minutes. {Cause?.Message} What was done is kept "
                + "on this computer, and is told to the database by the next run.", Cause);
        }
    }

    /// <summary>Ends all waits.</summary>
    public void Dispose() => _end.Cancel();
}
