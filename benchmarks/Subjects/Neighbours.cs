using System.Diagnostics;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Line;
using KinescopeBenchmarks.Server;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Somebody else on the line while ours sends: one who asks for small things, and one who sends a large file with curl.</summary>
internal static class Neighbours
{
    public const string Name = "neighbours";

    private const double RoundTrip = 20;

    public const string Alone = "alone", Answers = "ms to their answers, median", TheirShare = "their share of the line, %";

    public static async Task RunAsync(Lab lab)
    {
        if (await LineProcess.FindObstacleAsync() is { } obstacle)
        {
            lab.LeaveOut($"{Name} is left out: {obstacle}");
            return;
        }

        var server = await lab.ServerAsync();
        var sizes = lab.Sizes.Lines[0];
        var files = await RealJob.FilesAsync(lab, sizes);
        var alone = TimeSpan.FromSeconds(sizes.Seconds / lab.Sizes.OneByOneShare);
        foreach (var round in lab.Rounds(10))
        {
            await AskAsync(lab, server, sizes.Rate, Alone, round, (_, _) => Task.Delay(alone));
            foreach (var limit in lab.Sizes.LimitsBesideNeighbours)
                await AskAsync(lab, server, sizes.Rate, RealJob.Label(limit), round, (line, site) => SendAsync(lab, line, site, files, limit));
        }

        if (Tools.Curl is null)
            return;
        await using var other = await DiscardingServerProcess.StartAsync(Path.Combine(lab.NewFolder(), "authority.pem"));
        foreach (var round in lab.Rounds(10))
        {
            await UploadAsync(lab, server, other, sizes.Rate, Alone, round, _ => Task.Delay(alone), bytes: 0);
            foreach (var limit in lab.Sizes.LimitsBesideNeighbours)
            {
                await UploadAsync(lab, server, other, sizes.Rate, RealJob.Label(limit), round, line => SendAsync(lab, line, server.Plain, files, limit),
                    files.Sum(file => new FileInfo(file).Length));
            }
        }
    }

    private static async Task AskAsync(Lab lab, DiscardingServerProcess server, double rate, string label, int round, Func<LineProcess, UploadSite, Task> sendAsync)
    {
        await server.ResetAsync();
        await using var line = await LineProcess.StartAsync(rate, RoundTrip);
        await using var asker = await AskerProcess.StartAsync(line, server.Plain);
        var sending = sendAsync(line, server.Plain);
        await BeginningAsync(server, sending, label);
        await asker.TimesAsync();
        await sending;
        var (median, most) = await asker.TimesAsync();
        lab.Record(Name, $"{rate / 1e6:#,0} Mbit/s, {RoundTrip:0} ms, beside one who asks for small things", label, round,
            (Answers, median * 1000), ("ms to their answers, 95th percentile", most * 1000));
    }

    private static async Task UploadAsync(Lab lab, DiscardingServerProcess server, DiscardingServerProcess other, double rate, string label, int round, Func<LineProcess, Task> sendAsync, long bytes)
    {
        await server.ResetAsync();
        await other.ResetAsync();
        await using var line = await LineProcess.StartAsync(rate, RoundTrip);
        var folder = lab.NewFolder();
        var job = new UploadJob(other.Plain, [TestFiles.Sparse(lab, lab.Sizes.SparseFile)], 1, folder);
        using var curl = Lab.Start(Cores.Client((await line.Enter(UploadClient.Curl).Prepare(job)).Command), new Dictionary<string, string>(), folder);
        try
        {
            while ((await other.StatsAsync()).Received == 0 && !curl.HasExited)
                await Task.Delay(20);
            var sending = sendAsync(line);
            await BeginningAsync(server, sending, label);
            var (before, watch) = ((await other.StatsAsync()).Received, Stopwatch.StartNew());
            await sending;
            var theirs = ((await other.StatsAsync()).Received - before) / watch.Elapsed.TotalSeconds;
            var ours = bytes == 0 ? 0 : bytes / (await server.CompleteStatsAsync(bytes)).Span;
            lab.Record(Name, $"{rate / 1e6:#,0} Mbit/s, {RoundTrip:0} ms, beside one who sends a large file", label, round,
                (TheirShare, 100 * theirs / RealJob.PayloadRate(rate)), ("our share of the line, %", 100 * ours / RealJob.PayloadRate(rate)));
        }
        finally
        {
            curl.Kill();
            await curl.WaitForExitAsync();
        }
    }

    private static async Task SendAsync(Lab lab, LineProcess line, UploadSite site, IReadOnlyList<string> files, int limit)
    {
        var folder = lab.NewFolder();
        await lab.MeasureAsync(await line.Enter(UploadClient.Ours).Prepare(new UploadJob(site, files, limit, folder)), folder);
    }

    /// <summary>Waits for the first request of what is measured, or for its end.</summary>
    private static async Task BeginningAsync(DiscardingServerProcess server, Task sending, string label)
    {
        while (label != Alone && !sending.IsCompleted && (await server.StatsAsync()).FirstRequest is null)
            await Task.WhenAny(sending, Task.Delay(20));
    }
}
