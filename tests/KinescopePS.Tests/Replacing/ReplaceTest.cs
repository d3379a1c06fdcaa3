using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.Transfer;
using KinescopePS.Tus;

namespace KinescopePS.Tests.Replacing;

/// <summary>The engine itself against a sandbox whose videos are processed when its clock is put forward.</summary>
public abstract class ReplaceTest : IAsyncLifetime, IUploadLog
{
    internal const string Title = "Урок первый: ёлка", Parent = "", Path = "/v2/video";

    internal const int OldLength = 300_000, NewLength = 250_000;

    private static readonly TimeSpan Processing = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _warnings = new(), _said = new();

    internal TemporaryFolder Folder => _folder;

    internal SandboxInProcess Sandbox { get; private set; } = null!;

    internal IReadOnlyList<string> Warnings => [.. _warnings];

    /// <summary>What -Verbose would show.</summary>
    internal IReadOnlyList<string> Said => [.. _said];

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        Sandbox = await SandboxInProcess.StartAsync(["--no-rate-limit", "--transcode-seconds", $"{Processing.TotalSeconds}"]);

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    void IUploadLog.Verbose(string message)
    {
        _said.Enqueue(message);
        TestContext.Current.SendDiagnosticMessage(message);
    }

    void IUploadLog.Warning(string message) => _warnings.Enqueue(message);

    internal static object Fault(object fault, int? times = 1) => new { match = new { method = "POST", path = Path, times }, fault };

    /// <summary>Uploads a lesson's file, and has it processed.</summary>
    /// <returns>Its video.</returns>
    internal async Task<string> UploadAsync(string lesson = "l0", string? file = null)
    {
        Folder.WriteVideo(file ?? $"{lesson}.mp4", OldLength, seed: 1);
        var uploaded = await RunAsync(lesson, file: file);
        await ProcessAsync();
        return uploaded.Result.VideoId!;
    }

    /// <summary>Gives a lesson another file.</summary>
    internal void Change(string lesson = "l0", int seed = 2, int length = NewLength) => Folder.WriteVideo($"{lesson}.mp4", length, seed);

    /// <summary>Lets Kinescope process what it has.</summary>
    internal Task ProcessAsync() => Sandbox.AdvanceAsync(Processing + TimeSpan.FromMinutes(1));

    /// <summary>A run of one lesson.</summary>
    internal async Task<UploadOutcome> RunAsync(
        string lesson = "l0", bool replaces = false, bool force = false, bool verifies = false, bool waits = false, Mortal? life = null, string? file = null,
        TimeSpan? patience = null, string? site = null, StampLocation stamp = StampLocation.Description, long? limit = null) =>
        (await RunAsync([(lesson, file ?? $"{lesson}.mp4")], replaces, force, verifies, waits, life, patience, site, stamp, limit)).LastOrDefault()!;

    internal async Task<IReadOnlyList<UploadOutcome>> RunAsync(
        IReadOnlyList<(string Lesson, string File)> lessons, bool replaces, bool force = false, bool verifies = false, bool waits = false, Mortal? life = null,
        TimeSpan? patience = null, string? site = null, StampLocation stamp = StampLocation.Description, long? limit = null)
    {
        using var own = life is null ? new Mortal() : null;
        life ??= own!;
        using var client = new HttpClient(new Mortal.Requests(life)) { Timeout = Timeout.InfiniteTimeSpan };
        var http = new KinescopeHttp(client, TimeSpan.FromMilliseconds(1));
        using var record = new Mortal.Record(OpenRecord(), life);
        var settings = new UploadSettings(Account, new TusSettings(TimeSpan.FromSeconds(20), 0, null), 2, TimeSpan.FromMilliseconds(1), TimeSpan.Zero, force, verifies, stamp) { Replaces = replaces };
        var meter = new UploadMeter(TimeProvider.System);
        var services = UploadServices.Create(settings, http, record, meter, this, TimeProvider.System);
        var survey = new UploadSurvey(record, force, replaces);
        var plan = new UploadPlan(Sandbox.Environment["KINESCOPE_PROJECT_ID"], new VideoFiles(), survey, force, replaces);
        var watch = new VideoWatch(services.Kinescope, services.Retry, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5), TimeSpan.Zero, _ => { });
        var confirmer = waits || verifies ? new VideoConfirmer(watch, services, patience ?? TimeSpan.FromSeconds(20), verifies, requiresReady: true) : null;
        var outcomes = new List<UploadOutcome>();
        using var run = new UploadRun(new VideoUploader(services, survey), confirmer, record, meter, UploadThrottle.Fixed(1), endsTogether: false, maxDuration: null, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop, life.Death);
        var work = run.WorkAsync(outcome =>
        {
            lock (outcomes)
                outcomes.Add(outcome);
        }, stop.Token);
        foreach (var (lesson, file) in lessons)
        {
            var given = new GivenFile(FilePaths.OnDisk(Folder[file])) { LessonId = lesson, Title = lesson == "l0" ? Title : $"{Title} {lesson}", VideoId = site };
            var planned = await plan.AddAsync(given, Stop) with { ReplaceLimit = limit };
            plan.Accepted(planned.Item);
            if (planned.Decision.Step == UploadStep.HandOn)
                outcomes.Add(new UploadOutcome(planned.Item.Result(LessonUploadStatus.Skipped, planned.Decision.VideoId), null));
            else
                await run.AddAsync(planned, Stop);
        }

        run.Complete();
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (life.Death.IsCancellationRequested)
        {
        }

        return outcomes;
    }

    private protected virtual IUploadRecord OpenRecord() => UploadRecords.Open(ProgressFile);

    internal string ProgressFile => Folder["progress.jsonl"];

    internal KinescopeSettings Account => new()
    {
        ApiKey = new NetworkCredential("", Sandbox.Environment["KINESCOPE_API_KEY"]).SecurePassword,
        ApiUri = new Uri(Sandbox.Environment["KINESCOPE_API_URL"]),
        UploaderUri = new Uri(Sandbox.Environment["KINESCOPE_UPLOADER_URL"]),
        Limits = RequestLimits.None,
    };

    internal async Task<RecordedUpload> RecordedAsync(string lesson = "l0")
    {
        using var record = OpenRecord();
        return (await record.FindAsync(lesson, Stop))!;
    }

    internal async Task<JsonElement> VideoAsync(string videoId) => (await Sandbox.GetAsync($"/v1/videos/{videoId}")).GetProperty("data");

    internal string Sha256Of(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Folder[file])));

    /// <summary>The bytes of each request that was to replace a content.</summary>
    internal async Task<IReadOnlyList<long>> SentAsync() =>
        [.. (await Sandbox.RequestsAsync("POST", Path)).Select(request => request.GetProperty("body_bytes").GetInt64())];

    /// <summary>Asserts that there are so many videos, and that this one has the content of a lesson's file and the lesson's title.</summary>
    internal async Task RequireReplacedAsync(string videoId, string lesson = "l0", int videos = 1)
    {
        Assert.Equal(videos, (await Sandbox.TruthAsync()).Count(video => !video.GetProperty("is_deleted").GetBoolean()));
        Assert.Equal(Sha256Of($"{lesson}.mp4"), await Sandbox.Sha256Async(videoId));
        Assert.Equal(lesson == "l0" ? Title : $"{Title} {lesson}", (await VideoAsync(videoId)).GetProperty("title").GetString());
    }

    internal Task PatchAsync(string videoId, object fields) => CallAsync(HttpMethod.Patch, $"/v1/videos/{videoId}", fields);

    internal async Task CallAsync(HttpMethod method, string path, object fields)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(fields) };
        await request.Content.LoadIntoBufferAsync(Stop);
        (await Sandbox.Http.SendAsync(request, Stop)).EnsureSuccessStatusCode();
    }
}
