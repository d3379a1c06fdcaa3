namespace KinescopePS.Kinescope;

/// <summary>
/// The turns of calls to one host that several machines take together. While no turn can be had from all, this machine keeps to its part
/// of the limits by itself.
/// </summary>
/// <param name="pace">The host's pauses.</param>
/// <param name="even">The pace of all machines.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedTurns(HostPace pace, EvenPace even, TimeProvider time)
{
    /// <summary>The longest wait for an answer, and the time after which is asked again where none came.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2), AskAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>However many machines there are, each may make a call in this time.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    private readonly object _lock = new();
    private readonly List<TimeSpan> _awaited = [];
    private TimeSpan _askAt;
    private bool _isAway;
    private TimeSpan _ownTurnAt;

    /// <summary>The wait for the next turn of this machine; null where none is waited for.</summary>
    public Hold? Hold
    {
        get
        {
            lock (_lock)
            {
                return _awaited.Count > 0 && _awaited.Min() - time.Now() is { Ticks: > 0 } left
                    ? Kinescope.Hold.For(even.Limit, left, time)
                    : null;
            }
        }
    }

    /// <summary>Takes the next turn, and waits for it.</summary>
    /// <returns>Its time, by <see cref="Clock.Now"/>. A pause that ends later was asked for after the turn was taken.</returns>
    public async Task<TimeSpan> WaitAsync(ISharedPace shared, CancellationToken cancellation)
    {
        var at = await TakeAsync(shared, cancellation).ConfigureAwait(false);
        lock (_lock)
            _awaited.Add(at);
        try
        {
            if (at - time.Now() is { Ticks: > 0 } wait)
                await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
            return at;
        }
        finally
        {
            lock (_lock)
                _awaited.Remove(at);
        }
    }

    private async Task<TimeSpan> TakeAsync(ISharedPace shared, CancellationToken cancellation)
    {
        var turn = IsAsking() ? await AskAsync(shared, cancellation).ConfigureAwait(false) : null;
        var interval = even.Interval * Math.Max(shared.Machines, 1);
        if (interval > LongestInterval)
            interval = LongestInterval;
        if (turn is { Pause.Ticks: > 0 })
            pace.PauseFor(turn.Pause, turn.PauseReason);
        lock (_lock)
        {
            var now = time.Now();
            var at = turn is not null ? now + turn.Wait : Later(now, _ownTurnAt);
            _ownTurnAt = Later(at + interval, _ownTurnAt);
            return at;
        }
    }

    private async Task<SharedTurn?> AskAsync(ISharedPace shared, CancellationToken cancellation)
    {
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        SharedTurn? turn = null;
        try
        {
            turn = await shared.TakeAsync(pace.Name, even, asking.Token).WaitAsync(Patience, time, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await asking.CancelAsync().ConfigureAwait(false);
        }

        lock (_lock)
            (_isAway, _askAt) = (turn is null, time.Now() + AskAgainAfter);
        return turn;
    }

    // While it is away, one call at a time finds out whether it still is.
    private bool IsAsking()
    {
        lock (_lock)
        {
            if (!_isAway)
                return true;
            var now = time.Now();
            if (now < _askAt)
                return false;
            _askAt = now + AskAgainAfter;
            return true;
        }
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
