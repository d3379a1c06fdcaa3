using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace KinescopePS.Companions;

/// <summary>A text with the time for which it is shown.</summary>
/// <param name="Line">The line of its times in the file, from 1.</param>
internal sealed record Cue(TimeSpan Start, TimeSpan End, string Text, int Line);

/// <summary>Subtitles that were read and found right.</summary>
/// <param name="Extension"><c>.srt</c> or <c>.vtt</c>, as the content says.</param>
/// <param name="Content">The file in UTF-8 without a byte order mark: what is sent.</param>
internal sealed record SubtitleText(string Extension, IReadOnlyList<Cue> Cues, byte[] Content)
{
    /// <summary>Remarks on a file that is sent all the same.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>True where the same texts are shown at the same times, whichever the format: the platform may store another one.</summary>
    public bool Shows(SubtitleText other) => Cues.Select(Seen).SequenceEqual(other.Cues.Select(Seen));

    private static (TimeSpan, TimeSpan, string) Seen(Cue cue) => (cue.Start, cue.End, cue.Text);
}

/// <summary>Reads SubRip (SRT) and WebVTT, and refuses what a player could not show as it is meant.</summary>
/// <remarks>
/// Sources: W3C WebVTT; SubRip has no standard, and is read as players do: numbers may be missing, and times may have a point. Two texts
/// at one time are refused in SubRip, whose players show one of them; WebVTT has them for two speakers.
/// </remarks>
internal static partial class SubtitleFile
{
    private const string Arrow = "-->";

    /// <summary>Reads a file.</summary>
    /// <exception cref="KinescopeException">
    /// <c>SubtitleInvalid</c>, with the line; <c>LessonFileNotFound</c> or <c>LessonFileUnreadable</c>.
    /// </exception>
    public static SubtitleText Read(string path) =>
        Parse(path, CompanionFile.Read(path, CompanionFile.LongestText, ErrorIds.SubtitleInvalid));

    /// <summary>Reads the content of a file.</summary>
    /// <param name="path">Its name, for messages, and for the format that is expected.</param>
    /// <param name="bytes">The content.</param>
    /// <exception cref="KinescopeException"><c>SubtitleInvalid</c>.</exception>
    public static SubtitleText Parse(string path, byte[] bytes)
    {
        if (bytes.Length == 0)
            throw Invalid(path, null, "it is empty. Leave it out, or put the subtitles into it.");
        var text = CompanionFile.Decode(path, bytes, ErrorIds.SubtitleInvalid, out var remark)
            ?? throw Invalid(path, null, "it is no text. Save the subtitles as SRT or WebVTT.");
        var lines = CompanionFile.Lines(text);
        var isWebVtt = IsWebVtt(lines[0]);
        if (isWebVtt && HasExtension(path, ".srt"))
            throw Invalid(path, 1, "it is WebVTT by its content. Name it .vtt.");
        if (!isWebVtt && HasExtension(path, ".vtt"))
            throw Invalid(path, 1, "WebVTT begins with the line WEBVTT, and this does not. Add it; or name a SubRip file .srt.");
        var cues = new Reader(path, lines, isWebVtt).Read();
        var notes = new List<string>();
        if (remark is not null)
            notes.Add(remark);
        Check(path, cues, isWebVtt, notes);
        return new SubtitleText(isWebVtt ? ".vtt" : ".srt", cues, Encoding.UTF8.GetBytes(text)) { Notes = notes };
    }

    /// <summary>The cues of a WebVTT file, which need not follow each other: chapters may stand in one.</summary>
    /// <exception cref="KinescopeException">By the id given.</exception>
    public static IReadOnlyList<Cue> CuesOf(string path, string[] lines, string errorId)
    {
        try
        {
            return new Reader(path, lines, isWebVtt: true).Read();
        }
        catch (KinescopeException invalid)
        {
            throw invalid.As(errorId, invalid.Message);
        }
    }

    /// <summary>True for a line with which a WebVTT file begins.</summary>
    public static bool IsWebVtt(string firstLine)
    {
        const string Signature = "WEBVTT";
        var line = firstLine.TrimStart('\uFEFF');
        return line.StartsWith(Signature, StringComparison.Ordinal)
            && (line.Length == Signature.Length || line[Signature.Length] is ' ' or '\t');
    }

    private static void Check(string path, IReadOnlyList<Cue> cues, bool isWebVtt, List<string> notes)
    {
        if (cues.Count == 0)
            throw Invalid(path, null, "it has no subtitles.");
        var overlap = 0;
        for (var i = 0; i < cues.Count; i++)
        {
            var cue = cues[i];
            if (cue.End <= cue.Start)
                throw Invalid(path, cue.Line, $"it ends at {TimeOf(cue.End)}, and begins at {TimeOf(cue.Start)}.");
            if (i == 0)
                continue;
            var before = cues[i - 1];
            if (cue.Start < before.Start)
                throw Invalid(
                    path, cue.Line,
                    $"it begins at {TimeOf(cue.Start)}, before the one on line {before.Line} ({TimeOf(before.Start)}). Sort them by time.");
            if (cue.Start >= before.End)
                continue;
            if (!isWebVtt)
                throw Invalid(
                    path, cue.Line,
                    $"it begins at {TimeOf(cue.Start)}, while the one on line {before.Line} is shown until {TimeOf(before.End)}. "
                    + "Let that one end earlier, or save the file as WebVTT, which has both at once.");
            overlap = overlap == 0 ? cue.Line : overlap;
        }

        if (overlap > 0)
            notes.Add($"{path}, line {overlap}: two subtitles are shown at once. WebVTT has that for two speakers.");
    }

    private static string TimeOf(TimeSpan time) => time.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);

    private static bool HasExtension(string path, string extension) =>
        Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static KinescopeException Invalid(string path, int? line, string why) => new(
        ErrorIds.SubtitleInvalid, $"{path}{(line is null ? "" : $", line {line}")}: {why}");

    /// <summary>Goes through the blocks of a file.</summary>
    private sealed class Reader(string path, string[] lines, bool isWebVtt)
    {
        private readonly List<Cue> _cues = [];
        private int _at;

        private bool HasLine => _at < lines.Length;

        private bool IsBlank => string.IsNullOrWhiteSpace(lines[_at]);

        public List<Cue> Read()
        {
            if (isWebVtt)
                SkipBlock();
            while (HasLine)
            {
                if (IsBlank)
                    _at++;
                else if (isWebVtt && IsAside(lines[_at]))
                    SkipBlock();
                else
                    ReadCue();
            }

            return _cues;
        }

        private void SkipBlock()
        {
            while (HasLine && !IsBlank)
                _at++;
        }

        private static bool IsAside(string line) => line is "STYLE" or "REGION" or "NOTE"
            || line.StartsWith("NOTE ", StringComparison.Ordinal) || line.StartsWith("NOTE\t", StringComparison.Ordinal)
            || line.StartsWith("STYLE ", StringComparison.Ordinal) || line.StartsWith("REGION ", StringComparison.Ordinal);

        private void ReadCue()
        {
            if (!lines[_at].Contains(Arrow))
            {
                if (!isWebVtt && !Number().IsMatch(lines[_at]))
                    throw Invalid(
                        path, _at + 1,
                        $"a number, or times such as 00:00:01,000 {Arrow} 00:00:04,000, are expected, and "
                        + $"'{Shown(lines[_at])}' stands there. A blank line ends a subtitle: it can have none within.");
                _at++;
                if (!HasLine || !lines[_at].Contains(Arrow))
                    throw Invalid(
                        path, Math.Min(_at, lines.Length - 1) + 1, $"the times of a subtitle are expected. They are written {Example}.");
            }

            var (line, times) = (_at + 1, (isWebVtt ? WebVttTimes() : SubRipTimes()).Match(lines[_at]));
            if (!times.Success)
                throw Invalid(
                    path, line, $"'{Shown(lines[_at])}' are no times. They are written {Example}.");
            _at++;
            var text = new List<string>();
            for (; HasLine && !IsBlank; _at++)
            {
                if (lines[_at].Contains(Arrow))
                    throw Invalid(
                        path, _at + 1, $"the subtitle of line {line} is not over: a blank line has to stand before the next one.");
                text.Add(lines[_at].TrimEnd());
            }

            if (text.Count == 0)
                throw Invalid(path, line, "it has no text. Remove it, or write its text on the next line.");
            _cues.Add(new Cue(TimeAt(times, "1"), TimeAt(times, "2"), string.Join('\n', text), line));
        }

        private string Example => isWebVtt ? $"00:00:01.000 {Arrow} 00:00:04.000" : $"00:00:01,000 {Arrow} 00:00:04,000";

        private static string Shown(string line) => line.Length > 60 ? line[..60] + "..." : line;

        private static TimeSpan TimeAt(Match times, string which)
        {
            var milliseconds = times.Groups["ms" + which].Value;
            return new TimeSpan(
                0,
                times.Groups["h" + which] is { Success: true, Value: var hours } ? int.Parse(hours, CultureInfo.InvariantCulture) : 0,
                int.Parse(times.Groups["m" + which].Value, CultureInfo.InvariantCulture),
                int.Parse(times.Groups["s" + which].Value, CultureInfo.InvariantCulture),
                milliseconds.Length == 0 ? 0 : int.Parse(milliseconds.PadRight(3, '0'), CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"^\s*[0-9]+\s*$")]
    private static partial Regex Number();

    [GeneratedRegex(
        @"^\s*(?<h1>[0-9]{1,4}):(?<m1>[0-5]?[0-9]):(?<s1>[0-5]?[0-9])(?:[,.](?<ms1>[0-9]{1,3}))?\s*-->"
        + @"\s*(?<h2>[0-9]{1,4}):(?<m2>[0-5]?[0-9]):(?<s2>[0-5]?[0-9])(?:[,.](?<ms2>[0-9]{1,3}))?(?:\s.*)?$")]
    private static partial Regex SubRipTimes();

    [GeneratedRegex(
        @"^\s*(?:(?<h1>[0-9]{2,4}):)?(?<m1>[0-5][0-9]):(?<s1>[0-5][0-9])\.(?<ms1>[0-9]{3})\s+-->"
        + @"\s+(?:(?<h2>[0-9]{2,4}):)?(?<m2>[0-5][0-9]):(?<s2>[0-5][0-9])\.(?<ms2>[0-9]{3})(?:\s.*)?$")]
    private static partial Regex WebVttTimes();
}
