using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Subjects;

/// <summary>
/// What goes on beside the sending while 16 files are under way: the CPU time that each further second of a run costs, at 4 MB/s in all,
/// without what the bare loop takes to send the same bytes at full speed. The first half minute is not counted: .NET still compiles then.
/// </summary>
internal static class Display
{
    public const string Name = "display";

    private const int FilesAtOnce = 16, BytesPerSecond = 4 << 20;
    private const string What = "16 files at once, 4 MB/s in all", Drawn = "progress bars drawn on a terminal", Silent = "without display", Share = "% of a core";

    public static async Task RunAsync(Lab lab)
    {
        var server = await lab.ServerAsync();
        var (shorter, longer) = lab.Sizes.DisplayedSeconds;
        if (Tools.Script is null)
            lab.LeaveOut("The drawn progress display is left out: there is no `script` of util-linux.");
        foreach (var round in lab.Rounds(5))
        {
            var sending = (await MeasureAsync(UploadClient.BareName, longer)).Cpu - (await MeasureAsync(UploadClient.BareName, shorter)).Cpu;
            foreach (var client in Tools.Script is null ? [Silent] : (string[])[Silent, Drawn])
            {
                var before = await MeasureAsync(client, shorter);
                var after = await MeasureAsync(client, longer);
                lab.Record(Name, What, client, round, (Share, (after.Cpu - before.Cpu - sending) / (after.Wall - before.Wall) * 100), ("s, shorter run", before.Wall), ("s, longer run", after.Wall), ("CPU s, longer run", after.Cpu), ("CPU s, the same bytes by the HttpClient loop", sending));
            }
        }

        foreach (var client in new[] { Silent, Drawn })
        {
            if (lab.SpreadOf(Name, What, client, Share) is { } share)
                lab.AddTarget(Name, $"CPU beside the sending while 16 files run, {client}", $"{share} % of a core", "at most 2 %", share.Median <= 2);
        }

        async Task<ProcessCost> MeasureAsync(string client, int seconds)
        {
            var folder = lab.NewFolder();
            var files = TestFiles.Equal(lab, FilesAtOnce, (long)BytesPerSecond * seconds / FilesAtOnce);
            await server.ResetAsync();
            var cost = await lab.MeasureAsync(client == UploadClient.BareName
                ? await UploadClient.Bare.Prepare(new UploadJob(server.Plain, files, FilesAtOnce, folder))
                : Send(server.Plain.Environment, folder, files, isDrawn: client == Drawn), folder);
            await server.CompleteStatsAsync((long)BytesPerSecond * seconds);
            return cost;
        }
    }

    private static Invocation Send(IReadOnlyDictionary<string, string> environment, string folder, IReadOnlyList<string> files, bool isDrawn)
    {
        var list = Path.Combine(folder, "files.txt");
        File.WriteAllLines(list, files);
        var invocation = PowerShellScript.Import(folder, $"""
            $ProgressPreference = '{(isDrawn ? "Continue" : "SilentlyContinue")}'
            [System.IO.File]::ReadAllLines({PowerShellScript.Quote(list)}) |
                Send-KinescopeVideo -ProgressFile ./progress.jsonl -ThrottleLimit {FilesAtOnce} -BandwidthLimit 4MB | Out-Null
            """) with
        { Environment = new Dictionary<string, string>(environment) { ["TERM"] = "xterm-256color" } };
        if (!isDrawn)
            return invocation;
        var command = string.Join(' ', invocation.Command.Select(part => $"'{part}'"));
        return invocation with { Command = [Tools.Script!, "-qec", $"stty cols 120 rows 40; exec {command}", "/dev/null"] };
    }
}
