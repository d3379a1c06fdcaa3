namespace KinescopePS.Kinescope;

/// <summary>
/// The calls that may be made in a second and in a minute, in the order of those who wait. A turn comes back so long after its
/// response, not after it was taken: when the call arrived on the other side is not known.
/// </summary>
internal sealed class RequestTurns(RequestLimits limits, TimeProvider time)
{
    private static readonly TimeSpan TimerTolerance = TimeSpan.FromMilliseconds(20);

    private readonly Limit[] _limits =
    [
        .. LimitOf(limits.PerMinute, TimeSpan.FromMinutes(1), "minute", time),
        .. LimitOf(limits.PerSecond, TimeSpan.FromSeconds(1), "second", time),
    ];

    /// <summary>The wait for the next turn; null where one is free, or all calls are still under way.</summary>
    public Hold? Hold => Kinescope.Hold.Longest(_limits.Select(limit => limit.Hold));

    /// <summary>Returns when a call may be made.</summary>
    public async Task<Turn> TakeAsync(CancellationToken cancellation)
    {
        var turn = new Turn();
        try
        {
            foreach (var limit in _limits)
                turn.Add(await limit.TakeAsync(cancellation).ConfigureAwait(false));
            return turn;
        }
        catch
        {
            turn.Cancel();
            throw;
        }
    }

    /// <summary>A limit, as the reason of a hold.</summary>
    public static string NameOf(int calls, string window) => $"limit of {calls} a {window}";

    private static Limit[] LimitOf(int? calls, TimeSpan window, string name, TimeProvider time) =>
        calls is { } count ? [new Limit(count, window, name, time)] : [];

    /// <summary>The right to make one call. It is disposed of when the response is there, or will not come.</summary>
    public sealed class Turn : IDisposable
    {
        private readonly List<Limit> _taken = [];

        public void Add(Limit limit) => _taken.Add(limit);

        /// <summary>Gives the turn back unused.</summary>
        public void Cancel() => _taken.ForEach(limit => limit.Release());

        public void Dispose() => _taken.ForEach(limit => _ = limit.ReturnAsync());
    }

    /// <summary>So many calls in a stretch of time.</summary>
    public sealed class Limit(int calls, TimeSpan window, string name, TimeProvider time)
    {
        private readonly SemaphoreSlim _turns = new(calls);
        private readonly Queue<TimeSpan> _returns = new();

        public Hold? Hold
        {
            get
            {
                lock (_returns)
                {
                    return _turns.CurrentCount == 0 && _returns.TryPeek(out var at)
                        ? Kinescope.Hold.For(NameOf(calls, name), at - time.Now(), time)
                        : null;
                }
            }
        }

        public async Task<Limit> TakeAsync(CancellationToken cancellation)
        {
            await _turns.WaitAsync(cancellation).ConfigureAwait(false);
            return this;
        }

        public void Release() => _turns.Release();

        public async Task ReturnAsync()
        {
            var wait = window + TimerTolerance;
            lock (_returns)
                _returns.Enqueue(time.Now() + wait);
            await Task.Delay(wait, time).ConfigureAwait(false);
            lock (_returns)
                _returns.Dequeue();
            _turns.Release();
        }
    }
}
