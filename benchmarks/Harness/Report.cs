using System.Text;
using KinescopeBenchmarks.Subjects;

namespace KinescopeBenchmarks.Harness;

/// <summary>The results as Markdown tables.</summary>
internal static class Report
{
    /// <summary>The machine and the run, and the table of targets.</summary>
    public static string Targets(Results results)
    {
        var text = new StringBuilder();
        var machine = results.Machine;
        var tools = new[] { machine.Runtime, machine.Pwsh, machine.Curl, machine.Node is null ? null : $"Node {machine.Node}", machine.Psql }.Where(tool => tool is not null);
        text.AppendLine(FormattableString.Invariant($"{results.Date:yyyy-MM-dd}, commit {results.Commit ?? "unknown"}, {results.Configuration}{(results.IsSmoke ? ", **smoke run: the figures mean nothing**" : "")}."));
        text.AppendLine(FormattableString.Invariant($"{machine.Processor}, {machine.CoreCount} cores{(machine.ArePinned ? " (servers and clients pinned to different ones)" : "")}, {machine.MemoryGiB:0.0} GiB, {machine.System}; {string.Join(", ", tools)}."));
        Table(text, null, ["Benchmark", "What", "Measured: median (range)", "To reach", ""],
            results.Targets.OrderBy(target => Benchmarks.All.ToList().FindIndex(benchmark => benchmark.Name == target.Benchmark)).Select(target => (string[])[$"`{target.Benchmark}`", target.What, target.Figure, target.ToReach, target.IsMet switch { true => "met", false => "**missed**", null => "" }]));
        if (results.Notes.Count > 0)
            text.AppendLine().AppendLine(string.Join('\n', results.Notes.Distinct().Select(note => $"- {note}")));
        return text.ToString().Trim();
    }

    /// <summary>All figures, a table for each benchmark.</summary>
    public static string Tables(Results results)
    {
        var text = new StringBuilder();
        foreach (var benchmark in Benchmarks.All)
        {
            var measured = results.Measurements.Where(measurement => measurement.Benchmark == benchmark.Name).ToList();
            if (measured.Count == 0)
                continue;
            var values = measured.SelectMany(measurement => measurement.Values.Keys).Distinct().ToArray();
            Table(text, $"{benchmark.Title} (`{benchmark.Name}`)", ["Case", "Client", "Rounds", .. values],
                measured.GroupBy(measurement => (measurement.Case, measurement.Client)).Select(group => (string[])[group.Key.Case, group.Key.Client, group.Count().ToString(), .. values.Select(value => Cell(group, value))]));
        }

        return text.ToString().Trim();
    }

    private static string Cell(IEnumerable<Measurement> measurements, string value)
    {
        var values = measurements.Where(measurement => measurement.Values.ContainsKey(value)).Select(measurement => measurement.Values[value]).ToList();
        return values.Count > 0 ? Spread.Of(values).ToString() : "";
    }

    private static void Table(StringBuilder text, string? title, string[] columns, IEnumerable<string[]> rows)
    {
        text.AppendLine();
        if (title is not null)
            text.AppendLine($"## {title}").AppendLine();
        text.AppendLine($"| {string.Join(" | ", columns)} |");
        text.AppendLine($"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var row in rows)
            text.AppendLine($"| {string.Join(" | ", row)} |");
    }
}
