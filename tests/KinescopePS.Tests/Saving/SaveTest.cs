using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using KinescopePS.Kinescope;
using KinescopePS.Saving;

namespace KinescopePS.Tests.Saving;

/// <summary>A test of downloads: a folder, a sandbox of its own, and the engine without PowerShell.</summary>
public abstract class SaveTest : IAsyncLifetime
{
    /// <summary>The blocks after which the bytes are written through to the disk in these tests. Unit: bytes.</summary>
    private protected const int Block = 64 * 1024;

    private protected const int Length = 300_000;

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _verbose = [];

    internal TemporaryFolder Folder => _folder;

    internal RunningSandbox Sandbox { get; private set; } = null!;

    internal string Destination => Folder["backup"];

    /// <summary>Further hosts to download from.</summary>
    internal string? DownloadHosts { get; set; }

    internal IReadOnlyList<string> Verbose => _verbose;

    /// <summary>The clock of requests and retries.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>The number of videos that are saved at once.</summary>
    internal int Lanes { get; set; } = 2;

    /// <summary>The API of the last run.</summary>
    internal KinescopeClient? Kinescope { get; private set; }

    /// <summary>Is told of each message of the engine.</summary>
    internal Action<string>? Said { get; set; }

    public async ValueTask InitializeAsync() => Sandbox = await SandboxInProcess.StartAsync(["--no-rate-limit", "--transcode-seconds", "0"]);

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    internal static byte[] Bytes(int seed, int length = Length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Puts a video of these bytes at the sandbox.</summary>
    /// <returns>Its id.</returns>
    internal async Task<string> UploadAsync(byte[] bytes, string title = "Lesson")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/video") { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("X-Video-Title", "Video");
        request.Headers.Add("X-File-Name", "lesson.mp4");
        using var response = await Sandbox.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        var video = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("data").GetProperty("id").GetString()!;
        await RenameAsync(video, title);
        return video;
    }

    internal async Task RenameAsync(string video, string title) =>
        (await Sandbox.Http.PatchAsync($"/v1/videos/{video}", new StringContent(JsonSerializer.Serialize(new { title }), null, "application/json"), TestContext.Current.CancellationToken))
            .EnsureSuccessStatusCode();

    /// <summary>Puts other bytes in the place of a video's.</summary>
    internal async Task ChangeAsync(string video, byte[] bytes) =>
        (await Sandbox.Http.PutAsync($"/sandbox/videos/{video}/bytes", new ByteArrayContent(bytes), TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();

    /// <summary>A lesson whose file stands below the base path.</summary>
    internal GivenVideo Lesson(string video, string path = "m1/Урок 1.mp4", string id = "l1") =>
        new(video) { LessonId = id, File = Path.Combine(Folder.Path, path), BasePath = Folder.Path };

    internal Task<IReadOnlyList<SavedVideo>> SaveAsync(params GivenVideo[] given) => SaveAsync(SavePlan.Original, false, 0, given);

    /// <summary>Plans as the cmdlet does.</summary>
    internal async Task<(SavePlan Plan, IReadOnlyList<PlannedSave> Planned)> PlanAsync(params GivenVideo[] given)
    {
        var settings = KinescopeSettings.Read(Sandbox.Environment.GetValueOrDefault) with { Limits = RequestLimits.None };
        using var client = KinescopeHttp.CreateClient(new NetworkSettings(null, null, null));
        var kinescope = new KinescopeClient(new KinescopeHttp(client, TimeSpan.FromMilliseconds(1)), settings);
        using var list = SavedList.Open(Destination);
        var plan = new SavePlan(kinescope, Retry.Create(0, TimeSpan.Zero, (_, _) => { }), Destination, list, SavePlan.Original, false);
        return (plan, await plan.OfAsync(given, TestContext.Current.CancellationToken));
    }

    /// <summary>Saves as the cmdlet does.</summary>
    internal async Task<IReadOnlyList<SavedVideo>> SaveAsync(string quality, bool force, int maxRetry, params GivenVideo[] given)
    {
        var settings = KinescopeSettings.Read(name => name == HostList.DownloadSetting ? DownloadHosts : Sandbox.Environment.GetValueOrDefault(name)) with { Limits = RequestLimits.None };
        using var client = KinescopeHttp.CreateClient(new NetworkSettings(null, null, null));
        var http = new KinescopeHttp(client, TimeSpan.FromMilliseconds(1), Time);
        var kinescope = Kinescope = new KinescopeClient(http, settings);
        var retry = Retry.Create(maxRetry, TimeSpan.FromMilliseconds(1), (_, _) => { }, Time);
        using var list = SavedList.Open(Destination);
        var planned = await new SavePlan(kinescope, retry, Destination, list, quality, force).OfAsync(given, TestContext.Current.CancellationToken);
        SaveRun.RequireRoom(Destination, planned);
        var downloads = new DownloadSettings(TimeSpan.FromMinutes(1), 0, null) { BetweenNotes = Block };
        var saver = new VideoSaver(new SaveServices(kinescope, list, retry, downloads, Tell));
        var run = new SaveRun(saver, planned, Lanes, null, TimeProvider.System);
        var results = new List<SavedVideo>();
        await run.WorkAsync(outcome =>
        {
            lock (results)
                results.Add(outcome.Result);
        }, TestContext.Current.CancellationToken);
        StoppedBy = run.StoppedBy;
        return results;
    }

    /// <summary>What stopped the last run.</summary>
    internal KinescopeException? StoppedBy { get; private set; }

    /// <summary>Runs until so many bytes have come, and gives up.</summary>
    /// <returns>The bytes that are kept.</returns>
    internal async Task<long> CutAfterAsync(int bytes, params GivenVideo[] given)
    {
        await Sandbox.SetFaultsAsync(Assets(new { kind = "cut-answer", after_bytes = bytes }), Assets(new { kind = "answer", status = 500 }, times: null));
        Assert.Equal(SavedVideoStatus.Failed, (await SaveAsync(given)).Single().Status);
        await Sandbox.ClearFaultsAsync();
        await Sandbox.ForgetRequestsAsync();
        var held = new FileInfo(Parts().Single()).Length;
        Assert.InRange(held, 1, bytes);
        return held;
    }

    /// <summary>A fault for the files of videos.</summary>
    internal static object Assets(object fault, int? times = 1) => new { match = new { path = "/assets", times }, fault };

    internal async Task<IReadOnlyList<JsonElement>> DownloadsAsync() => await Sandbox.RequestsAsync("GET", "/assets");

    internal void RequireFile(byte[] bytes, string place = "m1/Урок 1.mp4")
    {
        Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Destination, place)))));
        Assert.Empty(Parts());
    }

    internal IReadOnlyList<string> Parts() => [.. Directory.EnumerateFiles(Destination, "*.part", SearchOption.AllDirectories)];

    private void Tell(string message)
    {
        lock (_verbose)
            _verbose.Add(message);
        Said?.Invoke(message);
    }
}
