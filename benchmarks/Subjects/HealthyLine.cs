using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>
/// A line on which nothing is wrong: what is there for bad ones (racing addresses, asking first, small chunks) must not show, neither in
/// time nor in requests and connections.
/// </summary>
internal static class HealthyLine
{
    public const string Name = "healthy-line";

    private const int FilesAtOnce = 3;
    private const string PerFile = "ms/file", Address = "by an address", NameOfTwo = "by a name with two addresses", Connections = "connections";
    private const string Creations = "POST a file", Sendings = "PATCH a file", Heads = "HEAD", Others = "other requests", Asking = "requests with Expect";

    public static async Task RunAsync(Lab lab)
    {
        var server = await lab.ServerAsync();
        var files = TestFiles.Equal(lab, lab.Sizes.FileCount, lab.Sizes.SmallFile);
        var what = $"{files.Count} files of {lab.Sizes.SmallFile >> 10} KiB, {FilesAtOnce} at once";
        if (server.Named is null)
            lab.LeaveOut("The name with two addresses is left out: this machine has no ::1.");
        var sites = new (string Client, UploadSite? Site)[] { (Address, server.Plain), (NameOfTwo, server.Named) }.Where(site => site.Site is not null).ToList();
        foreach (var round in lab.Rounds(2))
        {
            foreach (var (client, site) in sites)
            {
                await server.ResetAsync();
                var cost = await UploadRuns.MeasureAsync(lab, what, round, Ours, site!, files, FilesAtOnce);
                var stats = await server.CompleteStatsAsync(files.Count * lab.Sizes.SmallFile);
                var (posts, patches, heads) = (stats.Requests.GetValueOrDefault("POST"), stats.Requests.GetValueOrDefault("PATCH"), stats.Requests.GetValueOrDefault("HEAD"));
                lab.Record(Name, what, client, round,
                    (PerFile, stats.Span / files.Count * 1000), ("net CPU ms/file", cost.NetCpu / files.Count * 1000),
                    (Creations, (double)posts / files.Count), (Sendings, (double)patches / files.Count),
                    (Heads, heads), (Others, stats.Requests.Values.Sum() - posts - patches - heads), (Asking, stats.Expectations), (Connections, stats.Connections));
            }
        }

        foreach (var (client, _) in sites)
        {
            Spread Of(string value) => lab.SpreadOf(Name, what, client, value)!.Value;
            // The one other request is the look for videos of an earlier run that nobody recorded.
            lab.AddTarget(Name, $"{client}: requests", $"POST a file {Of(Creations)}, PATCH a file {Of(Sendings)}; in all HEAD {Of(Heads)}, with Expect {Of(Asking)}, others {Of(Others)}", "one POST and one PATCH a file, and one listing a run",
                Of(Creations) is { Least: 1, Most: 1 } && Of(Sendings) is { Least: 1, Most: 1 } && Of(Heads).Most == 0 && Of(Asking).Most == 0 && Of(Others).Most <= 1);
            // An uploader and an API of their own: each file under way has one to both.
            lab.AddTarget(Name, $"{client}: connections for {files.Count} files", $"{Of(Connections)}", $"at most {2 * FilesAtOnce}, two for each file that is under way", Of(Connections).Most <= 2 * FilesAtOnce);
        }

        if (lab.SpreadOf(Name, what, NameOfTwo, PerFile) is { } named && lab.SpreadOf(Name, what, Address, PerFile) is { } literal)
            lab.AddTarget(Name, "ms/file by a name with two addresses, beside one address", $"{named}, {literal}", "within 5 %", named.Median <= 1.05 * literal.Median);
    }
}
