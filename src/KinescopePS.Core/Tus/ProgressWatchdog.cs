namespace KinescopePS.Tus;

/// <summary>
/// Cancels a request that no longer gets anywhere: less than a minimum rate over its patience, or, with all bytes sent, no response
/// for as long. The whole time that a request takes does not matter.
/// </summary>
internal sealed class ProgressWatchdog : IDisposable
{
    private const int SamplesInPatience = 10;

    private readonly CancellationTokenSource _cancel;
    private readonly double _minimumRate;
    private readonly Queue<(long At, long Bytes)> _samples = new();
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private ITimer? _timer;
    private long _bytes;
    private bool _isDisposed;

    /// <param name="patience">The time over which the rate is taken.</param>
    /// <param name="minimumRate">Unit: bytes per second. 0: any byte counts as progress.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">The caller's own wish to stop.</param>
    public ProgressWatchdog(TimeSpan patience, double minimumRate, TimeProvider time, CancellationToken cancellation)
    {
        (_patience, _minimumRate, _time) = (patience, minimumRate, time);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <summary>Cancelled when the request gets nowhere, or by its caller.</summary>
    public CancellationToken Token => _cancel.Token;

    /// <summary>True where it was the watchdog that cancelled.</summary>
    public bool HasFired { get; private set; }

    /// <summary>Begins to watch.</summary>
    public void Start()
    {
        lock (_samples)
        {
            if (_isDisposed)
                return;
            _samples.Enqueue((_time.GetTimestamp(), Interlocked.Read(ref _bytes)));
            _timer = _time.CreateTimer(_ => Check(), null, _patience / SamplesInPatience, _patience / SamplesInPatience);
        }
    }

    /// <summary>Looks away until the next start: what is waited for then is not this request's progress.</summary>
    public void Stop()
    {
        lock (_samples)
        {
            _timer?.Dispose();
            _timer = null;
            _samples.Clear();
        }
    }

    public void Progressed(int bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Dispose()
    {
        lock (_samples)
            _isDisposed = true;
        Stop();
        _cancel.Dispose();
    }

    private void Check()
    {
        lock (_samples)
        {
            if (_timer is null)
                return;
            var now = _time.GetTimestamp();
            var bytes = Interlocked.Read(ref _bytes);
            _samples.Enqueue((now, bytes));
            if (_time.GetElapsedTime(_samples.Peek().At, now) < _patience)
                return;

            var (since, earlier) = _samples.Dequeue();
            var seconds = _time.GetElapsedTime(since, now).TotalSeconds;
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
