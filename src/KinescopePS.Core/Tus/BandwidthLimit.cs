using System.Globalization;
using KinescopePS.Kinescope;

namespace KinescopePS.Tus;

/// <summary>
/// The rate that a run may send at, by the time of day: <c>20MB</c> (bytes per second), <c>off</c>, or a timetable such as
/// <c>09:00=5MB 19:00=off</c>, where each entry holds until the next one, past midnight too.
/// </summary>
internal sealed class BandwidthTimetable
{
    private readonly (TimeOnly From, long? Rate)[] _entries;

    private BandwidthTimetable((TimeOnly, long?)[] entries) => _entries = entries;

    /// <exception cref="KinescopeException"><c>BandwidthLimitInvalid</c>.</exception>
    public static BandwidthTimetable Parse(string text)
    {
        var parts = text.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 1 && !parts[0].Contains('='))
            return new BandwidthTimetable([(TimeOnly.MinValue, RateOf(parts[0], text))]);

        var entries = Array.ConvertAll(parts, part => EntryOf(part, text));
        var isClear = entries.Length > 0 && entries.DistinctBy(entry => entry.From).Count() == entries.Length;
        return isClear ? new BandwidthTimetable([.. entries.OrderBy(entry => entry.From)]) : throw Invalid(text);
    }

    /// <summary>The rate at a time of day. Unit: bytes per second; null for no limit.</summary>
    public long? RateAt(TimeOnly time)
    {
        var current = Array.FindLastIndex(_entries, entry => entry.From <= time);
        return _entries[current >= 0 ? current : ^1].Rate;
    }

    /// <summary>When another entry comes into force after a time of day; null where one holds all day.</summary>
    public TimeOnly? NextChange(TimeOnly time)
    {
        if (_entries.Length < 2)
            return null;
        var next = Array.FindIndex(_entries, entry => entry.From > time);
        return _entries[Math.Max(next, 0)].From;
    }

    /// <summary>The end of the limit that holds at a time of day; null where none holds then, or it holds all day.</summary>
    public TimeOnly? EndOfLimitAt(TimeOnly time) => RateAt(time) is null ? null : NextChange(time);

    private static (TimeOnly From, long? Rate) EntryOf(string part, string text) => part.Split('=', 2) is [var time, var rate]
        && TimeOnly.TryParseExact(time, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            ? (from, RateOf(rate, text))
            : throw Invalid(text);

    private static long? RateOf(string rate, string text)
    {
        if (rate.Equals("off", StringComparison.OrdinalIgnoreCase))
            return null;

        var number = rate.TrimEnd('b', 'B');
        var unit = number switch
        {
            [.., 'k' or 'K'] => 1L << 10,
            [.., 'm' or 'M'] => 1L << 20,
            [.., 'g' or 'G'] => 1L << 30,
            _ => 1L,
        };
        if (unit > 1)
            number = number[..^1];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * unit is >= 1024 and <= long.MaxValue
            ? (long)(value * unit)
            : throw Invalid(text);
    }

    private static KinescopeException Invalid(string text) =>
        new(
            ErrorIds.BandwidthLimitInvalid,
            $"'{text}' is not a bandwidth limit. Expected is bytes per second such as 20MB or, with a point, 12.5MB (at least 1KB), 'off', "
            + "or a timetable such as '09:00=5MB 19:00=off'. Mbit/s are divided by 8: 100 Mbit/s are about 12MB, half of them 6MB.");
}

/// <summary>
/// Shares a run's bandwidth among its transfers, and among the machines that are to have it together: each waits until what was sent before
/// it is paid off.
/// </summary>
internal sealed class BandwidthLimiter(BandwidthTimetable timetable, TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly object _lock = new();
    private TimeSpan _freeAt;

    /// <summary>The number of machines that share the rate evenly, this one among them; it is read for each piece.</summary>
    public Func<int> Sharers { get; set; } = static () => 1;

    /// <summary>The most that is sent between two waits, so that the flow stays even. Unit: bytes.</summary>
    public int PieceSize => (int)Math.Clamp((Rate ?? long.MaxValue) / 8, 1024, int.MaxValue);

    /// <summary>The end of the limit that holds now by the timetable; null where none does, or it holds all day.</summary>
    public TimeOnly? EndOfLimit => timetable.EndOfLimitAt(TimeOfDay);

    private long? Rate => timetable.RateAt(TimeOfDay) / Math.Max(1, Sharers());

    private TimeOnly TimeOfDay => TimeOnly.FromDateTime(_time.GetLocalNow().DateTime);

    /// <summary>Waits until so many bytes may be sent.</summary>
    public async ValueTask WaitAsync(int bytes, CancellationToken cancellation)
    {
        if (Rate is not { } rate)
            return;

        TimeSpan wait;
        lock (_lock)
        {
            var now = _time.Now();
            wait = _freeAt > now ? _freeAt - now : TimeSpan.Zero;
            _freeAt = now + wait + TimeSpan.FromSeconds((double)bytes / rate);
        }

        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, _time, cancellation).ConfigureAwait(false);
    }
}
