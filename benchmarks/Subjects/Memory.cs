using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>The extremes of size and number; and the largest peak of all uploads that were measured.</summary>
internal static class Memory
{
    public const string Name = "memory";

    public static async Task RunAsync(Lab lab)
    {
        var server = await lab.ServerAsync();
        var sparse = TestFiles.Sparse(lab, lab.Sizes.SparseFile);
        var planned = Directory.CreateDirectory(Path.Combine(lab.Data, $"planned-{lab.Sizes.PlannedFiles}")).FullName;
        if (!Directory.EnumerateFiles(planned).Any())
        {
            foreach (var number in Enumerable.Range(1, lab.Sizes.PlannedFiles))
                File.WriteAllBytes(Path.Combine(planned, $"lesson-{number:000000}.mp4"), [1]);
        }

        var large = $"a sparse file of {Spread.Number(UploadRuns.GiB(lab.Sizes.SparseFile))} GiB";
        var many = $"{lab.Sizes.PlannedFiles:#,0} files planned (-WhatIf)";
        foreach (var round in lab.Rounds(10))
        {
            await server.ResetAsync();
            var sent = await UploadRuns.MeasureAsync(lab, large, round, Ours, server.Plain, [sparse]);
            await server.CompleteStatsAsync(lab.Sizes.SparseFile);
            lab.Record(Name, large, OursName, round, [("s", sent.Whole.Wall), .. UploadRuns.PeakOf(sent)]);

            var folder = lab.NewFolder();
            var idle = await lab.IdleAsync(OursName, many, round, own => Ours.Idle!(own) with { IsAlone = true });
            var plan = PowerShellScript.Import(folder, $"[System.IO.Directory]::EnumerateFiles({PowerShellScript.Quote(planned)}) | Send-KinescopeVideo -WhatIf") with { Environment = server.Plain.Environment, IsAlone = true };
            var cost = new UploadCost(await lab.MeasureAsync(plan, folder), idle);
            lab.Record(Name, many, OursName, round, [("s", cost.Whole.Wall), .. UploadRuns.PeakOf(cost)]);
        }

        foreach (var uploads in lab.Results.Measurements.Where(measurement => measurement.Client.StartsWith(OursName, StringComparison.Ordinal) && measurement.Values.ContainsKey(UploadRuns.NetPeak)).GroupBy(measurement => measurement.Benchmark))
        {
            var peak = Spread.Of(uploads.Select(measurement => measurement.Values[UploadRuns.NetPeak]));
            lab.AddTarget(Name, $"peak memory above the idle engine with the module, all of `{uploads.Key}`", $"{peak} MiB", "at most 64 MiB", peak.Most <= 64);
        }
    }
}
