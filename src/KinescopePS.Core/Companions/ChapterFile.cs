using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KinescopePS.Files;

namespace KinescopePS.Companions;

/// <summary>A part of a video, as a file or an object has it.</summary>
/// <param name="Where">The place in the file, for messages: <c>line 3</c>.</param>
internal sealed record Chapter(TimeSpan Time, string Title, string Where);

/// <summary>
/// Reads chapters: lines as YouTube has them (<c>00:00 Title</c>), WebVTT, or JSON; and refuses what a player could not show.
/// </summary>
internal static partial class ChapterFile
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="note">Is told what is to be known of a file that is used all the same.</param>
    /// <exception cref="KinescopeException">
    /// <c>ChapterInvalid</c>, with the line; <c>LessonFileNotFound</c> or <c>LessonFileUnreadable</c>.
    /// </exception>
    public static IReadOnlyList<Chapter> Read(string path, Action<string> note) =>
        Parse(path, CompanionFile.Read(path, CompanionFile.LongestText, ErrorIds.ChapterInvalid), note);

    /// <summary>Reads the content of a file.</summary>
    /// <exception cref="KinescopeException"><c>ChapterInvalid</c>.</exception>
    public static IReadOnlyList<Chapter> Parse(string path, byte[] bytes, Action<string> note)
    {
        var text = bytes.Length == 0 ? ""
            : CompanionFile.Decode(path, bytes, ErrorIds.ChapterInvalid, out var remark) is { } decoded
            ? Noted(decoded, remark, note)
            : throw Invalid(path, "it is no text. Write a line such as 00:00 Title for each chapter.");
        var chapters = text.AsSpan().TrimStart() is ['[' or '{', ..] && !LooksLikeLine(text) ? ParseJson(path, text)
            : SubtitleFile.IsWebVtt(CompanionFile.Lines(text)[0]) ? ParseWebVtt(path, CompanionFile.Lines(text))
            : ParseLines(path, CompanionFile.Lines(text));
        Check(path, chapters, duration: null);
        return chapters;
    }

    /// <summary>Refuses chapters that are out of order, have no title, or begin where the video is over.</summary>
    /// <param name="source">The file, or the parameter, for messages.</param>
    /// <param name="chapters">The chapters.</param>
    /// <param name="duration">The video's duration; null where it is not known.</param>
    /// <exception cref="KinescopeException"><c>ChapterInvalid</c>.</exception>
    public static void Check(string source, IReadOnlyList<Chapter> chapters, TimeSpan? duration)
    {
        if (chapters.Count == 0)
            throw Invalid(source, "it has no chapters. Write a line such as 00:00 Title for each.");
        for (var i = 0; i < chapters.Count; i++)
        {
            var chapter = chapters[i];
            if (string.IsNullOrWhiteSpace(chapter.Title))
                throw Invalid(source, chapter, $"the chapter at {TimeOf(chapter.Time)} has no title.");
            if (chapter.Title.Contains('\uFFFD', StringComparison.Ordinal))
                throw Invalid(
                    source, chapter,
                    $"letters of '{Shown(chapter.Title)}' are lost: it was read in another encoding than it has. Give -Encoding where it "
                    + "is read.");
            if (chapter.Time < TimeSpan.Zero)
                throw Invalid(source, chapter, $"'{chapter.Title}' begins before the video does.");
            if (i > 0 && Milliseconds(chapter.Time) <= Milliseconds(chapters[i - 1].Time))
                throw Invalid(
                    source, chapter,
                    $"'{chapter.Title}' begins at {TimeOf(chapter.Time)}, and the one before it at {TimeOf(chapters[i - 1].Time)}. "
                    + "Each has to begin later than the one before.");
            if (chapter.Time >= duration)
                throw Invalid(
                    source, chapter,
                    $"'{chapter.Title}' begins at {TimeOf(chapter.Time)}, and the video is over at {TimeOf(duration.Value)}. "
                    + "Is it of another video?");
        }
    }

    /// <summary>A time as the platform has it. Unit: milliseconds.</summary>
    public static long Milliseconds(TimeSpan time) => new KinescopeChapter { Time = time }.Milliseconds;

    /// <summary>A time as people write it: <c>1:02:03</c>, <c>12:34</c>, <c>0:00.5</c>.</summary>
    /// <returns>Null where it is none.</returns>
    public static TimeSpan? TimeIn(string text) => Time().Match(text.Trim()) is { Success: true } time ? TimeAt(time) : null;

    private static string Noted(string text, string? remark, Action<string> note)
    {
        if (remark is not null)
            note(remark);
        return text;
    }

    private static bool LooksLikeLine(string text) => Line().IsMatch(CompanionFile.Lines(text.TrimStart())[0]);

    private static List<Chapter> ParseLines(string path, string[] lines)
    {
        var chapters = new List<Chapter>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]))
                continue;
            if (Line().Match(lines[i]) is not { Success: true } line)
                throw Invalid(path, $"a line such as 00:00 Title is expected, and '{Shown(lines[i])}' stands there.", $"line {i + 1}");
            chapters.Add(new Chapter(TimeAt(line), line.Groups["title"].Value.Trim(), $"line {i + 1}"));
        }

        return chapters;
    }

    private static List<Chapter> ParseWebVtt(string path, string[] lines) =>
    [
        .. from cue in SubtitleFile.CuesOf(path, lines, ErrorIds.ChapterInvalid)
           select new Chapter(cue.Start, string.Join(' ', cue.Text.Split('\n')).Trim(), $"line {cue.Line}"),
    ];

    private static List<Chapter> ParseJson(string path, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, Lenient);
            var root = json.RootElement;
            // The platform's own object has milliseconds; everybody else writes seconds.
            var (items, isPlatforms) = root.ValueKind == JsonValueKind.Array ? (root, false)
                : root.TryGetProperty("items", out var platforms) ? (platforms, true)
                : root.TryGetProperty("chapters", out var named) ? (named, false)
                : (default, false);
            if (items.ValueKind != JsonValueKind.Array)
                throw Invalid(
                    path,
                    "a list is expected: [{\"time\": \"00:00\", \"title\": \"...\"}], or an object with such `chapters`, or the platform's "
                    + "`items`.");
            return [.. items.EnumerateArray().Select((item, i) => ChapterOf(path, item, i + 1, isPlatforms))];
        }
        catch (JsonException broken)
        {
            throw Invalid(path, $"it is not JSON: {JsonFault.ReasonOf(broken)}", $"line {JsonFault.LineOf(broken)}");
        }
    }

    private static Chapter ChapterOf(string path, JsonElement item, int number, bool isPlatforms)
    {
        var where = $"chapter {number}";
        if (item.ValueKind != JsonValueKind.Object)
            throw Invalid(path, "an object with `time` and `title` is expected.", where);
        var title = item.TryGetProperty("title", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        foreach (var name in (string[])["time", "start_time", "start"])
        {
            if (!item.TryGetProperty(name, out var value))
                continue;
            var time = value.ValueKind switch
            {
                JsonValueKind.Number when value.TryGetDouble(out var given) && Math.Abs(given) < 1e9 =>
                    isPlatforms ? TimeSpan.FromMilliseconds(given) : TimeSpan.FromSeconds(given),
                JsonValueKind.String => TimeIn(value.GetString()!),
                _ => (TimeSpan?)null,
            };
            return new Chapter(
                time ?? throw Invalid(
                    path, $"`{name}` is {Shown(value.GetRawText())}, and no time such as \"00:00\" or a number of seconds.", where),
                title.Trim(),
                where);
        }

        throw Invalid(path, "it has no `time`.", where);
    }

    private static string Shown(string line) => line.Length > 60 ? line[..60] + "..." : line;

    /// <summary>A time for messages, as <c>01:02:03</c>; of days the hours are more than 24.</summary>
    public static string TimeOf(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}")
        + time.ToString(time.Milliseconds == 0 ? @"\:mm\:ss" : @"\:mm\:ss\.fff", CultureInfo.InvariantCulture);

    private static TimeSpan TimeAt(Match time)
    {
        var fraction = time.Groups["f"].Value;
        return new TimeSpan(
            0,
            time.Groups["h"] is { Success: true, Value: var hours } ? int.Parse(hours, CultureInfo.InvariantCulture) : 0,
            int.Parse(time.Groups["m"].Value, CultureInfo.InvariantCulture),
            int.Parse(time.Groups["s"].Value, CultureInfo.InvariantCulture),
            fraction.Length == 0 ? 0 : int.Parse(fraction.PadRight(3, '0'), CultureInfo.InvariantCulture));
    }

    private static KinescopeException Invalid(string source, Chapter chapter, string why) => Invalid(source, why, chapter.Where);

    private static KinescopeException Invalid(string source, string why, string? where = null) =>
        new(ErrorIds.ChapterInvalid, $"{source}{(where is null ? "" : $", {where}")}: {why}");

    [GeneratedRegex(@"^(?:(?<h>[0-9]{1,3}):)?(?<m>[0-9]{1,3}):(?<s>[0-5][0-9])(?:[.,](?<f>[0-9]{1,3}))?$")]
    private static partial Regex Time();

    // Brackets around the time, and a dash after it, are how people write them.
    [GeneratedRegex(
        @"^\s*[\[(]?(?:(?<h>[0-9]{1,3}):)?(?<m>[0-9]{1,3}):(?<s>[0-5][0-9])(?:[.,](?<f>[0-9]{1,3}))?[\])]?"
        + @"(?:\s*[-\u2013\u2014:|]\s+|\s+|$)(?<title>.*)$")]
    private static partial Regex Line();
}
