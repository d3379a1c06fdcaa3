using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>docs/progress-file.md against the code.</summary>
public sealed partial class ProgressFilePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/progress-file.md"));

    [Fact]
    public void FoundC19_the_page_lists_the_events_of_the_code()
    {
        var kinds = Enum.GetValues<UploadEventKind>().Select(kind => JsonSerializer.SerializeToElement(kind).GetString()!);

        Assert.Equal(kinds.Append("journal").Order(), RowsOf("`event`").Select(row => row.Name).Order());
    }

    [Fact]
    public void FoundC19_the_page_lists_the_fields_of_the_code_and_uses_no_other()
    {
        var fields = typeof(UploadEvent).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Where(name => name != "event").ToList();

        var listed = RowsOf("Field").Select(row => row.Name).ToList();

        Assert.Equal(fields.Concat(["version", "check"]).Order(), listed.Order());
        Assert.Equal(listed.Except(["at", "check"]).Order(), RowsOf("`event`").SelectMany(row => Names(row.Cells[^1])).Distinct().Order());
    }

    [Fact]
    public void FoundC19_the_page_lists_the_reasons_and_stages_of_the_code()
    {
        var reasons = typeof(AbandonReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        var stages = Enum.GetValues<UploadStage>().Select(stage => JsonSerializer.SerializeToElement(stage).GetString()!);
        var rows = RowsOf("Field").ToDictionary(row => row.Name, row => row.Cells[^1]);

        Assert.Equal(reasons.Order(), Names(rows["reason"]).Except(["failed", "abandoned", "superseded"]).Order());
        Assert.Equal(stages.Order(), Names(rows["stage"]).Order());
    }

    private static IEnumerable<(string Name, string[] Cells)> RowsOf(string heading) =>
        from line in Page[Page.IndexOf($"| {heading} |", StringComparison.Ordinal)..].Split('\n').Skip(2).TakeWhile(line => line.StartsWith('|'))
        let cells = line.Trim('|', ' ').Split(" | ")
        select (Names(cells[0]).Single(), cells);

    private static IEnumerable<string> Names(string text) => Quoted().Matches(text).Select(match => match.Groups[1].Value);

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
