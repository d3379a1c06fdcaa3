using System.Diagnostics;

namespace KinescopePS.Tus;

/// <summary>
/// Cancels a request that no longer gets anywhere: less than a minimum rate over its patience, or, with all bytes sent, no answer
/// for as long. It looks at progress on a monotonic clock, not at the time a request takes.
/// </summary>
internal sealed class ProgressWatchdog : IDisposable
{
    private const int Looks = 10;

    private readonly CancellationTokenSource _cancel;
    private readonly double _minimumRate;
    private readonly Queue<(long At, long Bytes)> _samples = new();
    private readonly TimeSpan _patience;
    private Timer? _timer;
    private long _bytes;

    /// <param name="patience">The time over which the rate is taken.</param>
    /// <param name="minimumRate">Unit: bytes per second. 0: any byte counts as progress.</param>
    /// <param name="cancellation">The caller's own wish to stop.</param>
    public ProgressWatchdog(TimeSpan patience, double minimumRate, CancellationToken cancellation)
    {
        _patience = patience;
        _minimumRate = minimumRate;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Cancelled when the request gets nowhere, or by its caller.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>Whether it was the watchdog that cancelled.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Begins to watch.</summary>
    public void Start()
    {
        _samples.Enqueue((Stopwatch.GetTimestamp(), 0));
        _timer = new Timer(_ => Look(), null, _patience / Looks, _patience / Looks);
    }

    public void Progressed(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Dispose()
    {
        _timer?.Dispose();
        _cancel.Dispose();
    }

    private void Look()
    {
        lock (_samples)
        {
            var now = Stopwatch.GetTimestamp();
            var bytes = Interlocked.Read(ref _bytes);
            _samples.Enqueue((now, bytes));
            if (Stopwatch.GetElapsedTime(_samples.Peek().At, now) < _patience)
                return;

            var (since, earlier) = _samples.Dequeue();
            var seconds = Stopwatch.GetElapsedTime(since, now).TotalSeconds;
            if (bytes - earlier >= Math.Max(1, _minimumRate * seconds))
                return;
        }

        HasFired = true;
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The request ended at this very moment.
        }
    }
}
