using System.Diagnostics;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using KinescopePS.SharedRecord;
using KinescopePS.TestSupport;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>
/// The sample course sent by one machine and by two, each in a network of its own behind a line of its own, which is slow, and a long way
/// from Kinescope and from the database.
/// </summary>
internal static class Machines
{
    public const string Name = "machines";

    private const string LineRate = "32mbit";
    private const double RoundTrip = 50;

    public static async Task RunAsync(Lab lab)
    {
        if (MachineNetwork.FindObstacle() is { } obstacle)
        {
            lab.LeaveOut($"Machines behind lines of their own are left out: {obstacle}");
            return;
        }

        if (PostgresServer.FindPrograms() is not { } programs)
        {
            lab.LeaveOut("Machines behind lines of their own are left out: PostgreSQL's initdb and pg_ctl are not installed.");
            return;
        }

        var sample = await TestFiles.SampleAsync(lab);
        await using var database = new PostgresServer(programs, Cores.Server);
        await database.CreateAsync("");
        var server = await lab.ServerAsync();
        var what = $"{lab.Sizes.MachineLessons} lessons of the sample course, lines of {LineRate} and {RoundTrip:0} ms";
        foreach (var round in lab.Rounds(4))
        {
            foreach (var (client, machines, isShared) in new[] { ("one, a progress file", 1, false), ("one, a shared record", 1, true), ("two, a shared record", 2, true) })
            {
                await database.ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
                await database.ExecuteAsync(SharedSchema.Script);
                await server.ResetAsync();
                var watch = Stopwatch.StartNew();
                await Task.WhenAll(Enumerable.Range(1, machines).Select(number => SendAsync(lab, server.Port, isShared ? database.Port : null, sample, number)));
                var elapsed = watch.Elapsed.TotalSeconds;
                var stats = await server.StatsAsync();
                lab.Record(Name, what, client, round,
                    ("s", elapsed), ("s of transfer", stats.TransferTime), ("MiB", UploadRuns.MiB(stats.Kept)),
                    ("MiB sent twice", UploadRuns.MiB(stats.Received - stats.Kept)), ("videos", stats.Uploads.Count));
            }
        }
    }

    private static async Task SendAsync(Lab lab, int kinescope, int? database, string sample, int number)
    {
        using var network = new MachineNetwork();
        network.Kinescope.Limit(LineRate);
        await using var toKinescope = await DelayingProxyProcess.StartAsync(kinescope, RoundTrip);
        await using var toDatabase = database is { } port ? await DelayingProxyProcess.StartAsync(port, RoundTrip) : null;
        var record = toDatabase is null ? "./progress.jsonl" : $"postgresql://postgres@127.0.0.1:{toDatabase.Port}/postgres";
        var folder = lab.NewFolder();
        var script = Import(folder, $"""
            Get-LessonVideoMap {Quote(Path.Combine(sample, "manifest.json"))} -BasePath {Quote(sample)} | Select-Object -First {lab.Sizes.MachineLessons} |
                Send-KinescopeVideo -ProgressFile {Quote(record)} -ThrottleLimit 4 | Out-Null
            """);
        string[] command = [.. network.Enter($"machine{number}"), "env", $"KINESCOPEPS_SPILL_FOLDER={folder}", .. script.Command];
        await lab.MeasureAsync(new Invocation(command) { Environment = toKinescope.Site.Environment }, folder);
    }
}
