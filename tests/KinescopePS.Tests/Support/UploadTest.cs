using System.Security.Cryptography;
using System.Text.Json;

namespace KinescopePS.Tests.Support;

/// <summary>A test of uploads: a folder, a sandbox of its own, and a session that points there.</summary>
public abstract class UploadTest : IAsyncLifetime
{
    internal const string UploadPath = "/v2/upload/";

    private readonly TemporaryFolder _folder = new();

    internal TemporaryFolder Folder => _folder;

    internal RunningSandbox Sandbox { get; private set; } = null!;

    internal PowerShellSession Session { get; private set; } = null!;

    internal string ProgressFile => Folder["kinescope-upload-progress.jsonl"];

    /// <summary>Options of the sandbox's <c>serve</c>.</summary>
    private protected virtual string[] SandboxOptions => ["--no-rate-limit"];

    private protected virtual async Task<RunningSandbox> StartSandboxAsync() => await SandboxInProcess.StartAsync(SandboxOptions);

    public async ValueTask InitializeAsync()
    {
        Sandbox = await StartSandboxAsync();
        Session = new PowerShellSession(Folder.Path);
        Session.Use(Sandbox);
        await Sandbox.ForgetRequestsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Sandbox.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a course of so many lessons, <c>l0</c> and on, with a file each.</summary>
    /// <param name="lessons">How many.</param>
    /// <param name="length">The size of each file. Unit: bytes.</param>
    /// <param name="prefix">Put before each lesson's id.</param>
    internal void WriteCourse(int lessons, int length = 1000, string prefix = "")
    {
        for (var i = 0; i < lessons; i++)
            Folder.WriteVideo($"{i}.mp4", length, seed: i + 1000 * prefix.Length + prefix.Sum(letter => letter));
        Folder.Write("manifest.json", $$"""
            {"courses":[{"id":"02_ads","skill_category":"MARKETING","modules":[{"id":"m","lessons":[
            {{string.Join(",\n", Enumerable.Range(0, lessons).Select(i => $$"""{"id":"{{prefix}}l{{i}}","filepath":"{{i}}.mp4","title_original":"Урок {{i}}.mp4"}"""))}}
            ]}]}]}
            """);
    }

    /// <summary>Uploads the course: the pipeline's output, errors and all.</summary>
    /// <param name="parameters">Parameters of Send-KinescopeVideo, and the rest of the pipeline.</param>
    /// <param name="connection">Parameters of Connect-Kinescope, for this and what follows; empty to stay connected as it is.</param>
    internal ScriptResult Send(string parameters = "", string connection = "")
    {
        if (connection.Length > 0)
            Session.Connect(connection);
        return Session.Run($"Get-LessonVideoMap | Send-KinescopeVideo {parameters}");
    }

    /// <summary>Starts to upload the course, for what happens meanwhile.</summary>
    internal RunningScript Start(string parameters = "") => new(Session.Shell($"Get-LessonVideoMap | Send-KinescopeVideo {parameters}"));

    /// <summary>Runs until the server has so many bytes of the only lesson, which is then given up.</summary>
    internal async Task FailAfterAsync(long bytes)
    {
        await Sandbox.SetFaultsAsync([.. bytes > 0 ? new[] { PatchFault(new { kind = "cut", after_bytes = bytes }) } : [], PatchFault(new { kind = "answer", status = 500 }, times: null)]);
        Assert.Equal(["l0 Failed"], Statuses(Send(connection: "-MaxRetry 0")));
        await Sandbox.ClearFaultsAsync();
    }

    /// <summary>Connects with another wait before the first repetition. Unit: seconds.</summary>
    internal void SetRetryDelay(double seconds)
    {
        Session.Run("param($seconds) $kinescope.RetryDelaySeconds = $seconds", seconds).RequireNoErrors();
        Session.Connect();
    }

    /// <summary>The lessons with their statuses, as <c>l0 Uploaded</c>.</summary>
    internal static IEnumerable<string> Statuses(ScriptResult result) =>
        result.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value}").Order();

    /// <summary>What the progress file tells, in its order.</summary>
    internal IReadOnlyList<string> ProgressEvents =>
        [.. File.ReadLines(ProgressFile).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!)];

    internal Task<IReadOnlyList<JsonElement>> PatchesAsync() => Sandbox.RequestsAsync("PATCH", UploadPath);

    internal static IEnumerable<long> Offsets(IEnumerable<JsonElement> patches) => patches.Select(patch => patch.GetProperty("offset").GetInt64());

    internal static long BytesOf(IEnumerable<JsonElement> patches) => patches.Sum(patch => patch.GetProperty("body_bytes").GetInt64());

    /// <summary>Asserts that no video of any state is at Kinescope.</summary>
    internal async Task RequireNoVideoAsync() => Assert.Empty(await Sandbox.VideosAsync());

    /// <summary>Asserts that Kinescope holds one complete video for each of so many lessons, and nothing else.</summary>
    internal async Task RequireOneVideoEachAsync(int lessons)
    {
        var videos = await Sandbox.VideosAsync();
        var held = new List<string>();
        foreach (var video in videos)
            held.Add(await Sandbox.Sha256Async(video.GetProperty("id").GetString()!));
        Assert.Equal(Enumerable.Range(0, lessons).Select(i => Sha256Of(Folder[$"{i}.mp4"])).Order(), held.Order());
    }

    internal static string Sha256Of(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>A fault for one file's bytes.</summary>
    internal static object PatchFault(object fault, string file, int? times = 1) =>
        new { match = new { method = "PATCH", path = UploadPath, file, times }, fault };

    /// <summary>A fault that makes Kinescope tell another MD5 of each original.</summary>
    internal static object AlteredMd5(string first) =>
        Fault("GET", "/v1/videos", new { kind = "alter", replace = new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]{8}"] = $"\"md5\":\"{first}" } }, times: null);

    /// <summary>Changes a file between its first and its last MiB: its size stays, its date does not.</summary>
    internal void ChangeMiddle(string file)
    {
        var bytes = File.ReadAllBytes(Folder[file]);
        for (var i = 1_500_000; i < 2_000_000; i++)
            bytes[i] ^= 0xff;
        File.WriteAllBytes(Folder[file], bytes);
    }

    /// <summary>A fault for any other request.</summary>
    internal static object Fault(string method, string path, object fault, int? times = 1, int? nth = null) =>
        new { match = new { method, path, times, nth }, fault };

    /// <summary>A fault for uploads' bytes.</summary>
    internal static object PatchFault(object fault, int? times = 1, int? nth = null) =>
        new { match = new { method = "PATCH", path = UploadPath, times, nth }, fault };
}
