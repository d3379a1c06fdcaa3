using System.Globalization;
using System.Text.Json;
using KinescopePS.Nights;

namespace KinescopePS.Reports;

/// <summary>A line of a nightly log, as far as a report tells of it.</summary>
/// <param name="Event">Its kind; one that is not known is passed over.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Text">Reads a field as text; null where it is not there.</param>
internal sealed record NightEvent(string Event, DateTimeOffset At, Func<string, string?> Text)
{
    public long? Number(string field) =>
        double.TryParse(Text(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < long.MaxValue
            ? (long)number : null;

    public double? Seconds(string field) =>
        double.TryParse(Text(field), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>Nightly logs: what <c>Invoke-NightlyUpload.ps1</c> writes, a file for each run.</summary>
internal static class NightEvents
{
    public const string Command = "Invoke-NightlyUpload";

    /// <summary>Reads the lines of a log. What is none is passed over: a run may have been killed in the middle of a line.</summary>
    /// <exception cref="KinescopeException"><c>NightlyLogUnreadable</c>, or <c>NightlyLogNotFound</c>: the file is no log.</exception>
    public static IReadOnlyList<NightEvent> Read(string path)
    {
        var events = new List<NightEvent>();
        NightlyLog.Read(path, line =>
        {
            if (EventOf(line) is { } read)
                events.Add(read);
        });
        return events.Count > 0 ? events : throw new KinescopeException(
            ErrorIds.NightlyLogNotFound,
            $"The file {path} is no log of a scheduled run, as Invoke-NightlyUpload.ps1 writes them; it was left out.");
    }

    private static NightEvent? EventOf(JsonElement line)
    {
        var fields = new Dictionary<string, string?>();
        foreach (var field in line.EnumerateObject())
            fields[field.Name] = field.Value.ValueKind switch
            {
                JsonValueKind.String => field.Value.GetString(),
                JsonValueKind.Null => null,
                _ => field.Value.GetRawText(),
            };
        return fields.GetValueOrDefault("event") is { Length: > 0 } name && TimeOf(fields.GetValueOrDefault("at")) is { } at
            ? new NightEvent(name, at, field => fields.GetValueOrDefault(field)) : null;
    }

    /// <summary>A moment of a log; null for a text that is none.</summary>
    public static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
