using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

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
        (nameof(LessonVideo.BasePath), lesson => lesson.BasePath),
        (nameof(LessonVideo.ManifestPath), lesson => lesson.ManifestPath),
    ];

    public static IMapWriter CreateWriter(Stream stream, char delimiter) => new Writer(stream, delimiter);

    /// <summary>Reads lesson by lesson. The delimiter is the one that the first line has most of.</summary>
    /// <param name="text">The file.</param>
    /// <param name="found">Told of each entry.</param>
    /// <param name="unusable">Told of each line that is none, where it stands and why.</param>
    /// <exception cref="FormatException">This is no such file.</exception>
    public static void Read(TextReader text, Action<MapEntry> found, Action<string, string> unusable)
    {
        var header = text.ReadLine() ?? "";
        var delimiter = ",;\t".MaxBy(candidate => header.Count(letter => letter == candidate));
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = delimiter.ToString(), HasHeaderRecord = false });
        var columns = header.Split(delimiter).Select((name, index) => (Name: name.Trim('"', ' '), index)).DistinctBy(column => column.Name).ToDictionary(column => column.Name, column => column.index, StringComparer.OrdinalIgnoreCase);
        if (!columns.ContainsKey(LessonId) || !columns.ContainsKey(Path))
            throw new FormatException($"its first line names no columns {LessonId} and {Path}.");

        try
        {
            while (csv.Read())
            {
                var place = $"line {csv.Parser.RawRow + 1}";
                string? Value(string column) =>
                    columns.TryGetValue(column, out var index) && index < csv.Parser.Count && Original(csv.Parser[index]) is { Length: > 0 } value ? value : null;
                long? Number(string column) => long.TryParse(Value(column), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

                LessonVideoState? state = Enum.TryParse<LessonVideoState>(Value(nameof(LessonVideo.State)), ignoreCase: true, out var given) ? given : null;
                if (Value(Path) is not { } path)
                    unusable(place, "has no Path");
                else if (Value(LessonId) is null && state != LessonVideoState.Orphan)
                    unusable(place, "has no LessonId");
                else
                    found(new MapEntry(place, path)
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
                        BasePath = Value(nameof(LessonVideo.BasePath)),
                        ManifestPath = Value(nameof(LessonVideo.ManifestPath)),
                    });
            }
        }
        catch (CsvHelperException failure)
        {
            throw new FormatException($"line {csv.Parser.RawRow + 1} is no CSV: a quote is missing or stands where none may be.", failure);
        }
    }

    private static string Harmless(string text) => IsFormula(text) ? "'" + text : text;

    private static string Original(string text) => text is ['\'', ..] && IsFormula(text) ? text[1..] : text;

    private static bool IsFormula(string text) => text.AsSpan().TrimStart('\'') is ['=' or '+' or '-' or '@' or '\t' or '\r', ..];

    private sealed class Writer : IMapWriter
    {
        private readonly StreamWriter _text;
        private readonly CsvWriter _csv;

        public Writer(Stream stream, char delimiter)
        {
            _text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
            _csv = new CsvWriter(_text, new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = delimiter.ToString(), NewLine = "\r\n" });
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
                _csv.WriteField(text, text != text.Trim() || text.AsSpan().ContainsAny("\",;\t\r\n"));
            }

            _csv.NextRecord();
        }
    }
}
