using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>
/// One large file in some sizes. Through the sizes of a round goes a line: its slope is what a byte costs, its intercept what a run costs.
/// </summary>
internal static class OneFile
{
    public const string Name = "one-file";

    public const string Slope = "CPU s/GiB, slope", Intercept = "CPU s a run, intercept";

    private const string Rate = "MiB/s", NetCpu = "net CPU s";

    public static async Task RunAsync(Lab lab)
    {
        var clients = await AllAsync(lab);
        var server = await lab.ServerAsync();
        using var holes = new FileHoles(lab);
        var files = lab.Sizes.OneFile.Select(length => (Length: length, Path: holes.Make(length))).ToList();
        foreach (var (protocol, site) in new[] { ("plain HTTP", server.Plain), ("TLS", server.Tls) })
        {
            foreach (var round in lab.Rounds(3))
            {
                var points = clients.ToDictionary(client => client.Name, _ => new List<(double GiB, double Cpu)>());
                foreach (var (length, path) in files)
                {
                    // The largest one tells little new of what takes longest, and its slope is not in question.
                    foreach (var client in clients.Where(client => client.Name != TusName || length < files[^1].Length))
                        points[client.Name].Add((UploadRuns.GiB(length), await MeasureAsync(lab, server, site, $"{protocol}, {SizeOf(length)}", round, client, path)));
                }

                foreach (var (client, costs) in points)
                {
                    var line = StraightLine.Through(costs);
                    lab.Record(Name, protocol, client, round, (Slope, line.Slope), (Intercept, line.Intercept));
                }
            }

            lab.Compare(Name, protocol, OursName, CurlName, Slope, "at or below curl's", (ours, theirs) => ours <= theirs);
            lab.Compare(Name, protocol, OursName, BareName, Slope, "within 5 % of the bare loop's", (ours, theirs) => ours <= 1.05 * theirs);
            if (lab.SpreadOf(Name, protocol, OursName, Intercept) is { } fixedCost)
                lab.AddTarget(Name, $"{protocol}: {Intercept}", $"{OursName} {fixedCost}", "below 0.6 s", fixedCost.Median < 0.6);
            var compared = $"{protocol}, {SizeOf(files[files.Count / 2].Length)}";
            lab.Compare(Name, compared, OursName, CurlName, Rate, "at or above curl's", (ours, theirs) => ours >= theirs);
            lab.Compare(Name, compared, OursName, TusName, Rate, "at or above tus-js-client's", (ours, theirs) => ours >= theirs);
            lab.Compare(Name, compared, OursName, BareName, Rate, "within 3 % of the bare loop's", (ours, theirs) => ours >= 0.97 * theirs);
        }
    }

    /// <returns>The CPU time beyond the idle engine. Unit: seconds.</returns>
    private static async Task<double> MeasureAsync(Lab lab, DiscardingServerProcess server, UploadSite site, string what, int round, UploadClient client, string path)
    {
        var bytes = new FileInfo(path).Length;
        await server.ResetAsync();
        var cost = await UploadRuns.MeasureAsync(lab, what, round, client, site, [path]);
        var stats = await server.CompleteStatsAsync(bytes);
        lab.Record(Name, what, client.Name, round, [
            (Rate, UploadRuns.MiB(bytes) / stats.TransferTime), ("s", cost.Whole.Wall), (NetCpu, cost.NetCpu), ("net CPU s/GiB", cost.NetCpu / UploadRuns.GiB(bytes)),
            .. UploadRuns.PeakOf(cost)]);
        return cost.NetCpu;
    }

    private static string SizeOf(long length) => length >= 1 << 30 ? $"{length >> 30} GiB" : $"{length >> 20} MiB";
}
