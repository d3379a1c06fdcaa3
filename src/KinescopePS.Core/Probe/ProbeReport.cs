using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace KinescopePS.Probe;

/// <summary>The findings of a probe, as files that its owner may post.</summary>
internal sealed record ProbeReport
{
    private static readonly JsonWriterOptions Written = new() { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public required DateTimeOffset At { get; init; }

    /// <summary>The module's version.</summary>
    public required string Version { get; init; }

    /// <summary>The API's host.</summary>
    public required string Host { get; init; }

    public required TimeSpan Took { get; init; }

    /// <summary>The number of responses.</summary>
    public required int Answers { get; init; }

    /// <summary>True where only what changes nothing was asked.</summary>
    public required bool IsQuick { get; init; }

    /// <summary>True where it ended before all was asked.</summary>
    public required bool IsIncomplete { get; init; }

    public required IReadOnlyList<KinescopeAccountFinding> Findings { get; init; }

    /// <summary>The things that could not be removed, each with its reason.</summary>
    public required IReadOnlyList<string> LeftBehind { get; init; }

    private IEnumerable<string> Settings => Findings.Select(finding => finding.Setting).OfType<string>();

    public void WriteJson(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, Written);
        json.WriteStartObject();
        json.WriteString("report", "KinescopePS account");
        json.WriteString("at", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteString("module_version", Version);
        json.WriteString("api_host", Host);
        json.WriteNumber("seconds", Math.Round(Took.TotalSeconds));
        json.WriteNumber("responses", Answers);
        json.WriteBoolean("quick", IsQuick);
        json.WriteBoolean("incomplete", IsIncomplete);
        WriteTexts(json, "left_behind", LeftBehind);
        WriteTexts(json, "settings", Settings);
        json.WriteStartArray("findings");
        foreach (var finding in Findings)
            Write(json, finding);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The report as a page of Markdown.</summary>
    public string ToMarkdown()
    {
        var page = new StringBuilder();
        Add($"# A Kinescope account as KinescopePS {Version} found it\n\n");
        Add($"{At.UtcDateTime:yyyy-MM-dd HH:mm} UTC, {Host}, {Answers} responses in {Took.TotalSeconds:0} s");
        Add($"{(IsQuick ? ", reading only" : "")}{(IsIncomplete ? ", **ended before all was asked**" : "")}.\n\n");
        var (same, other) = (Findings.Count(finding => finding.Agrees == true), Findings.Count(finding => finding.Agrees == false));
        Add($"{same} answers as expected, {other} otherwise, {Findings.Count - same - other} without judgement.\n");
        List(page, "What the module does with the others", Findings
            .Where(finding => finding.Agrees == false)
            .Select(finding => $"`{finding.Id}`: {Cell(finding.Consequence ?? "nothing changes")}"));
        List(page, "Settings that suit this account", Settings.Select(setting => $"`{setting}`"));
        List(page, "Left behind: remove it in the dashboard", LeftBehind.Select(Cell));
        page.Append("\n## All questions\n");
        foreach (var subject in Findings.GroupBy(finding => finding.Subject))
        {
            Add($"\n### {subject.Key}\n\n| | Question | Expected | Seen | Matters because |\n|---|---|---|---|---|\n");
            foreach (var finding in subject)
            {
                var mark = finding.Agrees switch { true => "as expected", false => "**otherwise**", null => "-" };
                string[] cells = [$"`{finding.Id}` {finding.Question}", finding.Expected, finding.Seen, finding.Matters];
                Add($"| {mark} | {string.Join(" | ", cells.Select(Cell))} |\n");
            }
        }

        return page.ToString();

        void Add(FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));
    }

    private static void List(StringBuilder page, string title, IEnumerable<string> lines)
    {
        var list = lines.ToList();
        if (list.Count == 0)
            return;
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
        foreach (var line in list)
            page.Append(CultureInfo.InvariantCulture, $"- {line}\n");
    }

    private static void Write(Utf8JsonWriter json, KinescopeAccountFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("id", finding.Id);
        json.WriteString("subject", finding.Subject);
        json.WriteString("question", finding.Question);
        json.WriteString("expected", finding.Expected);
        json.WriteString("seen", finding.Seen);
        if (finding.Agrees is { } agrees)
            json.WriteBoolean("agrees", agrees);
        else
            json.WriteNull("agrees");
        json.WriteString("matters", finding.Matters);
        if (finding.Consequence is { } consequence)
            json.WriteString("consequence", consequence);
        if (finding.Setting is { } setting)
            json.WriteString("setting", setting);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    // What a table's cell or a line would take for its own.
    private static string Cell(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace('\n', ' ');
}
