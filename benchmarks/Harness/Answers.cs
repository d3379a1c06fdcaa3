using System.Text;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Subjects;

namespace KinescopeBenchmarks.Harness;

/// <summary>The answer to a question, for a reader with two minutes.</summary>
/// <param name="Question">The heading.</param>
/// <param name="Sentence">The answer in a sentence.</param>
/// <param name="Picture">The file of its picture.</param>
/// <param name="Svg">The picture.</param>
internal sealed record Answer(string Question, string Sentence, string Picture, string Svg)
{
    /// <summary>What stands below the picture; empty for nothing.</summary>
    public string Below { get; init; } = "";
}

/// <summary>The answers that results give. What was not measured is left out.</summary>
internal static class Answers
{
    public const string PicturePrefix = "performance-";

    private static readonly string[] Protocols = ["plain HTTP", "TLS"];
    private static readonly string[] Uploaders = [UploadClient.OursName, UploadClient.CurlName, UploadClient.TusName, UploadClient.BareName];

    public static IReadOnlyList<Answer> Of(Results results) =>
        [.. new Func<Results, Answer?>[] { Line, Others, SmallFiles, Byte, Run, Start, Linked, Grown }.Select(answer => answer(results)).OfType<Answer>()];

    /// <summary>The answers as Markdown.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="pictures">The folder of the pictures, from the page.</param>
    public static string Write(IReadOnlyList<Answer> answers, string pictures)
    {
        var text = new StringBuilder();
        foreach (var answer in answers)
        {
            text.AppendLine($"### {answer.Question}").AppendLine();
            text.AppendLine(answer.Sentence).AppendLine();
            text.AppendLine($"![{answer.Question}]({pictures}/{answer.Picture})").AppendLine();
            if (answer.Below.Length > 0)
                text.AppendLine(answer.Below).AppendLine();
        }

        return text.ToString().TrimEnd();
    }

    private static Answer? Byte(Results results)
    {
        var groups = OneFileGroups(results, OneFile.Slope);
        if (groups.Count == 0)
            return null;
        if (Group(results, "what -Verify adds", Verify.Name, null, [Verify.Difference, Verify.Alone], Verify.Cost) is { Bars.Count: > 1 } verifying)
            groups.Add(verifying);
        return new Answer("What does a byte cost?",
            $"Processor time for each further GiB of a file: {Compared(groups.Where(group => Protocols.Contains(group.Title)), "s")}.",
            $"{PicturePrefix}byte.svg",
            SvgChart.Bars("What a GiB costs", "CPU seconds for each further GiB; less is better", groups));
    }

    private static Answer? Run(Results results)
    {
        var groups = OneFileGroups(results, OneFile.Intercept);
        return groups.Count == 0 ? null : new Answer("What does a run cost?",
            $"Processor time of a run, however long it is, beyond the start of its engine: {Compared(groups, "s")}.",
            $"{PicturePrefix}run.svg",
            SvgChart.Bars("What a run costs, however long it is", "CPU seconds beyond the idle engine; less is better", groups));
    }

    private static Answer? Line(Results results)
    {
        var groups = CasesOf(results, RealJob.Name).Select(what => Group(results, what, RealJob.Name, what, [.. ClientsOf(results, RealJob.Name, what).OrderBy(OrderOf)], RealJob.Share)).Where(group => group.Bars.Count > 0).ToList();
        return groups.Count == 0 ? null : new Answer("How much of a line is used?",
            $"The sample course over lines of a limited rate. {string.Join(" ", new[] { UploadJob.Auto, 3 }.Select(RealJob.Label).Where(label => groups.TrueForAll(group => group.Bars.Any(bar => bar.Label == label))).Select(Told))}",
            $"{PicturePrefix}line.svg",
            SvgChart.Bars("How much of the line's rate arrives as files", "% of the line; more is better", groups));

        string Told(string label)
        {
            var shares = groups.Select(group => (group.Title, Share: group.Bars.First(bar => bar.Label == label).Value.Median)).OrderBy(pair => pair.Share).ToList();
            return $"{label} uses {Spread.Number(shares[0].Share)} % ({shares[0].Title}) to {Spread.Number(shares[^1].Share)} % ({shares[^1].Title}) of it.";
        }

        // Ours by the number of files at once, then the others as they come.
        static int OrderOf(string client) => !client.StartsWith(UploadClient.OursName, StringComparison.Ordinal) ? int.MaxValue
            : int.TryParse(client.Split(' ')[^1], out var limit) ? limit : int.MaxValue - 1;
    }

    private static Answer? Others(Results results)
    {
        if (CasesOf(results, Neighbours.Name).ToList() is not [var asking, .. var sending])
            return null;
        var group = Group(results, "", Neighbours.Name, asking, ClientsOf(results, Neighbours.Name, asking), Neighbours.Answers);
        var alone = group.Bars.First(bar => bar.Label == Neighbours.Alone);
        var shares = sending is [var large, ..]
            ? $" One who sends a large file then has {string.Join(", ", ClientsOf(results, Neighbours.Name, large).Where(client => client != Neighbours.Alone).Select(client => $"{Spread.Number(results.SpreadOf(Neighbours.Name, large, client, Neighbours.TheirShare)!.Value.Median)} % of the line beside {client}"))}."
            : "";
        return new Answer("Does it disturb others on the line?",
            $"Somebody else's small requests are answered in {Spread.Number(alone.Value.Median)} ms while nothing is sent, and in {string.Join(", ", group.Bars.Where(bar => bar != alone).Select(bar => $"{Spread.Number(bar.Value.Median)} ms beside {bar.Label}"))} ({asking.Split(", beside")[0]}).{shares}",
            $"{PicturePrefix}others.svg",
            SvgChart.Bars("Somebody else on the line", "ms to the answer to a small request; less is better", [group]));
    }

    private static Answer? SmallFiles(Results results)
    {
        var far = CasesOf(results, ManyFiles.Name).Where(what => what.Contains(" round trip", StringComparison.Ordinal) && what.Contains(" files of ", StringComparison.Ordinal));
        var groups = far.Select(what => Group(results, what.Split(", ")[^1], ManyFiles.Name, what, [.. ClientsOf(results, ManyFiles.Name, what).Where(client => client.EndsWith("at once", StringComparison.Ordinal))], ManyFiles.PerFile)).Where(group => group.Bars.Count > 1).ToList();
        return groups.Count == 0 ? null : new Answer("How long do small files take far away?",
            $"Of 405 files of 1 MiB, three at once, each takes on average {Compared(groups, "ms")}. Where Kinescope counts new videos among the 300 calls a minute, none can take less than 200 ms.",
            $"{PicturePrefix}small-files.svg",
            SvgChart.Bars("Small files over a long line", "ms a file; less is better", groups));
    }

    private static Answer? Start(Results results)
    {
        var start = Group(results, "the start of an empty script", Import.Name, null, [Import.With, Import.Bare], "ms", 1 / 1000.0);
        var resume = Group(results, "the first new byte after kill -9, from the start of the process", Resume.Name, null, Uploaders, Resume.Whole);
        List<BarGroup> groups = [.. new[] { start, resume }.Where(group => group.Bars.Count > 0)];
        return groups.Count == 0 ? null : new Answer("How soon does it begin, and go on?",
            string.Join(" ", groups.Select(group => group == start
                ? $"Importing the module adds {Median(results, Import.Name, Import.Difference, "ms")} ms to PowerShell's own start."
                : $"An upload of 4 GiB that was killed in the middle goes on {Spread.Number(group.Bars[0].Value.Median)} s after its command was started again, PowerShell's own start included{(group.Bars.FirstOrDefault(bar => bar.Label == UploadClient.TusName) is { } tus ? $"; {tus.Label} after {Spread.Number(tus.Value.Median)} s" : "")}; curl begins anew.")),
            $"{PicturePrefix}start.svg",
            SvgChart.Bars("From a command to what it does", "seconds; less is better", groups));
    }

    private static Answer? Linked(Results results)
    {
        var groups = CasesOf(results, Linking.Name).Select(what => Group(results, what, Linking.Name, what, ClientsOf(results, Linking.Name, what), Linking.Seconds)).Where(group => group.Bars.Count > 0).ToList();
        return groups.Count == 0 ? null : new Answer("How long does linking take?",
            string.Join(" ", groups.Select(group => $"{group.Title} are linked in {Spread.Number(group.Bars[0].Value.Median)} s{(results.SpreadOf(Linking.Name, group.Title, Linking.Psql, Linking.Seconds) is { } psql ? $"; psql takes {Spread.Number(psql.Median)} s with COPY and UPDATE" : "")}{(results.SpreadOf(Linking.Name, group.Title, Linking.Nothing, Linking.Seconds) is { } nothing ? $", and PowerShell {Spread.Number(nothing.Median)} s to hand the objects to a cmdlet that does nothing" : "")}.")),
            $"{PicturePrefix}linking.svg",
            SvgChart.Bars("Linking in PostgreSQL", "seconds; less is better", groups));
    }

    private static Answer? Grown(Results results)
    {
        var lines = Growth.LinesOf(results);
        if (lines.Count == 0)
            return null;
        var table = new StringBuilder("| Work | Lessons or records | s | Times as long for ten times as many |\n|---|---|---|---|\n");
        foreach (var line in lines)
            table.Append($"| {line.Label} | {Growth.Sizes(line)} | {string.Join(", ", line.Points.Select(point => Spread.Number(point.Value.Median)))} | {string.Join(", ", Growth.StepsOf(line).Select(Spread.Number))} |\n");
        var most = lines.Max(line => Growth.StepsOf(line)[^1]);
        return new Answer("What if there are many?",
            $"At the largest sizes, ten times as many take at most {Spread.Number(most)} times as long.",
            $"{PicturePrefix}growth.svg",
            SvgChart.Lines("Time by the number of lessons", "lessons, or records of a progress file; seconds at the left", lines))
        { Below = table.ToString().TrimEnd() };
    }

    private static List<BarGroup> OneFileGroups(Results results, string value) =>
        [.. Protocols.Select(protocol => Group(results, protocol, OneFile.Name, protocol, Uploaders, value)).Where(group => group.Bars.Count > 0)];

    /// <param name="what">The case; null where the subject has one.</param>
    private static BarGroup Group(Results results, string title, string benchmark, string? what, IReadOnlyList<string> clients, string value, double factor = 1) =>
        new(title, [.. from client in clients
                       let spread = results.SpreadOf(benchmark, what, client, value)
                       where spread is not null
                       select new Bar(client, new(spread.Value.Median * factor, spread.Value.Least * factor, spread.Value.Most * factor), IsOurs(client))]);

    // Cmdlets of ours go by their names.
    private static bool IsOurs(string client) =>
        client.StartsWith(UploadClient.OursName, StringComparison.Ordinal) || client.StartsWith("Set-LessonVideoId", StringComparison.Ordinal) || client is Import.With or Verify.Difference;

    private static IEnumerable<string> CasesOf(Results results, string benchmark) =>
        results.Measurements.Where(measurement => measurement.Benchmark == benchmark).Select(measurement => measurement.Case).Distinct();

    private static string[] ClientsOf(Results results, string benchmark, string what) =>
        [.. results.Measurements.Where(measurement => (measurement.Benchmark, measurement.Case) == (benchmark, what)).Select(measurement => measurement.Client).Distinct()];

    private static string Median(Results results, string benchmark, string client, string value) => Spread.Number(results.SpreadOf(benchmark, null, client, value)?.Median ?? double.NaN);

    /// <summary>The groups side by side, ours before the others: <c>0.6 s by plain HTTP (curl 0.7, the loop 0.5) and ...</c>.</summary>
    private static string Compared(IEnumerable<BarGroup> groups, string unit) =>
        string.Join(" and ", groups.Select(group => $"{Spread.Number(group.Bars[0].Value.Median)} {unit} {(group.Title.Contains("round trip") ? "at a" : "by")} {group.Title} ({string.Join(", ", group.Bars.Skip(1).Select(bar => $"{bar.Label} {Spread.Number(bar.Value.Median)}"))})"));
}
