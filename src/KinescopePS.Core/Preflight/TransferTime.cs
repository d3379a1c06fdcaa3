using KinescopePS.Tus;

namespace KinescopePS.Preflight;

/// <summary>The time that bytes take at a rate, under limits that follow the time of day.</summary>
internal static class TransferTime
{
    private const int LongestDays = 366;

    /// <param name="length">Unit: bytes.</param>
    /// <param name="rate">What the line carries. Unit: bytes per second; null where it is not known.</param>
    /// <param name="timetable">The limits; null for none.</param>
    /// <param name="start">When sending begins, by this machine's clock.</param>
    /// <returns>Null where it is not known, or longer than a year.</returns>
    public static TimeSpan? Of(double length, double? rate, BandwidthTimetable? timetable, DateTime start)
    {
        var time = TimeSpan.Zero;
        while (length > 0)
        {
            var now = TimeOnly.FromDateTime(start + time);
            if ((rate, timetable?.RateAt(now)) switch
            {
                ({ } line, { } limit) => Math.Min(line, limit),
                ({ } line, null) => line,
                (null, var limit) => (double?)limit,
            } is not (> 0 and var effective))
                return null;
            var needed = length / effective;
            if (timetable?.NextChange(now) is not { } next)
                return needed < TimeSpan.FromDays(LongestDays).TotalSeconds ? time + TimeSpan.FromSeconds(needed) : null;
            // A difference of times of day goes round midnight.
            var span = next - now;
            if (needed <= span.TotalSeconds)
                return time + TimeSpan.FromSeconds(needed);
            length -= effective * span.TotalSeconds;
            time += span;
            if (time.TotalDays > LongestDays)
                return null;
        }

        return time;
    }
}
