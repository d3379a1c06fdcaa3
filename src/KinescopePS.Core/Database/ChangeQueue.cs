using System.Collections.Concurrent;
using Polly;

namespace KinescopePS.Database;

/// <summary>
/// Changes lessons in the background, in the order they come. Whatever waits is committed together: a result that comes alone
/// is committed at once, a long list goes in batches. A database that is down holds nothing up; what could not be done is kept,
/// and tried again before whatever comes next and once more at the end.
/// </summary>
/// <param name="store">The table.</param>
/// <param name="log">Keeps what rows held before.</param>
/// <param name="retry">The retries of a transaction.</param>
/// <param name="prepare">Called with changes before their transaction; null for nothing to be done.</param>
internal sealed class ChangeQueue(
    LessonStore store, IChangeLog log, ResiliencePipeline retry, Func<IReadOnlyList<LessonChange>, CancellationToken, Task>? prepare = null)
{
    /// <summary>The most lessons that share a transaction.</summary>
    public const int BatchSize = 5000;

    /// <summary>The most where something is to be done before.</summary>
    private const int PreparedBatchSize = 500;

    /// <summary>The most lessons that wait to be taken up.</summary>
    private const int Room = 2 * BatchSize;

    // One list that is taken up as a whole: for each change alone, the two threads would meet at the same lock all the time.
    private readonly object _gate = new();
    private readonly List<LessonChange> _waiting = [], _undone = [];
    private readonly ConcurrentQueue<LessonChange> _unended = [];
    private readonly Dictionary<string, VideoLink> _replaced = [];
    private TaskCompletionSource? _arrival, _departure;
    private bool _isComplete;
    private KinescopeException? _down;

    /// <summary>The changes that were taken in and are not known to be committed or refused.</summary>
    public IReadOnlyCollection<LessonChange> Unended => [.. _unended];

    /// <summary>Waits for room and adds a change.</summary>
    public ValueTask AddAsync(LessonChange change, CancellationToken cancellation)
    {
        _unended.Enqueue(change);
        return TryAdd(change) is { } departure ? AddLaterAsync(change, departure, cancellation) : default;
    }

    /// <summary>Says that none will follow.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            _arrival?.TrySetResult();
        }
    }

    /// <summary>Works until the queue is complete and empty.</summary>
    /// <param name="ended">Called with the outcomes of each transaction, in the order of the changes, on the worker's thread.</param>
    /// <param name="cancellation">Stops the work; what was committed stays.</param>
    /// <returns>The changes that could not be made because of the database as a whole, and the cause.</returns>
    public async Task<(IReadOnlyList<LessonChange> Undone, KinescopeException? Cause)> WorkAsync(
        Action<IReadOnlyList<ChangeOutcome>> ended, CancellationToken cancellation)
    {
        while (await TakeUpAsync(cancellation).ConfigureAwait(false))
        {
            // Once the retries are used up, whatever comes brings a single attempt: uploads are not to wait for it.
            await ChangeAsync(_down is null ? retry : ResiliencePipeline.Empty, ended, cancellation).ConfigureAwait(false);
        }

        if (_down is { IsTransient: true })
            await ChangeAsync(retry, ended, cancellation).ConfigureAwait(false);
        return (_undone, _down);
    }

    /// <summary>Adds a change where there is room; else returns what ends once there is some.</summary>
    private Task? TryAdd(LessonChange change)
    {
        lock (_gate)
        {
            if (_waiting.Count >= Room)
                return (_departure ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _waiting.Add(change);
            _arrival?.TrySetResult();
            return null;
        }
    }

    private async ValueTask AddLaterAsync(LessonChange change, Task departure, CancellationToken cancellation)
    {
        for (var next = departure; next is not null; next = TryAdd(change))
            await next.WaitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits for changes, and takes up all that there are.</summary>
    /// <returns>False once there are none left and none will follow.</returns>
    private async Task<bool> TakeUpAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Task arrival;
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    _undone.AddRange(_waiting);
                    _waiting.Clear();
                    _departure?.TrySetResult();
                    _departure = null;
                    return true;
                }

                if (_isComplete)
                    return false;
                _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    private async Task ChangeAsync(
        ResiliencePipeline attempts, Action<IReadOnlyList<ChangeOutcome>> ended, CancellationToken cancellation)
    {
        try
        {
            while (_undone.Count > 0)
            {
                var batch = NextBatch();
                if (prepare is not null)
                    await prepare(batch, cancellation).ConfigureAwait(false);
                var outcomes = await attempts
                    .ExecuteAsync(async token => await store.ChangeAsync(batch, log, _replaced, token).ConfigureAwait(false), cancellation)
                    .ConfigureAwait(false);
                _undone.RemoveRange(0, batch.Count);
                _replaced.Clear();
                ended(outcomes);
                // They end in the order in which they came.
                for (var i = 0; i < outcomes.Count; i++)
                    _unended.TryDequeue(out _);
            }

            _down = null;
        }
        catch (KinescopeException failure)
        {
            _down = failure;
        }
    }

    /// <summary>The first of those that wait. A lesson that comes twice is changed twice, one after the other.</summary>
    private List<LessonChange> NextBatch()
    {
        var most = Math.Min(_undone.Count, prepare is null ? BatchSize : PreparedBatchSize);
        var lessons = new HashSet<string>(most, StringComparer.OrdinalIgnoreCase);
        var count = 0;
        while (count < most && lessons.Add(_undone[count].LessonId))
            count++;
        return _undone.GetRange(0, count);
    }
}
