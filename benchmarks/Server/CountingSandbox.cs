using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Server;

/// <summary>The sandbox on the server's cores, which counts and hashes the bytes and keeps none.</summary>
internal sealed class CountingSandbox : IAsyncDisposable
{
    private readonly SandboxProcess _process;

    private CountingSandbox(SandboxProcess process)
    {
        _process = process;
        Site = new UploadSite(process.Environment["KINESCOPE_API_URL"], null)
        {
            ApiKey = process.Environment["KINESCOPE_API_KEY"],
            ProjectId = process.Environment["KINESCOPE_PROJECT_ID"],
            WorkspaceId = process.Environment["KINESCOPE_WORKSPACE_ID"],
        };
    }

    public UploadSite Site { get; }

    public static async Task<CountingSandbox> StartAsync() => new(await SandboxProcess.StartAsync(["--discard", "--no-md5", "--no-rate-limit"], through: Cores.Server));

    public async Task ResetAsync()
    {
        // A video that it has is found again by its stamp, and its file not sent.
        foreach (var video in await _process.VideosAsync())
            (await _process.Http.DeleteAsync($"/v1/videos/{video.GetProperty("id").GetString()}")).EnsureSuccessStatusCode();
        await _process.ForgetRequestsAsync();
    }

    /// <summary>From the first PATCH to the end of the last one. Unit: seconds.</summary>
    public async Task<double> TransferTimeAsync(long bytes)
    {
        var patches = await _process.RequestsAsync("PATCH", "/");
        var received = patches.Sum(patch => patch.GetProperty("body_bytes").GetInt64());
        if (received < bytes)
            throw new BenchmarkException($"The sandbox received {received} of {bytes} bytes.");
        return (patches.Max(patch => patch.GetProperty("ended_at").GetDateTimeOffset()) - patches.Min(patch => patch.GetProperty("started_at").GetDateTimeOffset())).TotalSeconds;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
