using System.Globalization;
using CsvHelper;

namespace KinescopePS.MapFiles;

/// <summary>A map as a spreadsheet reads it: UTF-8 with a byte order mark, a line a lesson, columns named like the properties.</summary>
/// <remarks>
/// A spreadsheet takes a text that begins with <c>= + - @</c>, a tab or a carriage return for a formula. Such a text gets an
/// apostrophe in front, and so does one that has apostrophes in front of that; reading takes one away again. Source: OWASP, CSV
/// Injection.
/// </remarks>
internal static class CsvMap
{
    public const string LessonId = nameof(LessonVideo.LessonId);
    public const string Path = nameof(LessonVideo.Path);

    /// <summary>The confidence in whole percent: a spreadsheet takes some numbers with a decimal sign for dates.</summary>
    private const string Percent = "ConfidencePercent";

    private static readonly CsvReaderOptions Reading = new()
    {
        MalformedData = CsvMalformedDataHandling.Throw,
        TrackLineNumbers = true,
        MaxRecordSize = 16 * 1024 * 1024,
    };

    private static readonly (string Name, Func<LessonVideo, string?> Value)[] Columns =
    [
        (nameof(LessonVideo.Course), lesson => lesson.Course),
        (LessonId, lesson => lesson.LessonId),
        (nameof(LessonVideo.Title), lesson => lesson.Title),
        (nameof(LessonVideo.State), lesson => lesson.State.ToString()),
        (nameof(LessonVideo.Length), lesson => lesson.Length?.ToString(CultureInfo.InvariantCulture)),
        (nameof(LessonVideo.VideoId), lesson => lesson.VideoId),
        (Path, lesson => lesson.Path),
        (nameof(LessonVideo.Module), lesson => lesson.Module),
        (nameof(LessonVideo.Submodule), lesson => lesson.Submodule),
        (nameof(LessonVideo.Category), lesson => lesson.Category),
        (nameof(LessonVideo.Order), lesson => lesson.Order?.ToString(CultureInfo.InvariantCulture)),
        (nameof(LessonVideo.MatchedBy), lesson => lesson.MatchedBy?.ToString()),
        (Percent, lesson => lesson.Confidence is { } share ? Math.Round(100 * share).ToString(CultureInfo.InvariantCulture) : null),
        (nameof(LessonVideo.RunnerUp), lesson => lesson.RunnerUp),
        (nameof(LessonVideo.BasePath), lesson => lesson.BasePath),
        (nameof(LessonVideo.ManifestPath), lesson => lesson.ManifestPath),
    ];

    public static IMapWriter CreateWriter(Stream stream, char delimiter) => new Writer(stream, delimiter);

    /// <summary>Reads lesson by lesson. The delimiter is found from the first lines.</summary>
    /// <param name="text">The file.</param>
    /// <param name="found">Called with each entry.</param>
    /// <param name="unusable">Called with the position of each line that is no entry, and the reason.</param>
    /// <exception cref="FormatException">This is no such file.</exception>
    public static void Read(TextReader text, Action<MapEntry> found, Action<string, string> unusable)
    {
        using var csv = CsvReader.Create(text, Reading, leaveOpen: true);
        try
        {
            CheckColumns(csv);
            while (csv.Read())
                ReadLine(name => csv.TryGetFieldIndex(name, out var i) ? csv.GetString(i) : "", $"line {csv.LineNumber}", found, unusable);
        }
        catch (CsvFormatException failure)
        {
            throw new FormatException($"line {failure.LineNumber} is no CSV: a quote is missing or stands where none may be.", failure);
        }
    }

    private static void CheckColumns(CsvReader csv)
    {
        csv.ReadHeader();
        if (!csv.TryGetFieldIndex(LessonId, out _) || !csv.TryGetFieldIndex(Path, out _))
            throw new FormatException($"its first line names no columns {LessonId} and {Path}.");
        foreach (var (column, _) in Columns)
        {
            var names = csv.Headers.Where(name => name.AsSpan().Trim().Equals(column, StringComparison.OrdinalIgnoreCase)).ToList();
            if (names.Count > 1)
                throw new FormatException($"its first line names one column more than once: {string.Join(", ", names)}.");
        }
    }

    private static void ReadLine(Func<string, string> field, string position, Action<MapEntry> found, Action<string, string> unusable)
    {
        string? Value(string column) => Original(field(column)) is { Length: > 0 } value ? value : null;
        long? Number(string column) =>
            long.TryParse(Value(column), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

        LessonVideoState? state =
            Enum.TryParse<LessonVideoState>(Value(nameof(LessonVideo.State)), ignoreCase: true, out var given) ? given : null;
        var path = Value(Path) ?? (state == LessonVideoState.Unmatched ? "" : null);
        if (path is null)
            unusable(position, "has no Path");
        else if (Value(LessonId) is null && state != LessonVideoState.Orphan)
            unusable(position, "has no LessonId");
        else
            found(new MapEntry(position, path)
            {
                LessonId = Value(LessonId),
                Title = Value(nameof(LessonVideo.Title)),
                Course = Value(nameof(LessonVideo.Course)),
                Module = Value(nameof(LessonVideo.Module)),
                Submodule = Value(nameof(LessonVideo.Submodule)),
                Category = Value(nameof(LessonVideo.Category)),
                Order = Number(nameof(LessonVideo.Order)),
                State = state,
                Length = Number(nameof(LessonVideo.Length)),
                VideoId = Value(nameof(LessonVideo.VideoId)),
                MatchedBy = MapEntry.GroundOf(Value(nameof(LessonVideo.MatchedBy))),
                Confidence = Number(Percent) is >= 0 and <= 100 and var percent ? percent / 100.0 : null,
                RunnerUp = Value(nameof(LessonVideo.RunnerUp)),
                BasePath = Value(nameof(LessonVideo.BasePath)),
                ManifestPath = Value(nameof(LessonVideo.ManifestPath)),
            });
    }

    private static string Harmless(string text) => IsFormula(text) ? "'" + text : text;

    private static string Original(string text) => text is ['\'', ..] && IsFormula(text) ? text[1..] : text;

    private static bool IsFormula(string text) => text.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..];

    private sealed class Writer : IMapWriter
    {
        private readonly CsvWriter _csv;

        public Writer(Stream stream, char delimiter)
        {
            _csv = CsvWriter.Create(stream, new CsvWriterOptions { Separator = delimiter, WriteByteOrderMark = true }, leaveOpen: true);
            WriteRow(column => column.Name);
        }

        public void Write(LessonVideo lesson) => WriteRow(column => column.Value(lesson));

        public void Complete() => _csv.Flush();

        private void WriteRow(Func<(string Name, Func<LessonVideo, string?> Value), string?> field)
        {
            foreach (var column in Columns)
            {
                // A reader ends a line at a lone carriage return or line feed too.
                var text = Harmless(field(column) ?? "");
                var isPlain = text == text.Trim() && !text.AsSpan().ContainsAny("\",;\t\r\n");
                _csv.WriteField(text, isPlain ? CsvQuoting.WhenNeeded : CsvQuoting.Always);
            }

            _csv.EndRecord();
        }
    }
}
