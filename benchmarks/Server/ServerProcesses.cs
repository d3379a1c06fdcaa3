using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
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
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new BenchmarkException($"{Path.GetFileName(command[0])} ended before it listened.");
        return (process, line);
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

    private DiscardingServerProcess(Process process, int plainPort, int tlsPort, string authority)
        : base(process)
    {
        Port = plainPort;
        Plain = new UploadSite($"http://127.0.0.1:{plainPort}", null);
        Tls = new UploadSite($"https://127.0.0.1:{tlsPort}", authority);
        _control = new HttpClient { BaseAddress = new Uri(Plain.Url) };
    }

    public int Port { get; }

    public UploadSite Plain { get; }

    public UploadSite Tls { get; }

    public static async Task<DiscardingServerProcess> StartAsync(string authority)
    {
        var (process, line) = await StartAsync(Tools.Self, "serve", authority);
        var ports = line.Split(' ').Select(int.Parse).ToArray();
        return new DiscardingServerProcess(process, ports[0], ports[1], authority);
    }

    public async Task ResetAsync(FaultPlan? faults = null, long beyond = 0, bool keepsUploads = false) =>
        (await _control.PostAsJsonAsync("/control/reset", new Reset(faults ?? FaultPlan.None, beyond, keepsUploads))).EnsureSuccessStatusCode();

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

/// <summary>The sandbox, which counts and hashes the bytes and keeps none.</summary>
internal sealed class SandboxProcess : ServerProcess
{
    private readonly HttpClient _control;

    private SandboxProcess(Process process, UploadSite site)
        : base(process)
    {
        Site = site;
        _control = new HttpClient { BaseAddress = new Uri(site.Url) };
    }

    public UploadSite Site { get; }

    public static async Task<SandboxProcess> StartAsync(string data)
    {
        var (process, line) = await StartAsync("dotnet", Tools.Sandbox, "serve", "--json", "--exit-with-stdin", "--discard", "--no-md5", "--no-rate-limit", "--data", data);
        var settings = JsonDocument.Parse(line).RootElement;
        return new SandboxProcess(process, new UploadSite(settings.GetProperty("KINESCOPE_API_URL").GetString()!, null)
        {
            ApiKey = settings.GetProperty("KINESCOPE_API_KEY").GetString()!,
            ProjectId = settings.GetProperty("KINESCOPE_PROJECT_ID").GetString()!,
            WorkspaceId = settings.GetProperty("KINESCOPE_WORKSPACE_ID").GetString()!,
        });
    }

    public async Task ResetAsync()
    {
        // A video that it has is found again by its stamp, and its file not sent.
        using var account = Site.Http();
        foreach (var video in (await account.GetFromJsonAsync<JsonElement>("/v1/videos?per_page=100")).GetProperty("data").EnumerateArray())
            (await account.DeleteAsync($"/v1/videos/{video.GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
        (await _control.DeleteAsync("/sandbox/requests")).EnsureSuccessStatusCode();
    }

    /// <summary>From the first PATCH to the end of the last one. Unit: seconds.</summary>
    public async Task<double> TransferTimeAsync(long bytes)
    {
        var patches = (await _control.GetFromJsonAsync<JsonElement>("/sandbox/requests?method=PATCH")).GetProperty("data").EnumerateArray().ToList();
        var received = patches.Sum(patch => patch.GetProperty("body_bytes").GetInt64());
        if (received < bytes)
            throw new BenchmarkException($"The sandbox received {received} of {bytes} bytes.");
        return (patches.Max(patch => patch.GetProperty("ended_at").GetDateTimeOffset()) - patches.Min(patch => patch.GetProperty("started_at").GetDateTimeOffset())).TotalSeconds;
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
        Site = new UploadSite($"http://127.0.0.1:{port}", null);
    }

    public UploadSite Site { get; }

    /// <param name="target">The server's port.</param>
    /// <param name="roundTrip">Unit: milliseconds.</param>
    public static async Task<DelayingProxyProcess> StartAsync(int target, double roundTrip)
    {
        var (process, line) = await StartAsync(Tools.Self, "delay", target.ToString(), FormattableString.Invariant($"{roundTrip}"));
        return new DelayingProxyProcess(process, int.Parse(line));
    }
}
