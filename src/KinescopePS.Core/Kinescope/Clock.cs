namespace KinescopePS.Kinescope;

/// <summary>A clock that nobody sets, for waits and pauses.</summary>
internal static class Clock
{
    /// <summary>The time that has passed since some moment before this process began.</summary>
    public static TimeSpan Now(this TimeProvider time) => time.GetElapsedTime(0);
}
