using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Many files: what a file costs, near and far.</summary>
internal static class ManyFiles
{
    public const string Name = "many-files";

    public const string PerFile = "ms/file";

    public static async Task RunAsync(Lab lab)
    {
        var sizes = lab.Sizes;
        var sample = await TestFiles.SampleVideosAsync(lab);
        (string, IReadOnlyList<string>)[] sets = [($"{sizes.FileCount} files of {sizes.SmallFile >> 10} KiB", TestFiles.Equal(lab, sizes.FileCount, sizes.SmallFile)), ($"{sample.Count} files in course proportions", sample)];
        var server = await lab.ServerAsync();
        var tus = await TusAsync(lab);
        foreach (var (set, files) in sets)
        {
            await MeasureAsync(lab, server, server.Plain, set, files, [Ours, tus, Bare], [1, 3], share: 2);
            foreach (var parallel in new[] { 1, 3 })
            {
                if (lab.SpreadOf(Name, set, Label(Ours, parallel), PerFile) is { } ours && lab.SpreadOf(Name, set, Label(Bare, parallel), PerFile) is { } bare)
                    lab.AddTarget(Name, $"{set}, {parallel} at once: ms/file beyond the bare loop's", $"{Spread.Number(ours.Median - bare.Median)} ({ours} − {bare})", "under 3 ms", ours.Median - bare.Median < 3);
            }

            foreach (var roundTrip in sizes.RoundTrips)
            {
                await using var proxy = await DelayingProxyProcess.StartAsync(server.Port, roundTrip);
                var far = $"{set}, {roundTrip:0} ms round trip";
                await MeasureAsync(lab, server, proxy.Site, far, files, [Ours, tus], [3], share: 5);
                if (tus is not null)
                    lab.Compare(Name, far, Label(Ours, 3), Label(tus, 3), PerFile, "at most 0.65x tus-js-client's at the same parallelism", (ours, theirs) => ours <= 0.65 * theirs);
            }
        }
    }

    private static async Task MeasureAsync(Lab lab, DiscardingServerProcess server, UploadSite site, string what, IReadOnlyList<string> files, UploadClient?[] clients, int[] parallels, int share)
    {
        var bytes = files.Sum(file => new FileInfo(file).Length);
        foreach (var round in lab.Rounds(share))
        {
            foreach (var (client, parallel) in clients.OfType<UploadClient>().SelectMany(client => parallels.Select(parallel => (client, parallel))))
            {
                await server.ResetAsync();
                var cost = await UploadRuns.MeasureAsync(lab, what, round, client, site, files, parallel);
                var stats = await server.CompleteStatsAsync(bytes);
                lab.Record(Name, what, Label(client, parallel), round, [
                    (PerFile, stats.Span / files.Count * 1000), ("s", cost.Whole.Wall), ("net CPU ms/file", cost.NetCpu / files.Count * 1000),
                    .. UploadRuns.PeakOf(cost)]);
            }
        }
    }

    private static string Label(UploadClient client, int parallel) => $"{client.Name}, {(parallel == 1 ? "one after the other" : $"{parallel} at once")}";
}
