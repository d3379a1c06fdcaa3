namespace KinescopePS.Kinescope;

/// <summary>
/// An even pace that keeps any second and any minute below the limits: a few calls at once, then one in each interval. What has to be
/// known of the calls before is one time, so that machines can keep it together.
/// </summary>
/// <param name="Interval">The time that a call takes up.</param>
/// <param name="Burst">The calls that may be made at once after a rest.</param>
/// <param name="Limit">The limit that the interval follows from, as <see cref="Hold.Reason"/>.</param>
/// <remarks>The generic cell rate algorithm (ITU-T I.371, Annex A), with a tolerance of <c>Burst - 1</c> intervals.</remarks>
internal sealed record EvenPace(TimeSpan Interval, int Burst, string Limit)
{
    /// <summary>The difference that is allowed for in the time that two calls are on their way: one may have to connect first.</summary>
    private static readonly TimeSpan Unevenness = TimeSpan.FromSeconds(0.5);

    /// <summary>The part of a minute's calls that a burst may cost: it is taken off all other minutes, too.</summary>
    private const int BurstPart = 50;

    /// <summary>The fastest pace that keeps to limits; null where there are none.</summary>
    public static EvenPace? Of(RequestLimits limits)
    {
        if (limits.PerMinute is not { } perMinute)
            return limits.PerSecond is { } alone ? new EvenPace(BySecond(alone, 1), 1, RequestTurns.NameOf(alone, "second")) : null;
        var byMinute = RequestTurns.NameOf(perMinute, "minute");
        if (limits.PerSecond is not { } perSecond)
            return new EvenPace(ByMinute(1), 1, byMinute);

        var burst = 1;
        while (burst < Math.Min(perSecond, 1 + (perMinute / BurstPart)) && BySecond(perSecond, burst + 1) <= ByMinute(burst + 1))
            burst++;
        var (second, minute) = (BySecond(perSecond, burst), ByMinute(burst));
        return second > minute
            ? new EvenPace(second, burst, RequestTurns.NameOf(perSecond, "second"))
            : new EvenPace(minute, burst, byMinute);

        TimeSpan ByMinute(int count) => IntervalOf(perMinute, TimeSpan.FromMinutes(1), count);
    }

    private static TimeSpan BySecond(int calls, int burst) => IntervalOf(calls, TimeSpan.FromSeconds(1), burst);

    // The call that would be one too many in the window comes so many intervals after the first one.
    private static TimeSpan IntervalOf(int calls, TimeSpan window, int burst) => (window + Unevenness) / (calls + 1 - burst);
}
