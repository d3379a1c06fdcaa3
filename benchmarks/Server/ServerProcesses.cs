using System.Diagnostics;
using System.Net.Http.Json;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Server;

/// <summary>A server of ours in a process and on cores of its own; it ends with its standard input.</summary>
internal abstract class ServerProcess(Process process) : IAsyncDisposable
{
    protected static async Task<(Process Process, string Line)> StartAsync(params string[] command)
    {
        var process = Lab.Start(Cores.Server(command), new Dictionary<string, string>());
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new BenchmarkException($"{string.Join(' ', command)} ended before it listened.");
        return (process, line);
    }

    protected int Id => process.Id;

    /// <summary>Says something to its standard input, and returns the line that it answers.</summary>
    protected async Task<string> AskAsync(string question)
    {
        await process.StandardInput.WriteLineAsync(question);
        await process.StandardInput.FlushAsync();
        return await process.StandardOutput.ReadLineAsync() ?? throw new BenchmarkException($"{process.ProcessName} ended.");
    }

    public virtual async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}

/// <summary>The discarding server.</summary>
internal sealed class DiscardingServerProcess : ServerProcess
{
    private readonly HttpClient _control;

    private DiscardingServerProcess(Process process, int plainPort, int tlsPort, bool hasBoth, string authority)
        : base(process)
    {
        Port = plainPort;
        Plain = new UploadSite($"http://127.0.0.1:{plainPort}", null);
        Named = hasBoth ? new UploadSite($"http://localhost:{plainPort}", null) : null;
        Tls = new UploadSite($"https://127.0.0.1:{tlsPort}", authority);
        _control = new HttpClient { BaseAddress = new Uri(Plain.Url) };
    }

    public int Port { get; }

    public UploadSite Plain { get; }

    /// <summary>The same by a name with two addresses; null where this machine has only one of them.</summary>
    public UploadSite? Named { get; }

    public UploadSite Tls { get; }

    public static async Task<DiscardingServerProcess> StartAsync(string authority)
    {
        var (process, line) = await StartAsync(Tools.Self, "serve", authority);
        var told = line.Split(' ').Select(int.Parse).ToArray();
        return new DiscardingServerProcess(process, told[0], told[1], told[2] == 2, authority);
    }

    /// <param name="faults">What goes wrong; nothing by default.</param>
    /// <param name="beyond">The offset whose passing is noted. Unit: bytes.</param>
    /// <param name="keepsUploads">True where uploads can be continued.</param>
    /// <param name="md5">What it is to tell of the originals of uploaded videos.</param>
    public async Task ResetAsync(FaultPlan? faults = null, long beyond = 0, bool keepsUploads = false, string? md5 = null) =>
        (await _control.PostAsJsonAsync("/control/reset", new Reset(faults ?? FaultPlan.None, beyond, keepsUploads) { Md5 = md5 })).EnsureSuccessStatusCode();

    /// <summary>Makes it list so many complete videos, and nothing else.</summary>
    public async Task ListAsync(int videos) =>
        (await _control.PostAsJsonAsync("/control/reset", new Reset(FaultPlan.None, 0, false) { Videos = videos })).EnsureSuccessStatusCode();

    public async Task<ServerStats> StatsAsync() => (await _control.GetFromJsonAsync<ServerStats>("/control/stats"))!;

    /// <summary>What it saw of a run that has to have brought all bytes.</summary>
    /// <exception cref="BenchmarkException">It did not.</exception>
    public async Task<ServerStats> CompleteStatsAsync(long bytes)
    {
        var stats = await StatsAsync();
        return stats.Kept >= bytes ? stats : throw new BenchmarkException($"The server holds {stats.Kept} of {bytes} bytes.");
    }

    public override ValueTask DisposeAsync()
    {
        _control.Dispose();
        return base.DisposeAsync();
    }
}

/// <summary>A longer way to a server.</summary>
internal sealed class DelayingProxyProcess : ServerProcess
{
    private DelayingProxyProcess(Process process, int port)
        : base(process)
    {
        Port = port;
        Site = new UploadSite($"http://127.0.0.1:{port}", null);
    }

    public int Port { get; }

    public UploadSite Site { get; }

    /// <param name="target">The server's port.</param>
    /// <param name="roundTrip">Unit: milliseconds.</param>
    public static async Task<DelayingProxyProcess> StartAsync(int target, double roundTrip)
    {
        var (process, line) = await StartAsync(Tools.Self, "delay", target.ToString(), FormattableString.Invariant($"{roundTrip}"));
        return new DelayingProxyProcess(process, int.Parse(line));
    }
}
