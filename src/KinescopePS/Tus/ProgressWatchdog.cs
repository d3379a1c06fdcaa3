using System.Diagnostics;

namespace KinescopePS.Tus;

/// <summary>
/// Cancels a request that has stopped moving: no byte sent for a while, or, with all bytes sent, no answer for a while. It looks
/// at progress, not at the time a request takes.
/// </summary>
internal sealed class ProgressWatchdog : IDisposable
{
    private readonly CancellationTokenSource _cancel;
    private readonly TimeSpan _patience;
    private readonly Timer _timer;
    private long _lastProgress = Stopwatch.GetTimestamp();

    public ProgressWatchdog(TimeSpan patience, CancellationToken cancellation)
    {
        _patience = patience;
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var interval = patience / 10;
        _timer = new Timer(_ => Look(), null, interval, interval);
    }

    /// <summary>Cancelled when the request stalls, or by its caller.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>Whether it was the watchdog that cancelled.</summary>
    public bool HasFired { get; private set; }

    public void Progressed() => Volatile.Write(ref _lastProgress, Stopwatch.GetTimestamp());

    public void Dispose()
    {
        _timer.Dispose();
        _cancel.Dispose();
    }

    private void Look()
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastProgress)) < _patience)
            return;
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
