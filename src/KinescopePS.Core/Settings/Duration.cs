using System.Globalization;
using System.Text.RegularExpressions;

namespace KinescopePS.Settings;

/// <summary>
/// Time spans as people write them: <c>8h</c>, <c>1h30m</c>, <c>8:00</c> for hours and minutes, <c>24:00:00</c>, <c>1.12:00:00</c>. A plain
/// number is none: .NET takes it for days, PowerShell for ten-millionths of a second.
/// </summary>
internal static partial class Duration
{
    /// <summary>The examples of a message.</summary>
    public const string Expected = "Write 8h, 90m or 1h30m, or 8:00 for hours and minutes; up to 30 days";

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromDays(30);

    /// <summary>Reads a time span.</summary>
    /// <returns>Null for what is none, or is out of bounds.</returns>
    public static TimeSpan? Parse(string text)
    {
        if (text.Trim() == "0")
            return TimeSpan.Zero;
        if (Clock().Match(text) is { Success: true } clock)
        {
            var (days, hours) = (Number(clock, "days"), Number(clock, "hours"));
            return days > 0 && hours > 23 ? null : Accept(days, hours, Number(clock, "minutes"), Number(clock, "seconds"));
        }

        return Units().Match(text) is { Success: true, Length: > 0 } units && text.AsSpan().ContainsAnyInRange('0', '9')
            ? Accept(Number(units, "days"), Number(units, "hours"), Number(units, "minutes"), Number(units, "seconds"))
            : null;
    }

    /// <summary>Passes on a time span that is nothing, or long enough to be meant.</summary>
    /// <returns>Null for others: some ten-millionths of a second are a number that was mistaken.</returns>
    public static TimeSpan? Accept(TimeSpan time) => time == TimeSpan.Zero || time >= Shortest && time <= Longest ? time : null;

    private static TimeSpan? Accept(double days, double hours, double minutes, double seconds)
    {
        var whole = ((((days * 24) + hours) * 60) + minutes) * 60 + seconds;
        return whole <= Longest.TotalSeconds ? Accept(TimeSpan.FromSeconds(whole)) : null;
    }

    private static double Number(Match match, string group) =>
        match.Groups[group] is { Success: true, Value: var text } ? double.Parse(text, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(
        @"^\s*(?:(?<days>[0-9]{1,3})\.)?(?<hours>[0-9]{1,4}):(?<minutes>[0-5]?[0-9])(?::(?<seconds>[0-5]?[0-9](?:\.[0-9]+)?))?\s*$")]
    private static partial Regex Clock();

    [GeneratedRegex(
        @"^\s*(?:(?<days>[0-9]+(?:\.[0-9]+)?)\s*d(?:ays?)?\s*)?(?:(?<hours>[0-9]+(?:\.[0-9]+)?)\s*h(?:ours?)?\s*)?"
        + @"(?:(?<minutes>[0-9]+(?:\.[0-9]+)?)\s*m(?:in(?:utes?)?)?\s*)?(?:(?<seconds>[0-9]+(?:\.[0-9]+)?)\s*s(?:ec(?:onds?)?)?\s*)?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Units();
}
