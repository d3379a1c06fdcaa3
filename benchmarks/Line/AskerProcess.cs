using System.Diagnostics;
using System.Globalization;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;

namespace KinescopeBenchmarks.Line;

/// <summary>Somebody who asks a server for something small at a steady pace, at the far end of a line.</summary>
internal sealed class AskerProcess : ServerProcess
{
    private AskerProcess(Process process)
        : base(process)
    {
    }

    public static async Task<AskerProcess> StartAsync(LineProcess line, UploadSite site)
    {
        var (process, _) = await StartAsync([.. line.Enter([Tools.Self, "ask", $"{site.Url}/v1/projects"])]);
        return new AskerProcess(process);
    }

    /// <summary>How long answers took since it was asked last. Unit: seconds.</summary>
    public async Task<(double Median, double Percentile95)> TimesAsync()
    {
        var times = (await AskAsync("times")).Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return (times[0], times[1]);
    }
}
