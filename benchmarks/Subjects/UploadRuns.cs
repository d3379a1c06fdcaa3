using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;

namespace KinescopeBenchmarks.Subjects;

/// <summary>What a client cost, beside what its engine costs when it does nothing.</summary>
internal sealed record UploadCost(ProcessCost Whole, ProcessCost? Idle)
{
    public double NetWall => Whole.Wall - (Idle?.Wall ?? 0);

    public double NetCpu => Whole.Cpu - (Idle?.Cpu ?? 0);

    public double NetPeakMiB => UploadRuns.MiB(Whole.Peak - (Idle?.Peak ?? 0));
}

internal static class UploadRuns
{
    public const string NetPeak = "net peak MiB";

    public static double MiB(double bytes) => bytes / (1 << 20);

    public static double GiB(double bytes) => bytes / (1 << 30);

    /// <summary>Measures a client and, in the same round, its idle engine.</summary>
    public static async Task<UploadCost> MeasureAsync(Lab lab, string what, int round, UploadClient client, UploadSite site, IReadOnlyList<string> files, int parallel = 1, bool isResumable = false)
    {
        var idle = client.Idle is null ? null : await lab.IdleAsync(client.Name, what, round, client.Idle);
        var folder = lab.NewFolder();
        var job = new UploadJob(site, files, parallel, folder) { IsResumable = isResumable };
        return new UploadCost(await lab.MeasureAsync(await client.Prepare(job), folder), idle);
    }

    public static (string, double)[] PeakOf(UploadCost cost) => [("peak MiB", MiB(cost.Whole.Peak)), (NetPeak, cost.NetPeakMiB)];
}
