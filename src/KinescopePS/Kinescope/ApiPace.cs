using System.Collections.Concurrent;
using System.Diagnostics;

namespace KinescopePS.Kinescope;

/// <summary>
/// Keeps this process's calls to an API below its limits, whoever makes them: cmdlets, workers and sessions take their turns here, and
/// all of them wait where the API asked for it with <c>Retry-After</c>.
/// </summary>
/// <remarks>
/// Source: kinescope-api section 1, 10 calls a second and 300 a minute; what they are counted by is not known, so it is the host here.
/// Calls reach the server less evenly than they are sent, hence windows a little longer than its own.
/// </remarks>
internal sealed class ApiPace
{
    private static readonly (int Calls, TimeSpan Window)[] Limits = [(10, TimeSpan.FromSeconds(1.1)), (300, TimeSpan.FromSeconds(61))];

    private static readonly ConcurrentDictionary<string, ApiPace> ByHost = new();

    private readonly SemaphoreSlim _turn = new(1);
    private readonly long[] _taken = new long[Limits.Max(limit => limit.Calls)];
    private long _count;
    private long _pausedUntil;

    /// <summary>The one pace of a host.</summary>
    public static ApiPace For(Uri uri) => ByHost.GetOrAdd(uri.Authority, _ => new ApiPace());

    /// <summary>Returns when the next call may be made, in the order of those who wait.</summary>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), NextTurn()) is { Ticks: > 0 } wait)
                await Task.Delay(wait, cancellation).ConfigureAwait(false);
            _taken[_count++ % _taken.Length] = Stopwatch.GetTimestamp();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Has all calls wait. The longest of several pauses holds.</summary>
    public void Pause(TimeSpan wait)
    {
        var until = After(Stopwatch.GetTimestamp(), wait < HostGates.LongestPause ? wait : HostGates.LongestPause);
        lock (_taken)
            _pausedUntil = Math.Max(_pausedUntil, until);
    }

    private long NextTurn()
    {
        var next = Volatile.Read(ref _pausedUntil);
        foreach (var (calls, window) in Limits)
        {
            if (_count >= calls)
                next = Math.Max(next, After(_taken[(_count - calls) % _taken.Length], window));
        }

        return next;
    }

    private static long After(long timestamp, TimeSpan time) => timestamp + (long)(time.TotalSeconds * Stopwatch.Frequency);
}
