using System.Globalization;
using System.Text.RegularExpressions;
using KinescopeBenchmarks.Subjects;

namespace KinescopeBenchmarks.Harness;

/// <summary>Work whose time grows with the number of lessons: what was measured of it.</summary>
/// <param name="Work">What is done.</param>
/// <param name="Benchmark">The subject that measures it.</param>
/// <param name="Client">Who does it there.</param>
/// <param name="Value">The figure, in seconds.</param>
internal sealed partial record Growth(string Work, string Benchmark, string Client, string Value)
{
    /// <summary>Net times below this are what two starts of an engine differ by. Unit: seconds.</summary>
    private const double LeastTold = 0.02;

    private static readonly Growth[] All =
    [
        new("mapping a manifest", Mapping.Name, "Get-LessonVideoMap", "net s"),
        new("matching titles with files", Matching.Name, "Get-LessonVideoMap", "net s"),
        new("loading a progress file", ProgressFile.Name, "progress file", "s to load"),
        new("joining a shared record", Sharing.Name, "a machine joins", "s"),
        new("comparing with the table", Comparing.Name, "Compare-LessonVideo", "net s"),
        new("writing a report", Reporting.Name, "Export-KinescopeReport", "net s"),
    ];

    /// <summary>The work that was measured at more than one size.</summary>
    public static IReadOnlyList<SizeLine> LinesOf(Results results) =>
        [.. All.Select(growth => new SizeLine(growth.Work, growth.PointsOf(results))).Where(line => line.Points.Count > 1)];

    /// <summary>The times as long for ten times as many, from one size to the next.</summary>
    public static IReadOnlyList<double> StepsOf(SizeLine line) =>
        [.. line.Points.Zip(line.Points.Skip(1)).Select(step => Math.Pow(step.Second.Value.Median / step.First.Value.Median, 1 / Math.Log10(step.Second.Size / step.First.Size)))];

    /// <summary>Asks of a subject that no step takes much longer than the number grows.</summary>
    public static void AddTarget(Lab lab, string benchmark)
    {
        var growth = All.Single(growth => growth.Benchmark == benchmark);
        var line = new SizeLine(growth.Work, growth.PointsOf(lab.Results));
        if (line.Points.Count < 2)
            return;
        var steps = StepsOf(line);
        lab.AddTarget(benchmark, $"{growth.Work}, {Sizes(line)}: times as long for ten times as many", string.Join(", ", steps.Select(Spread.Number)), "at most 12.5", steps.All(step => step <= 12.5));
    }

    public static string Sizes(SizeLine line) => string.Join(", ", line.Points.Select(point => point.Size.ToString("#,0", CultureInfo.InvariantCulture)));

    private List<(double Size, Spread Value)> PointsOf(Results results) =>
    [
        .. results.Measurements
            .Where(measurement => (measurement.Benchmark, measurement.Client) == (Benchmark, Client) && measurement.Values.ContainsKey(Value))
            .GroupBy(measurement => SizeOf(measurement.Case))
            .Where(size => size.Key >= 1000)
            .Select(size => (size.Key!.Value, Spread.Of(size.Select(measurement => measurement.Values[Value]))))
            .Where(point => point.Item2.Median >= LeastTold || Value == "s to load")
            .OrderBy(point => point.Item1),
    ];

    /// <summary>The number that a case is of; null where it has several that differ.</summary>
    private static double? SizeOf(string what)
    {
        var numbers = Numbers().Matches(what).Select(number => double.Parse(number.Value.Replace(",", ""), CultureInfo.InvariantCulture)).Distinct().ToList();
        return numbers.Count == 1 ? numbers[0] : null;
    }

    [GeneratedRegex(@"\d[\d,]*")]
    private static partial Regex Numbers();
}
