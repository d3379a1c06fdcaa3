namespace KinescopeBenchmarks.Harness;

/// <summary>Which cores the server and the client run on: one half each, so that neither takes the other's time.</summary>
internal static class Cores
{
    private static readonly List<int> Allowed = ReadAllowed();

    public static bool ArePinned => Tools.Taskset is not null && Allowed.Count > 1;

    public static IReadOnlyList<string> Server(IReadOnlyList<string> command) => On(Allowed[..(Allowed.Count / 2)], command);

    public static IReadOnlyList<string> Client(IReadOnlyList<string> command) => On(Allowed[(Allowed.Count / 2)..], command);

    private static IReadOnlyList<string> On(List<int> cores, IReadOnlyList<string> command) =>
        ArePinned ? [Tools.Taskset!, "-c", string.Join(',', cores), .. command] : command;

    // A container may be given any cores of its machine.
    private static List<int> ReadAllowed()
    {
        const string Name = "Cpus_allowed_list:";
        if (!OperatingSystem.IsLinux())
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        var list = File.ReadLines("/proc/self/status").First(line => line.StartsWith(Name, StringComparison.Ordinal))[Name.Length..].Trim();
        return [.. list.Split(',').Select(range => range.Split('-')).SelectMany(ends => Enumerable.Range(int.Parse(ends[0]), int.Parse(ends[^1]) - int.Parse(ends[0]) + 1))];
    }
}
