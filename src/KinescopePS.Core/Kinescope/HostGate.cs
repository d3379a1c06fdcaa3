namespace KinescopePS.Kinescope;

/// <summary>
/// The gate to one host, for those requests of one run that count against the same limits. They pass in turn, after the pause that
/// the host asked for (<see cref="HostPace"/>), and once it can be reached. Reachability is the run's own: another one may go by
/// another proxy, and one that is started again tries at once.
/// </summary>
/// <param name="pace">Pause and turns.</param>
/// <param name="retryDelay">The pause after the first failure to reach the host; each further one doubles it, up to a minute.</param>
/// <param name="time">The clock.</param>
internal sealed class HostGate(HostPace pace, TimeSpan retryDelay, TimeProvider time)
{
    private readonly SemaphoreSlim _probe = new(1);
    private readonly object _lock = new();
    private volatile KinescopeException? _unreachable;
    private TimeSpan _probeAt;
    private int _misses;

    /// <summary>The reason why the host is out of reach; null where it is not known to be.</summary>
    public KinescopeException? Unreachable => _unreachable;

    /// <inheritdoc cref="HostPace.Name" />
    public string Name => pace.Name;

    private Hold? Absence
    {
        get
        {
            lock (_lock)
            {
                if (_unreachable is not { } failure)
                    return null;
                var reason = Kinescope.Hold.ReasonOf(failure);
                return _probeAt - time.Now() is { Ticks: > 0 } left
                    ? Kinescope.Hold.For(reason, left, time)
                    : new Hold(reason, Until: null, time);
            }
        }
    }

    /// <summary>The hold on requests; null where they may pass.</summary>
    public Hold? Hold => Kinescope.Hold.Longest([pace.Hold, Absence]);

    /// <summary>Makes all requests to the host wait, as <see cref="HostPace.PauseFor"/>.</summary>
    public void Pause(TimeSpan wait, string reason) => pace.PauseFor(wait, reason);

    /// <summary>The host responded.</summary>
    public void Reached()
    {
        if (_unreachable is null)
            return;
        lock (_lock)
            (_unreachable, _misses) = (null, 0);
    }

    /// <summary>The host could not be reached: all requests pause. What several workers met at the same time counts once.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="known"><see cref="Unreachable"/> when the attempt was let through: null but for a probe.</param>
    /// <returns>The pause; null where another worker has announced it already.</returns>
    public TimeSpan? Missed(KinescopeException failure, KinescopeException? known)
    {
        lock (_lock)
        {
            if (_unreachable != known)
                return null;
            _unreachable = failure;
            var pause = TimeSpan.FromSeconds(Math.Min(retryDelay.TotalSeconds * Math.Pow(2, _misses++), Retry.LongestDelay.TotalSeconds));
            _probeAt = time.Now() + pause;
            return pause;
        }
    }

    /// <summary>
    /// Returns when a request may be sent. While the host is out of reach, a single probe at the end of each pause finds out whether it
    /// still is, and its failure is that of all who waited for it.
    /// </summary>
    /// <param name="probe">Calls <see cref="Reached"/>, or throws.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="shared">The turns that machines take together; null where this one keeps to the limits alone.</param>
    /// <returns>The turn, to be disposed of when the response is there, or will not come.</returns>
    public async Task<IDisposable> PassAsync(Func<Task> probe, CancellationToken cancellation, ISharedPace? shared = null)
    {
        var turn = await pace.Turns.TakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            // What waited meanwhile for something else would come all at once: it takes another turn among all machines.
            do
                await OpenAsync(probe, cancellation).ConfigureAwait(false);
            while (shared is not null
                && !(await pace.TakeSharedTurnAsync(shared, cancellation).ConfigureAwait(false) && _unreachable is null));
            return turn;
        }
        catch
        {
            turn.Cancel();
            throw;
        }
    }

    private async Task OpenAsync(Func<Task> probe, CancellationToken cancellation)
    {
        while (true)
        {
            var (wait, known) = Now();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
                if (known is not null && _unreachable is { } failed && failed != known)
                    throw failed;
            }
            else if (known is not null)
            {
                await ProbeOnceAsync(probe, known, cancellation).ConfigureAwait(false);
            }
            else
            {
                return;
            }
        }
    }

    private async Task ProbeOnceAsync(Func<Task> probe, KinescopeException known, CancellationToken cancellation)
    {
        await _probe.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_unreachable == known)
                await probe().ConfigureAwait(false);
            else if (_unreachable is { } since)
                throw since;
        }
        finally
        {
            _probe.Release();
        }
    }

    // Both at one moment: a pause that has just been announced belongs to the failure that announced it.
    private (TimeSpan Wait, KinescopeException? Unreachable) Now()
    {
        lock (_lock)
            return (Kinescope.Hold.Longest([pace.Pause, Absence])?.Remaining ?? TimeSpan.Zero, _unreachable);
    }
}
