using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Line;

/// <summary>A line that clients can be put at the far end of.</summary>
internal sealed class LineProcess : ServerProcess
{
    private static int _last;
    private static Task<string?>? _obstacle;

    private readonly string _device;

    private LineProcess(Process process, string device)
        : base(process) => _device = device;

    /// <param name="rate">Unit: bits a second.</param>
    /// <param name="roundTrip">Unit: milliseconds.</param>
    public static async Task<LineProcess> StartAsync(double rate, double roundTrip)
    {
        // Compiled once: to swap a method for a better one, .NET halts all threads, which a busy core makes long.
        // 198.18.0.0/15 is set aside for benchmarks (RFC 2544).
        var network = string.Create(CultureInfo.InvariantCulture, $"198.{18 + Environment.ProcessId % 2}.{Interlocked.Increment(ref _last) % 250}");
        var (process, line) = await StartAsync("env", "DOTNET_TieredCompilation=0", Tools.Self, "route", network, Text(rate), Text(roundTrip));
        return new LineProcess(process, line);
    }

    /// <summary>Why no line can be made here; null where one can.</summary>
    public static Task<string?> FindObstacleAsync() => _obstacle ??= TryAsync();

    /// <summary>The same command at the far end.</summary>
    public IReadOnlyList<string> Enter(IReadOnlyList<string> command) => ["nsenter", $"--net=/proc/{Id}/ns/net", .. command];

    public UploadClient Enter(UploadClient client) =>
        client with { Prepare = async job => Enter(await client.Prepare(job)) };

    /// <summary>What the way from the far end did until now.</summary>
    /// <exception cref="BenchmarkException">The kernel dropped packets before they came to it.</exception>
    public async Task<LineStats> StatsAsync()
    {
        var stats = JsonSerializer.Deserialize<LineStats>(await AskAsync("stats"))!;
        var lost = stats.Lost + Router.LostBy(_device);
        return lost == 0 ? stats : throw new BenchmarkException($"The kernel dropped {lost} packets before the line.");
    }

    private Invocation Enter(Invocation invocation) => invocation with { Command = Enter(invocation.Command) };

    private static async Task<string?> TryAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            return "network namespaces need Linux and root.";
        if (new[] { "ip", "nsenter" }.FirstOrDefault(program => Programs.Find(program, "/usr/sbin", "/sbin") is null) is { } missing)
            return $"there is no {missing} (Debian: apt-get install iproute2 util-linux).";
        if (!File.Exists("/dev/net/tun"))
            return "there is no /dev/net/tun.";
        try
        {
            await using var line = await StartAsync(1e6, 1);
            return null;
        }
        catch (BenchmarkException failure)
        {
            return $"a line cannot be made here: {failure.Message}";
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
