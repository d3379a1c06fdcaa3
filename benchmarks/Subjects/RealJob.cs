using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Line;
using KinescopeBenchmarks.Server;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>The files of a course over lines of several rates and lengths: the share of the line that a client makes use of.</summary>
internal static class RealJob
{
    public const string Name = "real-job";

    public const string Share = "% of the line";

    /// <summary>Lines that do not ask much of a processor, so that several of them can be in use at a time. Unit: bits a second.</summary>
    private const double SlowRate = 100e6;

    public static async Task RunAsync(Lab lab)
    {
        if (await LineProcess.FindObstacleAsync() is { } obstacle)
        {
            lab.LeaveOut($"{Name} is left out: {obstacle}");
            return;
        }

        var servers = new List<DiscardingServerProcess>();
        try
        {
            while (servers.Count < lab.Sizes.Lines.Max(line => line.RoundTrips.Length))
                servers.Add(await DiscardingServerProcess.StartAsync(Path.Combine(lab.NewFolder(), "authority.pem")));
            foreach (var line in lab.Sizes.Lines)
                await MeasureAsync(lab, servers, line);
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }
    }

    /// <summary>What a line carries of a file, in packets of 1,500 bytes with TCP's headers and time stamps. Unit: bytes a second.</summary>
    public static double PayloadRate(double rate) => rate / 8 * 1448 / 1500;

    /// <summary>The job of a line.</summary>
    public static Task<IReadOnlyList<string>> FilesAsync(Lab lab, LineSizes line) => TestFiles.CourseAsync(lab, (long)(PayloadRate(line.Rate) * line.Seconds));

    public static IReadOnlyList<string> Some(Lab lab, IReadOnlyList<string> files) => [.. files.Where((_, index) => index % lab.Sizes.OneByOneShare == 0)];

    public static string Label(int limit) => $"{OursName}, -ThrottleLimit {ThrottleOf(limit)}";

    private static async Task MeasureAsync(Lab lab, List<DiscardingServerProcess> servers, LineSizes line)
    {
        var all = await FilesAsync(lab, line);
        var some = Some(lab, all);
        var (tus, script) = (await TusAsync(lab), await ScriptAsync(lab));
        List<Run> runs = [
            .. lab.Sizes.Limits.Select(limit => new Run(Label(limit), Ours, limit, limit == 1 ? some : all)),
            new($"{TusName}, 3 at once", tus, 3, all),
            new($"{TusName}, one after the other", tus, 1, some),
            new($"{CurlName} in a loop", CurlLoop, 1, some),
            new(ScriptName, script, 1, some)];
        foreach (var round in lab.Rounds(10))
        {
            foreach (var run in runs.Where(run => run.Client is not null && lab.Takes(run.Label)))
            {
                // Each on a line and a server of its own, and with time to spare on both cores: .NET's threads look for work in turns.
                var isLight = run.Client != Ours && (line.Rate <= SlowRate || run.Files == some);
                var atOnce = isLight ? line.RoundTrips.Length : 1;
                foreach (var together in line.RoundTrips.Chunk(atOnce))
                    await Task.WhenAll(together.Select((roundTrip, index) => MeasureAsync(lab, servers[index], line.Rate, roundTrip, run, round)));
            }
        }

        foreach (var roundTrip in line.RoundTrips)
            AddTargets(lab, What(line.Rate, roundTrip));
    }

    private static async Task MeasureAsync(Lab lab, DiscardingServerProcess server, double rate, double roundTrip, Run run, int round)
    {
        await server.ResetAsync();
        await using var line = await LineProcess.StartAsync(rate, roundTrip);
        var folder = lab.NewFolder();
        var job = new UploadJob(server.Plain, run.Files, run.Parallel, folder);
        var cost = await lab.MeasureAsync(await line.Enter(run.Client!).Prepare(job), folder);
        var stats = await server.CompleteStatsAsync(job.Bytes);
        var way = await line.StatsAsync();
        lab.Record(Name, What(rate, roundTrip), run.Label, round,
            (Share, 100 * job.Bytes / PayloadRate(rate) / stats.Span), ("files", run.Files.Count), ("s", stats.Span),
            ("CPU s", cost.Cpu), ("CPU s/GiB", cost.Cpu / UploadRuns.GiB(job.Bytes)), ("peak MiB", UploadRuns.MiB(cost.Peak)),
            ("packets dropped", way.Drops), ("ms in the queue", way.MeanQueueing * 1000), ("most ms in the queue", way.GreatestQueueing * 1000),
            ("router: ms late", way.MeanLateness * 1000), ("router: CPU s", way.Cpu));
    }

    private static void AddTargets(Lab lab, string what)
    {
        const double Least = 97, OfBest = 0.97;
        var (best, spread) = lab.Sizes.Limits.Where(limit => limit != UploadJob.Auto).Select(limit => (Limit: limit, Spread: lab.SpreadOf(Name, what, Label(limit), Share)!.Value)).MaxBy(some => some.Spread.Median);
        lab.AddTarget(Name, $"{what}: {Share}, the best fixed limit", $"{spread}, {Label(best)}", "at least 97 %", spread.Median >= Least);
        if (lab.SpreadOf(Name, what, Label(UploadJob.Auto), Share) is not { } auto)
            return;
        lab.AddTarget(Name, $"{what}: {Share}, {Label(UploadJob.Auto)}", $"{auto}", "at least 97 %", auto.Median >= Least);
        lab.AddTarget(Name, $"{what}: {Share}, beside the best fixed limit", $"{auto}; {spread}, {Label(best)}", "at least 97 % of it", auto.Median >= OfBest * spread.Median);
    }

    private static string What(double rate, double roundTrip) => $"{rate / 1e6:#,0} Mbit/s, {roundTrip:0} ms";

    private sealed record Run(string Label, UploadClient? Client, int Parallel, IReadOnlyList<string> Files);
}
