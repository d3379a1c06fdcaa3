using System.Net.Http.Json;
using System.Text.Json;

namespace KinescopePS.TestSupport;

/// <summary>A local Kinescope that listens, and its controls.</summary>
public abstract class RunningSandbox : IAsyncDisposable
{
    private readonly TemporaryFolder? _ownData;

    /// <param name="environment">The variables that point the module at it.</param>
    /// <param name="ports">The port of its API and its init, and the one that takes the bytes.</param>
    /// <param name="data">The folder of its state; null for <paramref name="ownData"/>.</param>
    /// <param name="ownData">A folder that is removed with it.</param>
    private protected RunningSandbox(IReadOnlyDictionary<string, string> environment, (int Api, int Upload) ports, string? data, TemporaryFolder? ownData)
    {
        Environment = environment;
        (ApiPort, UploadPort) = ports;
        Data = data ?? ownData!.Path;
        _ownData = ownData;
        Http = new HttpClient { BaseAddress = new Uri(Environment["KINESCOPE_API_URL"]) };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Environment["KINESCOPE_API_KEY"]);
    }

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

    public virtual ValueTask DisposeAsync()
    {
        Http.Dispose();
        _ownData?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
