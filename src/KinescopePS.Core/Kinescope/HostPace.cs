using System.Collections.Concurrent;

namespace KinescopePS.Kinescope;

/// <summary>
/// The pause that a host asked for with <c>Retry-After</c>, and the turns of its limits. Where there are limits they are the whole
/// process's, and cmdlets, workers and sessions wait together; else the run's own.
/// </summary>
/// <remarks>The limits are counted per host because it is not known what Kinescope counts them by; other limits, other turns.</remarks>
internal sealed class HostPace
{
    private const string Uncounted = " (uncounted)";

    /// <summary>The longest pause that a server is granted.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly ConcurrentDictionary<(string Host, RequestLimits, TimeProvider), HostPace> Shared = new();

    private readonly TimeProvider _time;
    private readonly SharedTurns? _shared;
    private readonly object _lock = new();
    private TimeSpan _pausedUntil;
    private string _pausedBy = "";

    private HostPace(string host, RequestLimits limits, TimeProvider time)
    {
        _time = time;
        Name = limits == RequestLimits.None ? host + Uncounted : host;
        Turns = new RequestTurns(limits, time);
        _shared = EvenPace.Of(limits) is { } even ? new SharedTurns(this, even, time) : null;
    }

    public static HostPace For(string host, RequestLimits limits, TimeProvider time) => limits == RequestLimits.None
        ? new HostPace(host, limits, time)
        : Shared.GetOrAdd((host, limits, time), _ => new HostPace(host, limits, time));

    /// <summary>The host that a name stands for where its requests count against no limits; null where they do.</summary>
    public static string? UncountedHostOf(string name) =>
        name.EndsWith(Uncounted, StringComparison.Ordinal) ? name[..^Uncounted.Length] : null;

    /// <summary>The name by which machines know the host: where requests count against limits it is another one.</summary>
    public string Name { get; }

    /// <summary>The turns of this process.</summary>
    public RequestTurns Turns { get; }

    /// <summary>The hold on requests: the pause, or the wait for a turn, which a turn after a pause is only once that is over.</summary>
    public Hold? Hold => Kinescope.Hold.Longest([Turns.Hold, Pause ?? _shared?.Hold]);

    /// <summary>The pause; null where there is none.</summary>
    public Hold? Pause
    {
        get
        {
            lock (_lock)
                return _pausedUntil - _time.Now() is { Ticks: > 0 } left ? Kinescope.Hold.For(_pausedBy, left, _time) : null;
        }
    }

    /// <summary>Makes all requests wait. The longest of several pauses holds.</summary>
    /// <param name="wait">Unit: up to <see cref="LongestPause"/>.</param>
    /// <param name="reason">The reason, as <see cref="Hold.Reason"/>.</param>
    public void PauseFor(TimeSpan wait, string reason)
    {
        var until = _time.Now() + (wait < LongestPause ? wait : LongestPause);
        lock (_lock)
        {
            if (until > _pausedUntil)
                (_pausedUntil, _pausedBy) = (until, reason);
        }
    }

    /// <summary>Takes a turn among those of all machines, and waits for it. Requests that count against no limits need none.</summary>
    /// <returns>False where the host has asked for a pause meanwhile: another turn is due after it.</returns>
    public async Task<bool> TakeSharedTurnAsync(ISharedPace shared, CancellationToken cancellation)
    {
        if (_shared is null)
            return true;
        var at = await _shared.WaitAsync(shared, cancellation).ConfigureAwait(false);
        lock (_lock)
            return _pausedUntil <= at;
    }
}
