using System.Collections.Concurrent;
using System.Diagnostics;

namespace KinescopePS.Kinescope;

/// <summary>
/// Pauses that servers asked for with <c>Retry-After</c>: they hold for every request to that host, from whichever worker.
/// Time is measured by a clock that nobody sets.
/// </summary>
internal sealed class HostPauses
{
    /// <summary>The longest wait that a server is granted.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, long> _until = new();

    /// <summary>Has all requests to a host wait. The longest of several pauses holds.</summary>
    public void Pause(Uri uri, TimeSpan wait)
    {
        var until = Stopwatch.GetTimestamp() + (long)(Math.Min(wait.TotalSeconds, Longest.TotalSeconds) * Stopwatch.Frequency);
        _until.AddOrUpdate(uri.Authority, until, (_, earlier) => Math.Max(earlier, until));
    }

    /// <summary>Waits until requests to a host may go on.</summary>
    public async Task WaitAsync(Uri uri, CancellationToken cancellation)
    {
        while (_until.TryGetValue(uri.Authority, out var until) && Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until) is { Ticks: > 0 } wait)
            await Task.Delay(wait, cancellation).ConfigureAwait(false);
    }
}
