using System.Globalization;
using System.Text.Json;

namespace KinescopePS.Nights;

/// <summary>A scheduled run, as its log tells it line by line.</summary>
internal sealed class NightlyRun
{
    /// <summary>A run that failed by every lesson tells no more by telling all of them.</summary>
    private const int MostKept = 1000;

    private readonly List<KinescopeNightFailure> _failures = [];
    private readonly List<string> _left = [];
    private JsonElement _start;
    private JsonElement _summary;
    private DateTimeOffset _last;
    private long _sent;
    private int _besideSent, _besideFailed, _besideLeft;
    private int _uploaded, _skipped, _failed, _linked, _errors, _warnings;

    /// <summary>True once its first line has come.</summary>
    public bool HasBegun => _start.ValueKind == JsonValueKind.Object;

    /// <summary>Takes a line.</summary>
    public void Take(JsonElement line)
    {
        _last = TimeOf(line) ?? _last;
        switch (Text(line, "event"))
        {
            case "start" when !HasBegun:
                _start = line;
                break;
            case "lesson":
                _sent += Count(line, "sent");
                _uploaded += Text(line, "status") == "Uploaded" ? 1 : 0;
                _skipped += Text(line, "status") == "Skipped" ? 1 : 0;
                _failed += Text(line, "status") == "Failed" ? 1 : 0;
                _besideSent += Names(line, "companions");
                _besideFailed += Names(line, "companionsFailed");
                _besideLeft += Names(line, "companionsLeft");
                break;
            case "link":
                _linked++;
                break;
            case "warning":
                _warnings++;
                break;
            case "error":
                if (_errors++ < MostKept)
                    _failures.Add(FailureOf(line));
                break;
            case "left":
                if (_left.Count < MostKept && Text(line, "lesson") is { } lesson)
                    _left.Add(lesson);
                break;
            case "summary":
                _summary = line;
                break;
        }
    }

    /// <summary>The run. One that has not ended has no summary: what could be counted is told.</summary>
    /// <param name="path">Its log.</param>
    /// <param name="named">The time of its beginning, by the name of the log; null where that tells none.</param>
    public KinescopeNight Night(string path, DateTimeOffset? named)
    {
        var hasEnded = _summary.ValueKind == JsonValueKind.Object;
        var begun = TimeOf(_start) ?? named ?? default;
        var time = TimeSpan.FromSeconds(Number(_summary, "seconds"));
        return new KinescopeNight
        {
            StartedAt = begun,
            Outcome = Text(_summary, "outcome") ?? KinescopeNight.NotEnded,
            ExitCode = Has(_summary, "exitCode") ? (int)Count(_summary, "exitCode") : null,
            Duration = hasEnded || _last < begun ? time : _last - begun,
            Mapped = (int)Count(_summary, "mapped"),
            Uploaded = Told("uploaded", _uploaded),
            Skipped = Told("skipped", _skipped),
            Failed = Told("failed", _failed),
            Left = (int)Count(_summary, "left"),
            Linked = Told("linked", _linked),
            CompanionsSent = Told("companionsSent", _besideSent),
            CompanionsFailed = Told("companionsFailed", _besideFailed),
            CompanionsLeft = Told("companionsLeft", _besideLeft),
            Errors = Told("errors", _errors),
            Warnings = Told("warnings", _warnings),
            BytesSent = hasEnded ? Count(_summary, "bytesSent") : _sent,
            Failures = _failures,
            LeftLessons = _left,
            Machine = Text(_start, "machine"),
            Path = Text(_start, "path"),
            Log = path,
        };

        int Told(string field, int counted) => hasEnded ? (int)Count(_summary, field) : counted;
    }

    private static KinescopeNightFailure FailureOf(JsonElement line) => new()
    {
        LessonId = Text(line, "lesson") is { Length: > 0 } lesson ? lesson : null,
        ErrorId = Text(line, "id") ?? "",
        Message = Text(line, "message") ?? "",
    };

    private static string? Text(JsonElement line, string name) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.String
            ? PrintableText.Of(field.GetString()!)
            : null;

    private static int Names(JsonElement line, string name) =>
        line.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;

    private static bool Has(JsonElement line, string name) =>
        line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.Number;

    private static double Number(JsonElement line, string name) =>
        Has(line, name) && line.GetProperty(name).TryGetDouble(out var number) && number is >= 0 and < int.MaxValue * 1e6 ? number : 0;

    private static long Count(JsonElement line, string name) => (long)Number(line, name);

    private static DateTimeOffset? TimeOf(JsonElement line) =>
        DateTimeOffset.TryParse(Text(line, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
