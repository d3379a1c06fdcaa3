using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>One large file: what a byte costs.</summary>
internal static class OneFile
{
    public const string Name = "one-file";

    private const string Rate = "MiB/s", NetCpu = "net CPU s/GiB";

    public static async Task RunAsync(Lab lab)
    {
        var file = TestFiles.Random(lab, lab.Sizes.OneFile);
        UploadClient[] clients = [.. await AllAsync(lab), await CmdletAsync(lab)];
        var server = await lab.ServerAsync();
        await using var sandbox = await CountingSandbox.StartAsync();
        foreach (var (what, site, share) in new[] { ("plain HTTP", server.Plain, 1), ("TLS", server.Tls, 1), ("plain HTTP, sandbox", sandbox.Site, 2) })
        {
            var isSandbox = site == sandbox.Site;
            foreach (var round in lab.Rounds(share))
            {
                foreach (var client in clients)
                {
                    await (isSandbox ? sandbox.ResetAsync() : server.ResetAsync());
                    var cost = await UploadRuns.MeasureAsync(lab, what, round, client, site, [file]);
                    var bytes = lab.Sizes.OneFile;
                    var transfer = isSandbox ? await sandbox.TransferTimeAsync(bytes) : (await server.CompleteStatsAsync(bytes)).TransferTime;
                    lab.Record(Name, what, client.Name, round, [
                        (Rate, UploadRuns.MiB(bytes) / transfer), ("s", cost.Whole.Wall),
                        ("CPU s/GiB", cost.Whole.Cpu / UploadRuns.GiB(bytes)), (NetCpu, cost.NetCpu / UploadRuns.GiB(bytes)),
                        .. UploadRuns.PeakOf(cost)]);
                }
            }

            lab.Compare(Name, what, OursName, CurlName, NetCpu, "at or below curl's", (ours, theirs) => ours <= theirs);
            lab.Compare(Name, what, OursName, CurlName, Rate, "at or above curl's", (ours, theirs) => ours >= theirs);
            lab.Compare(Name, what, OursName, TusName, Rate, "at or above tus-js-client's", (ours, theirs) => ours >= theirs);
            lab.Compare(Name, what, OursName, BareName, Rate, "within 3 % of the bare loop's", (ours, theirs) => ours >= 0.97 * theirs);
        }
    }
}
