using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace KinescopePS.TestSupport;

/// <summary>The sandbox as a program of its own: a local Kinescope.</summary>
public sealed class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder? _ownData;

    private SandboxProcess(Process process, JsonElement announced, string data, TemporaryFolder? ownData)
    {
        Data = data;
        Announced = announced;
        _process = process;
        _ownData = ownData;
        Environment = announced.EnumerateObject()
            .Where(property => property.Name.StartsWith("KINESCOPE_", StringComparison.Ordinal))
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);
        ApiPort = announced.GetProperty("api_port").GetInt32();
        UploadPort = announced.GetProperty("upload_port").GetInt32();
        Http = new HttpClient { BaseAddress = new Uri(Environment["KINESCOPE_API_URL"]) };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Environment["KINESCOPE_API_KEY"]);
    }

    /// <summary>The line that <c>serve --json</c> printed.</summary>
    public JsonElement Announced { get; }

    /// <summary>The variables that point the module at it; KINESCOPE_WORKSPACE_ID among them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The folder of its state.</summary>
    public string Data { get; }

    /// <summary>The port of its API and its init.</summary>
    public int ApiPort { get; }

    /// <summary>The port that takes the bytes.</summary>
    public int UploadPort { get; }

    /// <summary>Its API, with the token.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts <c>serve</c> and waits until it listens.</summary>
    /// <param name="options">Further options of <c>serve</c>; null for no rate limit.</param>
    /// <param name="data">Its state's folder; null for one of its own, removed with it.</param>
    /// <param name="through">A command that starts it, for example on certain cores.</param>
    public static async Task<SandboxProcess> StartAsync(string[]? options = null, string? data = null, Func<IReadOnlyList<string>, IReadOnlyList<string>>? through = null)
    {
        var own = data is null ? new TemporaryFolder() : null;
        var process = Start(["serve", "--json", "--exit-with-stdin", "--data", data ?? own!.Path, .. options ?? ["--no-rate-limit"]], through);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The sandbox did not start: {await process.StandardError.ReadToEndAsync()}");
        process.BeginErrorReadLine();
        return new SandboxProcess(process, JsonDocument.Parse(line).RootElement, data ?? own!.Path, own);
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
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

    /// <summary>All videos as they are, whichever way the platform goes: also those that are deleted.</summary>
    public async Task<IReadOnlyList<JsonElement>> TruthAsync() => [.. (await GetAsync("/sandbox/videos")).GetProperty("data").EnumerateArray()];

    /// <summary>Replaces the fault script.</summary>
    public async Task SetFaultsAsync(params object[] rules) =>
        (await Http.PutAsJsonAsync("/sandbox/faults", rules)).EnsureSuccessStatusCode();

    public async Task ClearFaultsAsync() => (await Http.DeleteAsync("/sandbox/faults")).EnsureSuccessStatusCode();

    /// <summary>Chooses ways of the platform's open questions, by their names; all other questions are as at first.</summary>
    public async Task GoAsync(IReadOnlyDictionary<string, string> ways) =>
        (await Http.PutAsJsonAsync("/sandbox/platform", ways)).EnsureSuccessStatusCode();

    /// <summary>Changes the way of one question, and no other.</summary>
    public async Task ChangeWayAsync(string question, string way) =>
        (await Http.PatchAsJsonAsync("/sandbox/platform", new Dictionary<string, string> { [question] = way })).EnsureSuccessStatusCode();

    /// <summary>Puts its clock forward.</summary>
    public async Task AdvanceAsync(TimeSpan time) =>
        (await Http.PostAsJsonAsync("/sandbox/clock", new { advance_seconds = (long)time.TotalSeconds })).EnsureSuccessStatusCode();

    /// <summary>Lets requests go on that a <c>stall</c> holds.</summary>
    public async Task ReleaseAsync() => (await Http.PostAsync("/sandbox/release", null)).EnsureSuccessStatusCode();

    /// <summary>Takes the token's validity away.</summary>
    public async Task RevokeTokenAsync() => (await Http.DeleteAsync($"/sandbox/tokens/{Environment["KINESCOPE_API_KEY"]}")).EnsureSuccessStatusCode();

    /// <summary>Makes the token valid, with these rights.</summary>
    public async Task GrantTokenAsync(params string[] permissions) =>
        (await Http.PostAsJsonAsync("/sandbox/tokens", new { value = Environment["KINESCOPE_API_KEY"], permissions })).EnsureSuccessStatusCode();

    /// <summary>Forces a video's status, until null takes that back.</summary>
    public async Task SetStatusAsync(string videoId, string? status) =>
        (await Http.PostAsJsonAsync($"/sandbox/videos/{videoId}/status", new { status })).EnsureSuccessStatusCode();

    /// <summary>Waits until a condition holds, for example <c>bytes=1000</c> or <c>stalled=1</c>.</summary>
    public async Task WaitAsync(string condition) => (await Http.GetAsync($"/sandbox/wait?{condition}")).EnsureSuccessStatusCode();

    /// <summary>True where a condition holds within half a second.</summary>
    public async Task<bool> HoldsSoonAsync(string condition) => (await Http.GetAsync($"/sandbox/wait?{condition}&timeout=0.5")).IsSuccessStatusCode;

    /// <summary>The requests so far, as <c>METHOD path</c> prefixes select them.</summary>
    public async Task<IReadOnlyList<JsonElement>> RequestsAsync(string method, string path) =>
        [.. (await GetAsync($"/sandbox/requests?method={method}&path={Uri.EscapeDataString(path)}")).GetProperty("data").EnumerateArray()];

    public async Task ForgetRequestsAsync() => (await Http.DeleteAsync("/sandbox/requests")).EnsureSuccessStatusCode();

    /// <summary>SHA-256 of the bytes that the sandbox holds of a video, in lower-case hex.</summary>
    public async Task<string> Sha256Async(string videoId) =>
        (await GetAsync($"/sandbox/videos/{videoId}/sha256")).GetProperty("data").GetProperty("sha256").GetString()!;

    /// <summary>Ends it as a crash does.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends its input, upon which it stops.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndInputAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        _ownData?.Dispose();
    }

    private static Process Start(IReadOnlyList<string> arguments, Func<IReadOnlyList<string>, IReadOnlyList<string>>? through = null)
    {
        IReadOnlyList<string> command = ["dotnet", Built.Sandbox, .. arguments];
        command = through?.Invoke(command) ?? command;
        return Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
