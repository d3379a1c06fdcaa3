namespace KinescopeSandbox.Server;

/// <summary>A clock that can be put forward. Its timers go on as they were.</summary>
public sealed class MovableClock(TimeProvider inner) : TimeProvider
{
    private long _ahead;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    public override long GetTimestamp() => inner.GetTimestamp() + (long)(new TimeSpan(Interlocked.Read(ref _ahead)).TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _ahead, time.Ticks);
}
