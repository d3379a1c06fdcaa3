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

    private readonly SemaphoreSlim _second = new(limits.PerSecond ?? int.MaxValue), _minute = new(limits.PerMinute ?? int.MaxValue);
    private long _pausedUntil;

    /// <summary>The one pace of a host, and of those limits.</summary>
    public static ApiPace For(Uri uri, RequestLimits limits) => ByHost.GetOrAdd((uri.Authority, limits), _ => new ApiPace(limits));

    /// <summary>Returns when a call may be made, in the order of those who wait.</summary>
    /// <returns>The turn, to be disposed of when the answer is there, or will not come.</returns>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await _minute.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _second.WaitAsync(cancellation).ConfigureAwait(false);
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
    public void Pause(TimeSpan wait)
    {
        var until = Stopwatch.GetTimestamp() + (long)(Math.Min(wait.TotalSeconds, HostGates.LongestPause.TotalSeconds) * Stopwatch.Frequency);
        lock (_second)
            _pausedUntil = Math.Max(_pausedUntil, until);
    }

    private static async Task ReturnAfterAsync(TimeSpan time, SemaphoreSlim limit)
    {
        await Task.Delay(time + TimerTolerance).ConfigureAwait(false);
        limit.Release();
    }

    private sealed class Turn(ApiPace pace) : IDisposable
    {
        public void Dispose()
        {
            _ = ReturnAfterAsync(TimeSpan.FromSeconds(1), pace._second);
            _ = ReturnAfterAsync(TimeSpan.FromMinutes(1), pace._minute);
        }
    }
}
