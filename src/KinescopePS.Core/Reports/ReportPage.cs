using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace KinescopePS.Reports;

/// <summary>The way in which a report is told.</summary>
/// <param name="Culture">The culture of its texts and figures.</param>
/// <param name="MadeAt">When it is made.</param>
/// <param name="Zone">The time zone of its times.</param>
internal sealed record ReportOptions(CultureInfo Culture, DateTimeOffset MadeAt, TimeZoneInfo Zone)
{
    /// <summary>The title; null for the usual one.</summary>
    public string? Title { get; init; }

    /// <summary>The progress file that commands have to name; null for the one that they find by themselves.</summary>
    public string? ProgressFile { get; init; }
}

/// <summary>
/// A report as one HTML file that needs nothing else. Its Content Security Policy lets no script run and no sheet apply but its own, which
/// it knows by their hashes; nothing is loaded from anywhere.
/// </summary>
internal sealed partial class ReportPage
{
    private static readonly Lazy<string> Sheet = new(() => ReadOwn("report.css"));
    private static readonly Lazy<string> Script = new(() => ReadOwn("report.js"));

    private readonly ReportData _data;
    private readonly ReportOptions _options;
    private readonly ReportTexts _texts;
    private readonly Html _html;
    private readonly IReadOnlyList<ReportLesson> _lessons;
    private readonly IReadOnlyList<ReportRun> _runs;

    private ReportPage(ReportData data, ReportOptions options, Html html)
    {
        (_data, _options, _html) = (data, options, html);
        _texts = new ReportTexts(options.Culture, options.Zone);
        (_lessons, _runs) = (data.Lessons, data.Runs);
    }

    /// <summary>Writes a report as UTF-8 without a byte order mark.</summary>
    /// <param name="data">What it tells of, complete.</param>
    /// <param name="options">How.</param>
    /// <param name="to">Takes the page; it stays open.</param>
    public static void Write(ReportData data, ReportOptions options, Stream to)
    {
        using var text = new StreamWriter(to, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        new ReportPage(data, options, new Html(text)).Write(text);
    }

    private void Write(StreamWriter text)
    {
        text.Write("<!DOCTYPE html>\n");
        _html.Open("html", ("lang", _texts.Language)).Line();
        WriteHead();
        _html.Open(
            "body",
            ("data-copy", _texts.Copy), ("data-copied", _texts.Copied), ("data-selected", _texts.Selected), ("data-rows", _texts.Rows),
            ("data-one", _texts.Matches("one")), ("data-few", _texts.Matches("few")), ("data-many", _texts.Matches("many")),
            ("data-other", _texts.Matches("other"))).Line();
        WriteHeader();
        _html.Open("main").Line();
        WriteFailures();
        WriteLeftOver();
        WriteFindings();
        WriteFoundBefore();
        WriteAhead();
        WriteTotals();
        WriteCourses();
        WriteTimelines();
        WriteRuns();
        WriteLessons();
        _html.Close().Line();
        _html.Open("footer")
            .Element("p", $"{_texts.FooterZone} {_texts.Zone(_options.MadeAt)}. KinescopePS {Version}.")
            .Element("p", "", ("id", "said"), ("class", "unseen"), ("role", "status"))
            .Close().Line();
        _html.Own("script", Script.Value).Line().Close().Line().Close().Line();
    }

    private static string Version => typeof(ReportPage).Assembly.GetName().Version?.ToString(3) ?? "";

    private string Heading => string.IsNullOrWhiteSpace(_options.Title) ? _texts.Title : _options.Title;

    private void WriteHead() => _html.Open("head").Line()
        .Open("meta", ("charset", "utf-8")).Line()
        .Open("meta", ("http-equiv", "Content-Security-Policy"), ("content", PolicyOf(Sheet.Value, Script.Value))).Line()
        .Open("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")).Line()
        .Open("meta", ("name", "referrer"), ("content", "no-referrer")).Line()
        .Open("meta", ("name", "color-scheme"), ("content", "light dark")).Line()
        .Element("title", Heading).Line()
        .Own("style", Sheet.Value).Line()
        .Close().Line();

    private static string PolicyOf(string sheet, string script) =>
        $"default-src 'none'; style-src 'sha256-{HashOf(sheet)}'; script-src 'sha256-{HashOf(script)}'; img-src data:; base-uri 'none'; "
        + "form-action 'none'";

    private static string HashOf(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // A browser reads line feeds whatever stands in the file: the hash is of what it reads.
    private static string ReadOwn(string name)
    {
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return text.ReadToEnd().ReplaceLineEndings("\n");
    }

    private void WriteHeader()
    {
        _html.Open("header").Line()
            .Element("a", _texts.Skip, ("class", "jump"), ("href", "#failures"))
            .Element("a", _texts.SkipToLessons, ("class", "jump"), ("href", "#all")).Line()
            .Element("h1", Heading).Line()
            .Open("p", ("class", "meta")).Text($"{_texts.Made} {_texts.Moment(_options.MadeAt)}");
        if (_data.Since is { } since)
            _html.Text(_texts.Of(", of what happened since ", ", о том, что было с ") + _texts.Moment(since));
        _html.Close().Line();
        WriteHeadline();
        _html.Close().Line();
    }

    private void WriteHeadline()
    {
        var (failed, left, done) = (
            _lessons.Count(lesson => lesson.HasFailed), _lessons.Count(lesson => !lesson.HasFailed && !lesson.IsDone),
            _lessons.Count(lesson => lesson.IsDone));
        var isBad = failed > 0 || _data.Errors.Count > 0 || _data.FoundBefore.Any(finding => finding.Level == LessonUploadLevel.Error);
        var headline = _lessons.Count == 0 ? _data.IsEmpty ? _texts.NothingKnown : ""
            : failed + left == 0 ? _texts.AllDone(done)
            : failed == 0 ? Capital(_texts.WereNotReached(left)) + _texts.OfAll(_lessons.Count)
            : _texts.HaveFailed(failed) + (left > 0 ? $", {_texts.WereNotReached(left)}" : "") + _texts.OfAll(_lessons.Count);
        if (_lessons.Count == 0 && _runs.Count > 0)
            headline = _texts.RunCount(_runs.Count);
        if (_data.Findings.Count > 0)
            headline += " " + _texts.FindingCount(_data.Findings.Count);
        if (_data.Errors.Count > 0)
            headline += " " + _texts.OtherErrorCount(_data.Errors.Count);
        if (_data.FoundBefore.Count > 0)
            headline += " " + _texts.FoundBeforeCount(_data.FoundBefore.Count);
        var style = isBad ? "bad" : failed + left > 0 ? "open" : "good";
        _html.Element("p", headline.Length == 0 ? _texts.NothingDone : headline.Trim(), ("class", $"headline {style}")).Line();
        WriteNames(_lessons.Where(lesson => lesson.HasFailed), failed);
        WriteWhatToDo(isBad, failed, left);
    }

    private void WriteNames(IEnumerable<ReportLesson> lessons, int count)
    {
        const int most = 5;
        if (count == 0)
            return;
        var names = lessons.Take(most).Select(lesson => lesson.Title is { } title ? $"{title} ({lesson.Key})" : lesson.Key);
        _html.Open("p", ("class", "names")).Text(string.Join("; ", names));
        if (count > most)
            _html.Text(" ").Text(_texts.AndMore(count - most));
        _html.Text(".").Close().Line();
    }

    private void WriteWhatToDo(bool isBad, int failed, int left)
    {
        var unlinked = _lessons.Count(lesson => lesson.State == ReportState.Uploaded);
        var hasLinks = _lessons.Any(lesson => lesson.State == ReportState.Linked);
        if (_lessons.Count == 0 && !isBad)
            return;
        _html.Element("h2", _texts.Next);
        if (failed + left > 0 || isBad)
        {
            _html.Element("p", isBad ? _texts.MendFirst : _texts.RunAgain);
            WriteCommand(SendCommand());
        }
        else if (hasLinks && unlinked > 0)
        {
            _html.Element("p", _texts.LinkThem);
            WriteCommand($"Get-KinescopeUpload{ProgressFileArgument} | Set-LessonVideoId");
        }
        else
        {
            _html.Element("p", _texts.NothingToDo);
        }

        _html.Line();
    }

    private string ProgressFileArgument =>
        _options.ProgressFile is { } file ? $" -ProgressFile {Quoted(file)}" : "";

    /// <summary>The command that sends lessons again; all of a map where they are many, for those that are done are passed over.</summary>
    private string SendCommand(IReadOnlyCollection<ReportLesson>? lessons = null)
    {
        const int most = 10;
        var chosen = lessons is null || lessons.Count > most || lessons.Any(lesson => Path.IsPathFullyQualified(lesson.Key))
            ? "" : " -LessonId " + string.Join(", ", lessons.Select(lesson => Quoted(Escaped(lesson.Key))));
        var more = (_data.HasBeside ? " -WithCompanions" : "") + (_data.Estimate is { ToReplace: > 0 } ? " -Replace" : "");
        return $"Get-LessonVideoMap{chosen} | Send-KinescopeVideo{more}{ProgressFileArgument} | Set-LessonVideoId";
    }

    private void WriteCommand(string command) =>
        _html.Open("p", ("class", "command")).Element("code", command, ("class", "cmd"), ("translate", "no")).Close();

    /// <summary>A text as a literal of PowerShell, for which the typographic quotes are quotes as well.</summary>
    internal static string Quoted(string text) => CommandText.Literal(PrintableText.Of(text));

    // A name that is typed may hold wildcards.
    private static string Escaped(string id) => id.IndexOfAny(['*', '?', '[', ']']) < 0
        ? id : string.Concat(id.Select(letter => letter is '*' or '?' or '[' or ']' or '`' ? $"`{letter}" : $"{letter}"));

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.InvariantCulture) + text[1..];

    private void BeginTable(string caption, string? style, params string[] columns)
    {
        _html.Open("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", caption))
            .Open("table", ("class", style)).Element("caption", caption).Open("thead").Open("tr");
        foreach (var column in columns)
            _html.Element("th", column, ("scope", "col"));
        _html.Close().Close().Open("tbody").Line();
    }

    private void EndTable() => _html.Close().Close().Close().Line();

    /// <summary>A video's link, made of its id alone: an address in the data is never one.</summary>
    private void WriteVideo(string? videoId, string? title)
    {
        if (VideoIds.Read(videoId) is { } id)
        {
            var name = $"{_texts.Watch}: {title ?? id}";
            _html.Element("a", _texts.Watch, ("href", VideoIds.EmbedUrl(id)), ("rel", "noreferrer"), ("aria-label", name));
        }
        else
        {
            _html.Text(videoId);
        }
    }

    /// <summary>A text of others without the paths of addresses in it: whoever has an upload's address may write to it.</summary>
    private static string Told(string? text) => Address().Replace(
        text ?? "",
        match => match.Groups["user"].Success || match.Groups["rest"].Success && !IsPublic(match)
            ? $"{match.Groups["scheme"].Value}{match.Groups["host"].Value}/\u2026" : match.Value);

    private static bool IsPublic(Match address) =>
        address.Groups["host"].Value is "kinescope.io" or "www.kinescope.io" && !address.Groups["rest"].Value.Contains('?');

    [GeneratedRegex(
        @"(?<scheme>\b[a-z][a-z0-9+.-]*://)(?<user>[^\s/@]*@)?(?<host>[^\s/?#@'""<>]+)(?<rest>[/?#][^\s'""<>]*)?",
        RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
