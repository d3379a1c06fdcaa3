using System.Runtime.InteropServices;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Harness;

/// <summary>What one run of one client measured.</summary>
/// <param name="Benchmark">The benchmark's name.</param>
/// <param name="Case">What was done, for example the protocol.</param>
/// <param name="Client">Who did it.</param>
/// <param name="Round">Counted from 1.</param>
/// <param name="Values">The figures by their names, which end with the unit.</param>
internal sealed record Measurement(string Benchmark, string Case, string Client, int Round, Dictionary<string, double> Values);

/// <summary>A figure beside what it has to reach.</summary>
/// <param name="IsMet">Null where the figure is for information.</param>
internal sealed record Target(string Benchmark, string What, string Figure, string ToReach, bool? IsMet);

/// <summary>The machine, without its name.</summary>
internal sealed record Machine(string Processor, int CoreCount, double MemoryGiB, string System, string Runtime, string? Pwsh, string? Curl, string? Node, string? Psql, bool ArePinned)
{
    public static Machine Describe() => new(
        ProcessorName(),
        Environment.ProcessorCount,
        Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Math.Pow(2, 30), 1),
        RuntimeInformation.OSDescription,
        RuntimeInformation.FrameworkDescription,
        Tools.FirstLine(Tools.Engine[0], [.. Tools.Engine.Skip(1).SkipLast(2), "--version"]),
        Tools.FirstLine(Tools.Curl, "--version") is { } curl ? string.Join(' ', curl.Split(' ')[..2]) : null,
        Tools.FirstLine(Tools.Node, "--version"),
        Tools.FirstLine(Programs.Find("psql"), "--version"),
        Cores.ArePinned);

    private static string ProcessorName()
    {
        if (OperatingSystem.IsMacOS())
            return Tools.FirstLine("/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string") ?? "unknown";
        const string Info = "/proc/cpuinfo";
        var line = File.Exists(Info) ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

/// <summary>All that a run of the benchmarks found.</summary>
internal sealed record Results(Machine Machine, string? Commit, DateTimeOffset Date, string Configuration, int Rounds, bool IsSmoke)
{
    public bool HasFailed { get; set; }

    public List<Measurement> Measurements { get; init; } = [];

    public List<Target> Targets { get; init; } = [];

    /// <summary>What was left out, and why.</summary>
    public List<string> Notes { get; init; } = [];

    /// <summary>The spread of a figure, or null where it was not measured.</summary>
    /// <param name="what">The case; null for whatever there is.</param>
    public Spread? SpreadOf(string benchmark, string? what, string client, string value)
    {
        var values = Measurements
            .Where(measurement => (measurement.Benchmark, measurement.Client) == (benchmark, client) && (what is null || measurement.Case == what) && measurement.Values.ContainsKey(value))
            .Select(measurement => measurement.Values[value])
            .ToList();
        return values.Count > 0 ? Spread.Of(values) : null;
    }

    /// <summary>These results without those of some benchmarks, which are to be measured again.</summary>
    /// <param name="client">The end of the names of the clients that are; null for all.</param>
    /// <param name="note">What is noted of each of them.</param>
    public Results Without(string[] names, string? client, string note) => this with
    {
        HasFailed = false,
        Measurements = [.. Measurements.Where(measurement => !names.Contains(measurement.Benchmark) || client is not null && !measurement.Client.EndsWith(client, StringComparison.Ordinal))],
        Targets = [.. Targets.Where(target => !names.Contains(target.Benchmark))],
        Notes = [.. Notes.Where(text => client is not null || !names.Any(name => text.StartsWith($"{name}:", StringComparison.Ordinal) || text.StartsWith($"{name} failed:", StringComparison.Ordinal))), .. names.Select(name => $"{name}: {note}")],
    };
}
