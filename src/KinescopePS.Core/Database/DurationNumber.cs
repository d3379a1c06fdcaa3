using System.Globalization;

namespace KinescopePS.Database;

/// <summary>Durations as the site's column has them: numbers of a unit.</summary>
internal static class DurationNumber
{
    /// <summary>The longest that is a duration. Unit: the column's.</summary>
    private const decimal Longest = 1_000_000_000;

    /// <summary>The number that is written: the nearest whole one, and at least 1, since 0 says that nothing is known.</summary>
    public static string TextOf(TimeSpan duration, DurationUnit unit)
    {
        var units = unit == DurationUnit.Minutes ? duration.TotalMinutes : duration.TotalSeconds;
        return Math.Max(1, Math.Round(units, MidpointRounding.AwayFromZero)).ToString("0", CultureInfo.InvariantCulture);
    }

    /// <summary>The duration that a column's text says; null where it says none.</summary>
    public static TimeSpan? Read(string? text, DurationUnit unit) => Number(text) switch
    {
        >= 0 and < Longest and var units => unit == DurationUnit.Minutes
            ? TimeSpan.FromMinutes((double)units)
            : TimeSpan.FromSeconds((double)units),
        _ => null,
    };

    /// <summary>A column's text as a number; null where it is none.</summary>
    public static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
