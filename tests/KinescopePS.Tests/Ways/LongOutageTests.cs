using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.Transfer;
using KinescopePS.Tus;
using KinescopeSandbox.Server;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Ways;

/// <summary>The API is out for 90 minutes by the clock of the engine and the sandbox, as it was in November 2025; uploading works.</summary>
public sealed class LongOutageTests : IAsyncLifetime, IUploadLog
{
    private const int Lessons = 6, Length = 300_000;

    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(90);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 27, 1, 0, 0, TimeSpan.Zero));
    private readonly ConcurrentQueue<(UploadOutcome Outcome, DateTimeOffset At)> _outcomes = new();
    private readonly CountedRequests _requests = new();
    private SandboxServer _sandbox = null!;
    private HttpClient _control = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { DataFolder = _folder["state"], RateLimit = false }, _time, Stop);
        _control = new HttpClient { BaseAddress = new Uri(_sandbox.ApiUrl) };
        for (var i = 0; i < Lessons; i++)
            _folder.WriteVideo($"{i}.mp4", Length, seed: i);
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _requests.Dispose();
        await _sandbox.DisposeAsync();
        _folder.Dispose();
    }

    void IUploadLog.Verbose(string message)
    {
    }

    void IUploadLog.Warning(string message) => TestContext.Current.SendDiagnosticMessage(message);

    [Theory]
    [InlineData("503", false)]
    [InlineData("503", true)]
    [InlineData("reset", true)]
    public async Task A_night_outlives_it(string way, bool fromTheStart)
    {
        var began = _time.GetUtcNow();
        if (fromTheStart)
            await GoAsync(way);
        else
            _requests.AtFirstVideo = () => GoAsync(way);

        await RunAsync(patience: TimeSpan.FromHours(3));

        Assert.Equal(Lessons, _outcomes.Count);
        Assert.All(_outcomes, ended => Assert.Null(ended.Outcome.Failure));
        Assert.All(_outcomes, ended => Assert.True(ended.At >= began + Outage, "A result was given of what nobody could look at."));
        // Only what needs the API waits: bytes flow on, and nothing is sent twice.
        var patches = await DataAsync("/sandbox/requests?method=PATCH");
        Assert.Equal(fromTheStart, patches.EnumerateArray().Max(patch => patch.GetProperty("ended_at").GetDateTimeOffset()) >= began + Outage);
        Assert.Equal(Lessons * Length, patches.EnumerateArray().Sum(patch => patch.GetProperty("body_bytes").GetInt64()));
        var videos = await DataAsync("/sandbox/videos");
        Assert.Equal(Lessons, videos.GetArrayLength());
        Assert.All(videos.EnumerateArray(), video => Assert.True(video.GetProperty("is_complete").GetBoolean()));
    }

    private async Task GoAsync(string way) =>
        (await _control.PutAsJsonAsync("/sandbox/platform", new Dictionary<string, string> { ["api"] = way, ["api-outage"] = $"{Outage.TotalSeconds}" }, Stop)).EnsureSuccessStatusCode();

    private async Task RunAsync(TimeSpan patience)
    {
        using var client = new HttpClient(_requests, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        var http = new KinescopeHttp(client, TimeSpan.FromSeconds(2), _time);
        var account = new KinescopeSettings
        {
            ApiKey = new NetworkCredential("", _sandbox.Token).SecurePassword,
            ApiUri = new Uri(_sandbox.ApiUrl),
            UploaderUri = new Uri(_sandbox.ApiUrl),
            Limits = RequestLimits.None,
        };
        using var record = UploadRecords.Open(_folder["progress.jsonl"], time: _time);
        var settings = new UploadSettings(account, new TusSettings(TimeSpan.FromMinutes(5), 0, null), Retry.DefaultCount, TimeSpan.FromSeconds(2), patience, Force: false, Verifies: true, StampLocation.Description);
        var meter = new UploadMeter(_time);
        var services = UploadServices.Create(settings, http, record, meter, this, _time);
        var survey = new UploadSurvey(record, force: false);
        var plan = new UploadPlan(_sandbox.Workspace.DefaultProjectId.ToString(), new VideoFiles(), survey, force: false);
        var watch = new VideoWatch(services.Kinescope, services.Retry, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), patience, services.Log.Verbose);
        var confirmer = new VideoConfirmer(watch, services, TimeSpan.FromHours(2), compares: true, requiresReady: true);
        using var run = new UploadRun(new VideoUploader(services, survey), confirmer, record, meter, throttle: UploadThrottle.Fixed(2), endsTogether: true, maxDuration: null, _time);
        var work = run.WorkAsync(outcome => _outcomes.Enqueue((outcome, _time.GetUtcNow())), Stop);
        for (var i = 0; i < Lessons; i++)
            await run.AddAsync(await plan.AddAsync(new GivenFile(FilePaths.OnDisk(_folder[$"{i}.mp4"])) { LessonId = $"l{i}" }, Stop), Stop);
        run.Complete();
        // Time passes only while nothing is on its way.
        while (!work.IsCompleted)
        {
            if (_requests.UnderWay == 0)
                _time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(work, Task.Delay(1, Stop));
        }

        await work;
    }

    private async Task<JsonElement> DataAsync(string path) => (await _control.GetFromJsonAsync<JsonElement>(path, Stop)).GetProperty("data");

    /// <summary>Counts what is on its way.</summary>
    private sealed class CountedRequests() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        private int _underWay;

        /// <summary>Called before the first video is created.</summary>
        public Func<Task>? AtFirstVideo { get; set; }

        public int UnderWay => Volatile.Read(ref _underWay);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _underWay);
            try
            {
                if (request.RequestUri!.AbsolutePath == "/v2/init" && AtFirstVideo is { } before)
                {
                    AtFirstVideo = null;
                    await before();
                }

                return await base.SendAsync(request, cancellation);
            }
            finally
            {
                Interlocked.Decrement(ref _underWay);
            }
        }
    }
}
