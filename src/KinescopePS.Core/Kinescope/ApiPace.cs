using System.Collections.Concurrent;
using System.Diagnostics;

namespace KinescopePS.Kinescope;

/// <summary>
/// Keeps this process's calls to an API below its limits, whoever makes them: cmdlets, workers and sessions take their turns here, and
/// all of them wait where the API asked for it with <c>Retry-After</c>.
/// </summary>
/// <remarks>
/// What the limits are counted by is not known, so it is the host here; who was told of other limits has a pace of its own.
/// A turn comes back so long after its answer, not after it was taken: when the call arrived on the other side is not known either.
/// </remarks>
internal sealed class ApiPace(RequestLimits limits)
{
    private static readonly TimeSpan TimerTolerance = TimeSpan.FromMilliseconds(20);

    private static readonly ConcurrentDictionary<(string Host, RequestLimits), ApiPace> ByHost = new();

    private readonly Limit _second = new(limits.PerSecond, TimeSpan.FromSeconds(1), "second");
    private readonly Limit _minute = new(limits.PerMinute, TimeSpan.FromMinutes(1), "minute");
    private readonly object _lock = new();
    private long _pausedUntil;
    private string _pausedBy = "";

    /// <summary>The one pace of a host, and of those limits.</summary>
    public static ApiPace For(Uri uri, RequestLimits limits) => ByHost.GetOrAdd((uri.Authority, limits), _ => new ApiPace(limits));

    /// <summary>The hold on calls that have no turn; null where there is one for them.</summary>
    public Hold? Hold
    {
        get
        {
            lock (_lock)
            {
                var pause = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _pausedUntil);
                Hold?[] holds = [_second.Hold, _minute.Hold, pause > TimeSpan.Zero ? Kinescope.Hold.For(_pausedBy, pause) : null];
                return holds.MaxBy(hold => hold?.Until);
            }
        }
    }

    /// <summary>Returns when a call may be made, in the order of those who wait.</summary>
    /// <returns>The turn, to be disposed of when the answer is there, or will not come.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await _minute.TakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _second.TakeAsync(cancellation).ConfigureAwait(false);
        }
        catch
        {
            _minute.Release();
            throw;
        }

        var turn = new Turn(this);
        try
        {
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Volatile.Read(ref _pausedUntil)) is { Ticks: > 0 } wait)
                await Task.Delay(wait, cancellation).ConfigureAwait(false);
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    /// <summary>Has all calls wait. The longest of several pauses holds.</summary>
    /// <param name="wait">How long.</param>
    /// <param name="reason">The reason, as <see cref="Kinescope.Hold.Reason"/>.</param>
    public void Pause(TimeSpan wait, string reason)
    {
        var until = Stopwatch.GetTimestamp() + (long)(Math.Min(wait.TotalSeconds, HostGates.LongestPause.TotalSeconds) * Stopwatch.Frequency);
        lock (_lock)
        {
            if (until > _pausedUntil)
                (_pausedUntil, _pausedBy) = (until, reason);
        }
    }

    private sealed class Turn(ApiPace pace) : IDisposable
    {
        public void Dispose()
        {
            _ = pace._second.ReturnAsync();
            _ = pace._minute.ReturnAsync();
        }
    }

    /// <summary>So many calls in a stretch of time; null for as many as there are.</summary>
    private sealed class Limit(int? calls, TimeSpan window, string name)
    {
        private readonly SemaphoreSlim? _turns = calls is { } count ? new(count) : null;
        private readonly Queue<long> _returns = new();

        /// <summary>The wait for the next turn that comes back; null where one is free, or all calls are still under way.</summary>
        public Hold? Hold
        {
            get
            {
                if (_turns is not { CurrentCount: 0 })
                    return null;
                lock (_returns)
                {
                    return _returns.TryPeek(out var at)
                        ? Kinescope.Hold.For($"limit of {calls} a {name}", Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), at))
                        : null;
                }
            }
        }

        public Task TakeAsync(CancellationToken cancellation) => _turns?.WaitAsync(cancellation) ?? Task.CompletedTask;

        public void Release() => _turns?.Release();

        public async Task ReturnAsync()
        {
            if (_turns is null)
                return;
            var wait = window + TimerTolerance;
            lock (_returns)
                _returns.Enqueue(Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency));
            await Task.Delay(wait).ConfigureAwait(false);
            lock (_returns)
                _returns.Dequeue();
            _turns.Release();
        }
    }
}
