using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>A bad line: how many bytes are sent for each byte of the file.</summary>
internal static class Faults
{
    public const string Name = "faults";

    private const string Waste = "waste ratio";

    public static async Task RunAsync(Lab lab)
    {
        var file = TestFiles.Random(lab, lab.Sizes.FaultyFile);
        var bytes = (double)lab.Sizes.FaultyFile;
        var server = await lab.ServerAsync();
        UploadClient?[] clients = [Ours, await TusAsync(lab)];
        var what = $"a cut every {lab.Sizes.Faults.CutEvery >> 20} MiB, {lab.Sizes.Faults.RefusedShare * 100:0} % of the answers 5xx, a 429 a minute";
        foreach (var round in lab.Rounds(5))
        {
            foreach (var client in clients.OfType<UploadClient>())
            {
                await server.ResetAsync(lab.Sizes.Faults with { Seed = round });
                var cost = await UploadRuns.MeasureAsync(lab, what, round, client, server.Plain, [file], isResumable: true);
                var stats = await server.CompleteStatsAsync(lab.Sizes.FaultyFile);
                lab.Record(Name, what, client.Name, round, [
                    (Waste, stats.Received / bytes), .. stats.Wire is { } wire ? new[] { ("on the wire, ratio", wire / bytes) } : [],
                    ("s", cost.Whole.Wall), ("cuts", stats.Cuts), ("5xx", stats.Refusals), ("429", stats.Pauses), ("uploads begun", stats.Uploads.Count),
                    .. UploadRuns.PeakOf(cost)]);
            }
        }

        if (lab.SpreadOf(Name, what, OursName, Waste) is { } ours)
            lab.AddTarget(Name, "bytes that the server read for each byte of the file, under faults", $"{OursName} {ours}{(lab.SpreadOf(Name, what, TusName, Waste) is { } theirs ? $", {TusName} {theirs}" : "")}", "at most 1.02", ours.Median <= 1.02);
    }
}
