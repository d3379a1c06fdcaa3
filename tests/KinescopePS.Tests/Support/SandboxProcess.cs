using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace KinescopePS.Tests.Support;

/// <summary>A local Kinescope in a process of its own.</summary>
internal sealed class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder? _ownData;

    private SandboxProcess(Process process, JsonElement settings, string data, TemporaryFolder? ownData)
    {
        Data = data;
        _process = process;
        _ownData = ownData;
        Environment = settings.EnumerateObject()
            .Where(property => property.Name.StartsWith("KINESCOPE_", StringComparison.Ordinal))
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);
        ApiPort = settings.GetProperty("api_port").GetInt32();
        UploadPort = settings.GetProperty("upload_port").GetInt32();
        Http = new HttpClient { BaseAddress = new Uri(Environment["KINESCOPE_API_URL"]) };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Environment["KINESCOPE_API_KEY"]);
    }

    /// <summary>The variables that point the module at it; KINESCOPE_WORKSPACE_ID among them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The folder of its state.</summary>
    public string Data { get; }

    /// <summary>Where its API and its init listen.</summary>
    public int ApiPort { get; }

    /// <summary>Where the bytes go.</summary>
    public int UploadPort { get; }

    /// <summary>Its API, with the token.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="options">Further options of <c>serve</c>.</param>
    /// <param name="data">Its state's folder; null for one of its own, removed with it.</param>
    public static async Task<SandboxProcess> StartAsync(string[]? options = null, string? data = null)
    {
        var own = data is null ? new TemporaryFolder() : null;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[Built.Sandbox, "serve", "--json", "--exit-with-stdin", "--data", data ?? own!.Path, .. options ?? ["--no-rate-limit"]])
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The sandbox ended before it listened.");
        return new SandboxProcess(process, JsonDocument.Parse(line).RootElement, data ?? own!.Path, own);
    }

    /// <summary>Sets <c>$kinescope</c> in a session: the parameters of Send-KinescopeVideo that point it here, to be splatted.</summary>
    /// <param name="session">The session; variables of the environment would reach every test of this process.</param>
    /// <param name="withWorkspace">Whether videos are created as the dashboard does, by tus creation.</param>
    public void UseIn(PowerShellSession session, bool withWorkspace = false)
    {
        session.Run(
            """
            param($key, $project, $api, $uploader, $workspace)
            $secure = [System.Net.NetworkCredential]::new('', $key).SecurePassword
            $global:kinescope = @{ ApiKey = $secure; ProjectId = $project; ApiUri = $api; UploaderUri = $uploader; RetryDelaySeconds = 0.05 }
            if ($workspace) { $global:kinescope.WorkspaceId = $workspace }
            """,
            Environment["KINESCOPE_API_KEY"],
            Environment["KINESCOPE_PROJECT_ID"],
            Environment["KINESCOPE_API_URL"],
            Environment["KINESCOPE_UPLOADER_URL"],
            withWorkspace ? Environment["KINESCOPE_WORKSPACE_ID"] : null).RequireNoErrors();
    }

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(path);

    /// <summary>All videos, whatever their state.</summary>
    public async Task<IReadOnlyList<JsonElement>> VideosAsync()
    {
        var videos = new List<JsonElement>();
        for (var page = 1; ; page++)
        {
            var data = (await GetAsync($"/v1/videos?page={page}&per_page=100")).GetProperty("data");
            videos.AddRange(data.EnumerateArray());
            if (data.GetArrayLength() < 100)
                return videos;
        }
    }

    /// <summary>Replaces the fault script.</summary>
    public async Task SetFaultsAsync(params object[] rules) =>
        (await Http.PutAsJsonAsync("/sandbox/faults", rules)).EnsureSuccessStatusCode();

    public async Task ClearFaultsAsync() => (await Http.DeleteAsync("/sandbox/faults")).EnsureSuccessStatusCode();

    /// <summary>Lets requests go on that a <c>stall</c> holds.</summary>
    public async Task ReleaseAsync() => (await Http.PostAsync("/sandbox/release", null)).EnsureSuccessStatusCode();

    /// <summary>Takes the token's validity away.</summary>
    public async Task RevokeTokenAsync() => (await Http.DeleteAsync($"/sandbox/tokens/{Environment["KINESCOPE_API_KEY"]}")).EnsureSuccessStatusCode();

    /// <summary>Makes the token valid, with these rights.</summary>
    public async Task GrantTokenAsync(params string[] permissions) =>
        (await Http.PostAsJsonAsync("/sandbox/tokens", new { value = Environment["KINESCOPE_API_KEY"], permissions })).EnsureSuccessStatusCode();

    /// <summary>Waits until a condition holds, for example <c>bytes=1000</c> or <c>stalled=1</c>.</summary>
    public async Task WaitAsync(string condition) => (await Http.GetAsync($"/sandbox/wait?{condition}")).EnsureSuccessStatusCode();

    /// <summary>The requests so far, as <c>METHOD path</c> prefixes select them.</summary>
    public async Task<IReadOnlyList<JsonElement>> RequestsAsync(string method, string path) =>
        [.. (await GetAsync($"/sandbox/requests?method={method}&path={Uri.EscapeDataString(path)}")).GetProperty("data").EnumerateArray()];

    public async Task ForgetRequestsAsync() => (await Http.DeleteAsync("/sandbox/requests")).EnsureSuccessStatusCode();

    /// <summary>SHA-256 of the bytes that the sandbox holds of a video, in lower-case hex.</summary>
    public async Task<string> Sha256Async(string videoId) =>
        (await GetAsync($"/sandbox/videos/{videoId}/sha256")).GetProperty("data").GetProperty("sha256").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _ownData?.Dispose();
    }
}
