using System.Threading.Channels;

namespace KinescopePS.Changes;

/// <summary>
/// Changes videos in the background, in the order in which they come. What comes within a moment is handled together, at most a page of a
/// list; what comes alone is changed at once, however long the next one takes.
/// </summary>
/// <param name="changer">Changes them.</param>
/// <param name="check">Is given each batch before anything of it is changed; throws where nothing is to be.</param>
/// <param name="ended">Is given each batch once it has ended, on the worker's thread.</param>
/// <param name="time">The clock of the moment.</param>
internal sealed class VideoChangeQueue(
    VideoChanger changer, Action<IReadOnlyList<PlannedVideoChange>> check,
    Func<IReadOnlyList<PlannedVideoChange>, CancellationToken, Task> ended, TimeProvider time)
{
    /// <summary>The moment.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(0.25);

    private readonly Channel<AskedVideoChange> _waiting = Channel.CreateBounded<AskedVideoChange>(VideoChanger.BatchSize);
    private AskedVideoChange? _next;
    private readonly object _counting = new();
    private IReadOnlyList<PlannedVideoChange> _current = [];
    private int _taken, _changed, _alike, _failed;

    /// <summary>The changes that were taken in.</summary>
    public int Taken => _taken;

    public int Changed => Count().Changed;

    /// <summary>The videos that held all of it already.</summary>
    public int Alike => Count().Alike;

    public int Failed => Count().Failed;

    /// <summary>The changes that were neither made nor refused.</summary>
    public int LeftOver
    {
        get
        {
            var (changed, alike, failed) = Count();
            return Math.Max(0, _taken - changed - alike - failed);
        }
    }

    /// <summary>Waits for room and adds a change.</summary>
    /// <returns>False once nothing is taken in any more.</returns>
    public async Task<bool> AddAsync(AskedVideoChange change, CancellationToken cancellation)
    {
        try
        {
            await _waiting.Writer.WriteAsync(change, cancellation).ConfigureAwait(false);
            Interlocked.Increment(ref _taken);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Says that none will follow.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Works until the queue is complete and empty, or something stops the run.</summary>
    /// <param name="stop">Cancelled where nothing is to be begun any more.</param>
    /// <param name="cancellation">Ends what was begun.</param>
    /// <exception cref="KinescopeException">What stopped the run.</exception>
    public async Task WorkAsync(CancellationToken stop, CancellationToken cancellation)
    {
        try
        {
            while (await TakeUpAsync(cancellation).ConfigureAwait(false) is { Count: > 0 } batch && !stop.IsCancellationRequested)
            {
                var planned = await changer.PlanAsync(batch, cancellation).ConfigureAwait(false);
                check(planned);
                lock (_counting)
                    _current = planned;
                try
                {
                    await changer.ApplyAsync(planned, stop, cancellation).ConfigureAwait(false);
                }
                finally
                {
                    lock (_counting)
                    {
                        (_changed, _alike, _failed) = Count();
                        _current = [];
                    }
                }

                await ended(planned, cancellation).ConfigureAwait(false);
                if (changer.StoppedBy is { } cause)
                    throw cause;
            }
        }
        finally
        {
            _waiting.Writer.TryComplete();
        }
    }

    /// <summary>Counts the videos of batches that have ended, and those of the one under way.</summary>
    private (int Changed, int Alike, int Failed) Count()
    {
        lock (_counting)
            return (
                _changed + _current.Count(one => one.IsChanged),
                _alike + _current.Count(one => one is { Change: null, Failure: null }),
                _failed + _current.Count(one => one.Failure is not null));
    }

    /// <summary>Takes up what comes within a moment, each video once; nothing where none will come.</summary>
    private async Task<IReadOnlyList<AskedVideoChange>> TakeUpAsync(CancellationToken cancellation)
    {
        var batch = new List<AskedVideoChange>();
        var videos = new HashSet<string>();
        if (_next is null && !await _waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
            return batch;
        using var moment = new CancellationTokenSource(Moment, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(moment.Token, cancellation);
        try
        {
            do
            {
                while (batch.Count < VideoChanger.BatchSize && (_next is not null || _waiting.Reader.TryRead(out _next)))
                {
                    // The second change of a video stands on the first one.
                    if (!videos.Add(_next.VideoId))
                        return batch;
                    batch.Add(_next);
                    _next = null;
                }
            }
            while (batch.Count < VideoChanger.BatchSize && await _waiting.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The moment is over.
        }

        return batch;
    }
}
