using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>The report of a progress file with many lessons.</summary>
internal static class Reporting
{
    public const string Name = "report";

    private const string Client = "Export-KinescopeReport";

    public static async Task RunAsync(Lab lab)
    {
        foreach (var count in lab.Sizes.ReportedLessons)
        {
            var what = FormattableString.Invariant($"{count:#,0} lessons");
            foreach (var round in lab.Rounds(3))
            {
                var folder = lab.NewFolder();
                ProgressFile.MakeLessons(Path.Combine(folder, "progress.jsonl"), count);
                var idle = await lab.IdleAsync(UploadClient.OursName, what, round, own => Import(own) with { IsAlone = true });
                var cost = new UploadCost(await lab.MeasureAsync(Import(folder, "Export-KinescopeReport -Path ./report.html -ProgressFile ./progress.jsonl") with { IsAlone = true }, folder), idle);
                lab.Record(Name, what, Client, round, [("s", cost.Whole.Wall), ("net s", cost.NetWall), ("net CPU s", cost.NetCpu), ("MiB written", UploadRuns.MiB(new FileInfo(Path.Combine(folder, "report.html")).Length)), .. UploadRuns.PeakOf(cost)]);
            }
        }

        Growth.AddTarget(lab, Name);
    }
}
