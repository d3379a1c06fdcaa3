using System.Globalization;

namespace KinescopePS.Settings;

/// <summary>
/// Dates as their writer's culture writes them, and as ISO 8601 in every culture. PowerShell reads dates of a command line as Americans
/// write them, whoever types.
/// </summary>
internal static class DateText
{
    private static readonly string[] Iso =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads a date, or a date with a time: a local one, unless it names its offset.</summary>
    /// <returns>Null for what is none.</returns>
    public static DateTime? Parse(string text, CultureInfo culture)
    {
        const DateTimeStyles Style = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeLocal;
        return DateTime.TryParseExact(text, Iso, CultureInfo.InvariantCulture, Style, out var iso) ? iso
            : DateTime.TryParse(text, culture, Style, out var date) ? date
            : null;
    }

    /// <summary>The forms that are read, for messages.</summary>
    public static string Expected(CultureInfo culture)
    {
        var example = new DateTime(2026, 12, 31);
        var name = culture.Name.Length > 0 ? $" ({culture.Name})" : "";
        return $"Write a date as {example.ToString("d", culture)}{name} or 2026-12-31";
    }
}
