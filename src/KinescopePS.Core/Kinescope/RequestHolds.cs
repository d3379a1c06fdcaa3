using System.Collections.Concurrent;

namespace KinescopePS.Kinescope;

/// <summary>
/// The requests of one run or cmdlet: those that wait, with their holds, and those on their way. Callable from any thread.
/// </summary>
/// <param name="shortest">A wait counts as a hold when no request was under way for so long, and none will be for so long.</param>
/// <param name="time">The clock.</param>
internal sealed class RequestHolds(TimeSpan shortest, TimeProvider time)
{
    private readonly ConcurrentDictionary<object, Func<Hold?>> _waiting = new();
    private int _sending;
    private long _lastMoved = time.GetTimestamp();

    /// <summary>The hold that ends first, where everything that would move is held back; else null.</summary>
    public Hold? Current
    {
        get
        {
            if (Volatile.Read(ref _sending) > 0 || time.GetElapsedTime(Volatile.Read(ref _lastMoved)) < shortest)
                return null;
            var holds = _waiting.Values.Select(hold => hold()).ToList();
            if (holds.Contains(null))
                return null;
            return holds.MinBy(hold => hold!.Until) is { } first && (first.Until is null || first.Remaining >= shortest) ? first : null;
        }
    }

    /// <summary>A request begins to wait.</summary>
    /// <param name="hold">Reads what it waits for; null for nothing any more.</param>
    /// <returns>To be disposed of at the end of the wait.</returns>
    public IDisposable Wait(Func<Hold?> hold)
    {
        var wait = new Ending(wait => _waiting.TryRemove(wait, out _));
        _waiting[wait] = hold;
        return wait;
    }

    /// <summary>A request waits for so long before it is repeated.</summary>
    public void Wait(KinescopeException failure, TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
            return;
        var hold = Hold.For(Hold.ReasonOf(failure), wait, time);
        var waiting = Wait(() => hold);
        _ = EndAsync();

        async Task EndAsync()
        {
            await Task.Delay(wait, time).ConfigureAwait(false);
            waiting.Dispose();
        }
    }

    /// <summary>A request is on its way.</summary>
    /// <returns>To be disposed of when it has its response, or failed.</returns>
    public IDisposable Send()
    {
        Interlocked.Increment(ref _sending);
        return new Ending(_ =>
        {
            Volatile.Write(ref _lastMoved, time.GetTimestamp());
            Interlocked.Decrement(ref _sending);
        });
    }

    private sealed class Ending(Action<object> end) : IDisposable
    {
        public void Dispose() => end(this);
    }
}
