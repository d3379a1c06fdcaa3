using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Subjects;

/// <summary>What `Import-Module KinescopePS` adds to the start of the engine.</summary>
internal static class Import
{
    public const string Name = "import";

    public const string Bare = "engine alone", With = "with KinescopePS", Difference = "Import-Module";

    public static async Task RunAsync(Lab lab)
    {
        foreach (var round in lab.Rounds())
        {
            var folder = lab.NewFolder();
            var alone = await lab.MeasureAsync(PowerShellScript.Write(folder, "") with { IsAlone = true }, folder);
            var with = await lab.MeasureAsync(PowerShellScript.Import(folder) with { IsAlone = true }, folder);
            foreach (var (what, cost) in new[] { (Bare, alone), (With, with) })
                lab.Record(Name, "start", what, round, ("ms", cost.Wall * 1000), ("CPU ms", cost.Cpu * 1000), ("peak MiB", UploadRuns.MiB(cost.Peak)));
            lab.Record(Name, "start", Difference, round, ("ms", (with.Wall - alone.Wall) * 1000), ("CPU ms", (with.Cpu - alone.Cpu) * 1000), ("peak MiB", UploadRuns.MiB(with.Peak - alone.Peak)));
        }

        if (lab.SpreadOf(Name, "start", Difference, "ms") is { } added)
            lab.AddTarget(Name, "`Import-Module KinescopePS` beyond the engine's own start", $"{added} ms", "under 150 ms", added.Median < 150);
    }
}
