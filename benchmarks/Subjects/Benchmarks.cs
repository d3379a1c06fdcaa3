using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Subjects;

/// <summary>All subjects, in the order they run.</summary>
internal static class Benchmarks
{
    public static IReadOnlyList<Benchmark> All { get; } =
    [
        new(Import.Name, "Importing the module", Import.RunAsync),
        new(OneFile.Name, "One file", OneFile.RunAsync),
        new(Verify.Name, "Verifying", Verify.RunAsync),
        new(ManyFiles.Name, "Many files", ManyFiles.RunAsync),
        new(RealJob.Name, "The real job in small", RealJob.RunAsync),
        new(Neighbours.Name, "Somebody else on the line", Neighbours.RunAsync),
        new(HealthyLine.Name, "A healthy line", HealthyLine.RunAsync),
        new(Faults.Name, "Under faults", Faults.RunAsync),
        new(Resume.Name, "Resuming after kill -9", Resume.RunAsync),
        new(Mapping.Name, "Mapping", Mapping.RunAsync),
        new(Matching.Name, "Matching titles with files", Matching.RunAsync),
        new(ProgressFile.Name, "The progress file", ProgressFile.RunAsync),
        new(Linking.Name, "Linking in PostgreSQL", Linking.RunAsync),
        new(Comparing.Name, "Comparing Kinescope with a lesson table", Comparing.RunAsync),
        new(Sharing.Name, "A record that machines share", Sharing.RunAsync),
        new(Machines.Name, "Machines behind lines of their own", Machines.RunAsync),
        new(Reporting.Name, "The report", Reporting.RunAsync),
        new(Display.Name, "Display and bookkeeping", Display.RunAsync),
        // Last: it also looks at the peaks of all uploads before it.
        new(Memory.Name, "Memory", Memory.RunAsync),
    ];
}
