using System.Collections.Concurrent;

namespace KinescopePS.Kinescope;

/// <summary>
/// The pause that a host asked for with <c>Retry-After</c>, and the turns of its limits. Where there are limits they are the whole
/// process's, and cmdlets, workers and sessions wait together; else the run's own.
/// </summary>
/// <remarks>The limits are counted per host because it is not known what Kinescope counts them by; other limits, other turns.</remarks>
internal sealed class HostPace(RequestLimits limits, TimeProvider time)
{
    /// <summary>The longest pause that a server is granted.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly ConcurrentDictionary<(string Host, RequestLimits, TimeProvider), HostPace> Shared = new();

    private readonly object _lock = new();
    private TimeSpan _pausedUntil;
    private string _pausedBy = "";

    public static HostPace For(string host, RequestLimits limits, TimeProvider time) => limits == RequestLimits.None
        ? new HostPace(limits, time)
        : Shared.GetOrAdd((host, limits, time), _ => new HostPace(limits, time));

    public RequestTurns Turns { get; } = new(limits, time);

    /// <summary>The pause; null where there is none.</summary>
    public Hold? Pause
    {
        get
        {
            lock (_lock)
                return _pausedUntil - time.Now() is { Ticks: > 0 } left ? Hold.For(_pausedBy, left, time) : null;
        }
    }

    /// <summary>Makes all requests wait. The longest of several pauses holds.</summary>
    /// <param name="wait">Unit: up to <see cref="LongestPause"/>.</param>
    /// <param name="reason">The reason, as <see cref="Hold.Reason"/>.</param>
    public void PauseFor(TimeSpan wait, string reason)
    {
        var until = time.Now() + (wait < LongestPause ? wait : LongestPause);
        lock (_lock)
        {
            if (until > _pausedUntil)
                (_pausedUntil, _pausedBy) = (until, reason);
        }
    }
}
