using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Changes;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Replacing;

namespace KinescopePS.Tests.Changes;

/// <summary>A test of changed videos: a sandbox of its own, an undo file, and the engine without PowerShell.</summary>
public abstract class VideoChangeTest : IAsyncLifetime
{
    internal const string Target = "https://api.example";

    private readonly TemporaryFolder _folder = new();

    internal TemporaryFolder Folder => _folder;

    internal RunningSandbox Sandbox { get; private set; } = null!;

    internal string UndoPath { get; set; } = "";

    internal static VideoChange ForDomain => new() { PrivacyType = "custom", PrivacyDomains = ["school.example"] };

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Sandbox = await SandboxInProcess.StartAsync();
        UndoPath = Folder["kinescope-video-undo.jsonl"];
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes video entries, titled <c>v0</c> and on.</summary>
    internal async Task<string[]> AddVideosAsync(int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++)
        {
            var body = new { type = "video", parent_id = Sandbox.Environment["KINESCOPE_PROJECT_ID"], title = $"v{i}", filename = "a.mp4", filesize = 1000 };
            using var content = JsonContent.Create(body);
            await content.LoadIntoBufferAsync(Stop);
            var answer = await (await Sandbox.Http.PostAsync("/v2/init", content, Stop)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop);
            ids[i] = answer.GetProperty("data").GetProperty("id").GetString()!;
        }

        await Sandbox.ForgetRequestsAsync();
        return ids;
    }

    /// <summary>Changes a video as somebody else would.</summary>
    internal async Task PatchAsync(string video, object fields) =>
        (await Sandbox.Http.PatchAsync($"/v1/videos/{video}", new StringContent(JsonSerializer.Serialize(fields), null, "application/json"), Stop)).EnsureSuccessStatusCode();

    /// <summary>The privacy of each video, in their order.</summary>
    internal async Task<string[]> PrivaciesAsync(params string[] videos)
    {
        var all = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("id").GetString()!);
        return [.. videos.Select(id => $"{all[id].GetProperty("privacy_type").GetString()}{string.Concat(all[id].GetProperty("privacy_domains").EnumerateArray().Select(domain => $" {domain}"))}")];
    }

    /// <summary>Has videos changed as the cmdlet does.</summary>
    internal async Task<Changed> ChangeAsync(VideoChange change, string[] videos, Mortal? life = null, int maxRetry = 0)
    {
        using var own = life is null ? new Mortal() : null;
        life ??= own!;
        using var client = new HttpClient(new Mortal.Requests(life)) { Timeout = Timeout.InfiniteTimeSpan };
        var changer = new VideoChanger(KinescopeOf(client), RetryOf(maxRetry), new VideoUndoFile(UndoPath), Target);
        var ended = new List<PlannedVideoChange>();
        var queue = new VideoChangeQueue(changer, _ => { }, (planned, _) =>
        {
            ended.AddRange(planned);
            return Task.CompletedTask;
        }, TimeProvider.System);
        var work = queue.WorkAsync(CancellationToken.None, life.Death);
        foreach (var video in videos)
            await queue.AddAsync(new AskedVideoChange(video, change), Stop);
        queue.Complete();
        KinescopeException? cause = null;
        try
        {
            await work;
        }
        catch (KinescopeException failure)
        {
            cause = failure;
        }
        catch (OperationCanceledException) when (life.Death.IsCancellationRequested)
        {
            // It is dead.
        }

        return new Changed(ended, queue, cause);
    }

    /// <summary>Takes back what the undo file tells of: what the last run did, or all.</summary>
    internal async Task<IReadOnlyList<VideoRestoration>> RestoreAsync(bool all = false, string? run = null)
    {
        using var client = new HttpClient();
        var restoring = new VideoRestoring(KinescopeOf(client), RetryOf(0), new VideoUndoFile(UndoPath), Target);
        List<RecordedVideoChange> changes = [.. (await ReadUndoAsync()).Changes.Where(change => run is null || change.Run == run)];
        var chosen = (all ? changes : VideoUndoContents.LastOf(changes)).GroupBy(change => change.VideoId).Select(group => (IReadOnlyList<RecordedVideoChange>)[.. group]);
        var planned = await restoring.PlanAsync(chosen, changes.ToLookup(change => change.VideoId), Stop);
        await restoring.ApplyAsync(planned, (_, _) => Task.CompletedTask, CancellationToken.None, Stop);
        return planned;
    }

    internal KinescopeClient KinescopeOf(HttpClient client)
    {
        var settings = KinescopeSettings.Read(name => Sandbox.Environment.GetValueOrDefault(name)) with { Limits = RequestLimits.None };
        return new KinescopeClient(new KinescopeHttp(client, TimeSpan.FromMilliseconds(1)), settings);
    }

    internal static Polly.ResiliencePipeline RetryOf(int maxRetry) => Retry.Create(maxRetry, TimeSpan.FromMilliseconds(1), (_, _) => { });

    internal Task<VideoUndoContents> ReadUndoAsync() => new VideoUndoFile(UndoPath).ReadAsync(Stop);

    internal static object Patches(object fault, int? times = 1, string path = "/v1/videos/", int? nth = null) =>
        new { match = new { method = "PATCH", path, times, nth }, fault };

    /// <summary>What became of changes.</summary>
    internal sealed record Changed(IReadOnlyList<PlannedVideoChange> Ended, VideoChangeQueue Counts, KinescopeException? Cause);
}
