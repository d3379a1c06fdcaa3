using System.Collections.Concurrent;
using System.Threading.Channels;
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

    private readonly Channel<LessonChange> _waiting = Channel.CreateBounded<LessonChange>(4 * BatchSize);
    private readonly List<LessonChange> _undone = [];
    private readonly ConcurrentDictionary<LessonChange, byte> _unended = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, VideoLink> _replaced = [];
    private KinescopeException? _down;

    /// <summary>The changes that were taken in and are not known to be committed or refused.</summary>
    public IReadOnlyCollection<LessonChange> Unended => [.. _unended.Keys];

    /// <summary>Waits for room and adds a change.</summary>
    public ValueTask AddAsync(LessonChange change, CancellationToken cancellation)
    {
        _unended.TryAdd(change, 0);
        return _waiting.Writer.WriteAsync(change, cancellation);
    }

    /// <summary>Says that none will follow.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Works until the queue is complete and empty.</summary>
    /// <param name="ended">Called with each outcome, on the worker's thread.</param>
    /// <param name="cancellation">Stops the work; what was committed stays.</param>
    /// <returns>The changes that could not be made because of the database as a whole, and the cause.</returns>
    public async Task<(IReadOnlyList<LessonChange> Undone, KinescopeException? Cause)> WorkAsync(
        Action<ChangeOutcome> ended, CancellationToken cancellation)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            for (var room = BatchSize; room > 0 && _waiting.Reader.TryRead(out var change); room--)
                _undone.Add(change);
            // Once the retries are used up, whatever comes brings a single attempt: uploads are not to wait for it.
            await ChangeAsync(_down is null ? retry : ResiliencePipeline.Empty, ended, cancellation).ConfigureAwait(false);
        }

        if (_down is { IsTransient: true })
            await ChangeAsync(retry, ended, cancellation).ConfigureAwait(false);
        return (_undone, _down);
    }

    private async Task ChangeAsync(ResiliencePipeline attempts, Action<ChangeOutcome> ended, CancellationToken cancellation)
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
                foreach (var outcome in outcomes)
                {
                    ended(outcome);
                    _unended.TryRemove(outcome.Change, out _);
                }
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
        var lessons = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. _undone.Take(prepare is null ? BatchSize : PreparedBatchSize).TakeWhile(change => lessons.Add(change.LessonId))];
    }
}
