using System.Security.Cryptography;

namespace KinescopePS.Tests.Support;

/// <summary>A test of uploads: a folder, a sandbox of its own, and a session that points there.</summary>
public abstract class UploadTest : IAsyncLifetime
{
    internal const string UploadPath = "/v2/upload/";

    private readonly TemporaryFolder _folder = new();

    internal TemporaryFolder Folder => _folder;

    internal SandboxProcess Sandbox { get; private set; } = null!;

    internal PowerShellSession Session { get; private set; } = null!;

    internal string ProgressFile => Folder["kinescope-upload-progress.jsonl"];

    /// <summary>Options of the sandbox's <c>serve</c>.</summary>
    private protected virtual string[] SandboxOptions => ["--no-rate-limit"];

    public async ValueTask InitializeAsync()
    {
        Sandbox = await SandboxProcess.StartAsync(SandboxOptions);
        Session = new PowerShellSession(Folder.Path);
        Sandbox.UseIn(Session);
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Sandbox.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a course of so many lessons, <c>l0</c> and on, with a file each.</summary>
    internal void WriteCourse(int lessons, int length = 1000)
    {
        for (var i = 0; i < lessons; i++)
            Folder.WriteVideo($"{i}.mp4", length, seed: i);
        Folder.Write("manifest.json", $$"""
            {"courses":[{"id":"02_ads","skill_category":"MARKETING","modules":[{"id":"m","lessons":[
            {{string.Join(",\n", Enumerable.Range(0, lessons).Select(i => $$"""{"id":"l{{i}}","filepath":"{{i}}.mp4","title_original":"Урок {{i}}.mp4"}"""))}}
            ]}]}]}
            """);
    }

    /// <summary>Leaves so many lessons failed, of which Kinescope has 100 000 of 400 000 bytes.</summary>
    internal async Task LeaveUnfinishedAsync(int lessons)
    {
        WriteCourse(lessons, 400_000);
        await Sandbox.SetFaultsAsync([
            .. Enumerable.Range(0, lessons).Select(i => new { match = new { method = "PATCH", path = UploadPath, file = $"{i}.mp4", times = 1 }, fault = new { kind = "cut", after_bytes = 100_000 } }),
            PatchFault(new { kind = "answer", status = 500 }, times: null),
        ]);
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -MaxRetry 0");
        await Sandbox.ClearFaultsAsync();
    }

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

    /// <summary>A fault for uploads' bytes.</summary>
    internal static object PatchFault(object fault, int? times = 1, int? nth = null) =>
        new { match = new { method = "PATCH", path = UploadPath, times, nth }, fault };
}
