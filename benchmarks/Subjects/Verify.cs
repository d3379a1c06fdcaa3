using System.Security.Cryptography;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using static KinescopeBenchmarks.Clients.UploadClient;

namespace KinescopeBenchmarks.Subjects;

/// <summary>What `-Verify` costs: the MD5 that is taken while the bytes are sent, beside the same MD5 alone.</summary>
internal static class Verify
{
    public const string Name = "verify";

    public const string Cost = "net CPU s/GiB", Alone = "MD5 alone", Difference = "the difference";

    public static async Task RunAsync(Lab lab)
    {
        var server = await lab.ServerAsync();
        using var holes = new FileHoles(lab);
        var bytes = lab.Sizes.VerifiedFile;
        var file = holes.Make(bytes);
        var md5 = await Md5Async(file);
        var what = $"one file of {Spread.Number(UploadRuns.GiB(bytes))} GiB, plain HTTP";
        foreach (var round in lab.Rounds(3))
        {
            var without = await SendAsync(Ours, round);
            var with = await SendAsync(OursVerifying, round);
            var folder = lab.NewFolder();
            var idle = await lab.IdleAsync(BareName, what, round, Bare.Idle!);
            var alone = new UploadCost(await lab.MeasureAsync(new Invocation([Tools.Self, "hash", $"{bytes}"]), folder), idle).NetCpu / UploadRuns.GiB(bytes);
            lab.Record(Name, what, Difference, round, (Cost, with - without));
            lab.Record(Name, what, Alone, round, (Cost, alone));
        }

        lab.Compare(Name, what, Difference, Alone, Cost, "within 10 % of what MD5 alone costs", (ours, alone) => ours <= 1.1 * alone);

        async Task<double> SendAsync(UploadClient client, int round)
        {
            await server.ResetAsync(md5: md5);
            var cost = await UploadRuns.MeasureAsync(lab, what, round, client, server.Plain, [file]);
            var transfer = (await server.CompleteStatsAsync(bytes)).TransferTime;
            var net = cost.NetCpu / UploadRuns.GiB(bytes);
            lab.Record(Name, what, client.Name, round, [("MiB/s", UploadRuns.MiB(bytes) / transfer), (Cost, net), .. UploadRuns.PeakOf(cost)]);
            return net;
        }
    }

    private static async Task<string> Md5Async(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await MD5.HashDataAsync(file));
    }
}
