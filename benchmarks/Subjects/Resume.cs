using System.Diagnostics;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Killed in the middle and run again: how long until the server gets a byte that it did not have.</summary>
internal static class Resume
{
    public const string Name = "resume";

    public const string Whole = "s to the first new byte";

    private const string What = "killed in the middle", Net = "net s to the first new byte";
    private const int Attempts = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(Lab lab)
    {
        var file = TestFiles.Random(lab, lab.Sizes.ResumedFile);
        var server = await lab.ServerAsync();
        foreach (var round in lab.Rounds(2))
        {
            foreach (var client in (await AllAsync(lab)).Where(client => client.Name != BareName))
            {
                var folder = lab.NewFolder();
                var idle = client.Idle is null ? null : await lab.IdleAsync(client.Name, What, round, client.Idle);
                var job = new UploadJob(server.Plain, [file], 1, folder) { IsResumable = true };
                var held = await KillInTheMiddleAsync(server, client, job);
                await server.ResetAsync(beyond: held, keepsUploads: true);
                var invocation = await client.Prepare(job);
                var started = MonotonicClock.Now;
                using var second = Start(invocation, folder);
                var beyond = (await WaitAsync(server, second, stats => stats.Beyond is not null)).Beyond!.Value;
                await KillAsync(second);
                var resent = (await server.StatsAsync()).Patches.Sum(patch => Math.Clamp(held - patch.Offset, 0, patch.Received));
                lab.Record(Name, What, client.Name, round, (Whole, beyond - started), (Net, beyond - started - (idle?.Wall ?? 0)), ("MiB held", UploadRuns.MiB(held)), ("MiB sent again", UploadRuns.MiB(resent)));
            }
        }

        if (lab.SpreadOf(Name, What, OursName, Net) is { } ours)
            lab.AddTarget(Name, "first new byte after kill -9, beyond the start of the engine and the import", $"{ours} s", "within 1 s", ours.Median <= 1);
    }

    /// <summary>Starts an upload and kills it between a quarter and the end.</summary>
    /// <returns>What the server holds. Unit: bytes.</returns>
    private static async Task<long> KillInTheMiddleAsync(DiscardingServerProcess server, UploadClient client, UploadJob job)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            File.Delete(Path.Combine(job.Folder, "progress.jsonl"));
            File.Delete(Path.Combine(job.Folder, "tus-urls.json"));
            await server.ResetAsync();
            using var first = Start(await client.Prepare(job), job.Folder);
            await WaitAsync(server, first, stats => stats.Kept >= job.Bytes / 4);
            await KillAsync(first);
            var held = (await server.StatsAsync()).Kept;
            // What was still on its way arrives.
            for (long before = -1; held != before; held = (await server.StatsAsync()).Kept)
            {
                before = held;
                await Task.Delay(50);
            }

            if (held < job.Bytes)
                return held;
        }

        throw new BenchmarkException($"{client.Name} was done each time before it could be killed.");
    }

    private static Process Start(Invocation invocation, string folder)
    {
        var process = Lab.Start(Cores.Client(invocation.Command), invocation.Environment, folder);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<ServerStats> WaitAsync(DiscardingServerProcess server, Process client, Func<ServerStats, bool> holds)
    {
        for (var deadline = MonotonicClock.Now + Patience.TotalSeconds; MonotonicClock.Now < deadline; await Task.Delay(5))
        {
            if (await server.StatsAsync() is var stats && holds(stats))
                return stats;
            if (client.HasExited && !holds(await server.StatsAsync()))
                break;
        }

        throw new BenchmarkException("The client ended, or waited for minutes, without sending what was awaited.");
    }

    private static async Task KillAsync(Process process)
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
    }
}
