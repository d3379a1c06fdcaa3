using System.Globalization;
using System.Text.Json;
using KinescopePS.Files;

namespace KinescopePS.Nights;

/// <summary>The logs of scheduled runs: objects, one a line, as <c>examples/Invoke-NightlyUpload.ps1</c> writes them.</summary>
internal static class NightlyLog
{
    /// <summary>The names of logs.</summary>
    public const string NamePattern = "kinescope-*.ndjson";

    /// <summary>The folder beside the manifest that logs are kept in.</summary>
    public const string FolderName = "logs";

    /// <summary>The logs in a folder, or in its folder <c>logs</c>; none where it has none.</summary>
    /// <exception cref="KinescopeException"><c>NightlyLogUnreadable</c></exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            string[] found = [.. Directory.EnumerateFiles(folder, NamePattern)];
            var inner = System.IO.Path.Join(folder, FolderName);
            return found.Length > 0 || !Directory.Exists(inner) ? found : [.. Directory.EnumerateFiles(inner, NamePattern)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder, failure);
        }
    }

    /// <summary>Reads a log. What is no object with an event is passed over: a run may have been killed in the middle of a line.</summary>
    /// <returns>The run; null where the file is no log of one.</returns>
    /// <exception cref="KinescopeException"><c>NightlyLogUnreadable</c></exception>
    public static KinescopeNight? Read(string path)
    {
        var lines = new List<JsonElement>();
        try
        {
            using var reader = new StreamReader(SharedFile.OpenRead(path));
            while (reader.ReadLine() is { } line)
            {
                if (Parse(line) is { } read)
                    lines.Add(read);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }

        var start = lines.Find(line => EventOf(line) == "start");
        return start.ValueKind == JsonValueKind.Undefined ? null : Of(path, start, lines);
    }

    private static KinescopeNight Of(string path, JsonElement start, List<JsonElement> lines)
    {
        // A run that has not ended has no summary: what can be counted is counted.
        var summary = lines.FindLast(line => EventOf(line) == "summary");
        var hasEnded = summary.ValueKind == JsonValueKind.Object;
        var begun = TimeOf(start);
        return new KinescopeNight
        {
            StartedAt = begun,
            Outcome = Text(summary, "outcome") ?? KinescopeNight.NotEnded,
            ExitCode = hasEnded ? (int)Number(summary, "exitCode") : null,
            Duration = hasEnded ? TimeSpan.FromSeconds(Number(summary, "seconds")) : TimeOf(lines[^1]) - begun,
            Mapped = (int)Number(summary, "mapped"),
            Uploaded = Count("uploaded", "lesson", "Uploaded"),
            Skipped = Count("skipped", "lesson", "Skipped"),
            Failed = Count("failed", "lesson", "Failed"),
            Left = (int)Number(summary, "left"),
            Linked = Count("linked", "link"),
            Errors = Count("errors", "error"),
            Warnings = Count("warnings", "warning"),
            BytesSent = (long)(hasEnded ? Number(summary, "bytesSent") : Named("lesson").Sum(line => Number(line, "sent"))),
            Failures = new JoinedList<KinescopeNightFailure>([.. Named("error").Select(FailureOf)]),
            LeftLessons = new JoinedList<string>([.. Named("left").Select(line => Text(line, "lesson")).OfType<string>()]),
            Machine = Text(start, "machine"),
            Path = Text(start, "path"),
            Log = path,
        };

        IEnumerable<JsonElement> Named(string name) => lines.Where(line => EventOf(line) == name);

        int Count(string field, string name, string? status = null) => hasEnded
            ? (int)Number(summary, field)
            : Named(name).Count(line => status is null || Text(line, "status") == status);
    }

    private static KinescopeNightFailure FailureOf(JsonElement line) => new()
    {
        LessonId = Text(line, "lesson") is { Length: > 0 } lesson ? lesson : null,
        ErrorId = Text(line, "id") ?? "",
        Message = Text(line, "message") ?? "",
    };

    private static JsonElement? Parse(string line)
    {
        try
        {
            using var read = JsonDocument.Parse(line);
            return EventOf(read.RootElement) is null ? null : read.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? EventOf(JsonElement line) => Text(line, "event");

    private static string? Text(JsonElement line, string name) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.String
            ? field.GetString()
            : null;

    private static double Number(JsonElement line, string name) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out var field)
        && field.ValueKind == JsonValueKind.Number && field.TryGetDouble(out var number) && Math.Abs(number) < int.MaxValue * 1e6
            ? number
            : 0;

    private static DateTimeOffset TimeOf(JsonElement line) =>
        DateTimeOffset.TryParse(Text(line, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : default;

    private static KinescopeException Unreadable(string path, Exception failure) =>
        new(ErrorIds.NightlyLogUnreadable, $"The log {path} cannot be read: {failure.Message}", failure);
}
