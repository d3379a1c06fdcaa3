using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using KinescopePS.Kinescope;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Waiting for videos while responses are not what they should be: no poll's failure ends the watch unseen.</summary>
public sealed class VideoWatchTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly Platform _platform = new();
    private readonly ConcurrentQueue<string> _log = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly HttpClient _client;
    private readonly VideoWatch _watch;
    private readonly Task _watching;

    public VideoWatchTests()
    {
        _client = new HttpClient(_platform);
        var settings = new KinescopeSettings { ApiUri = new Uri("https://api.example"), ApiKey = new NetworkCredential("", "key").SecurePassword };
        var retry = Retry.Create(0, TimeSpan.Zero, (_, _) => { }, _time);
        var interval = TimeSpan.FromSeconds(10);
        _watch = new VideoWatch(new KinescopeClient(new KinescopeHttp(_client, TimeSpan.FromSeconds(2), _time), settings), retry, interval, interval, TimeSpan.FromHours(2), _log.Enqueue);
        _watching = _watch.RunAsync(_stop.Token);
    }

    public static TheoryData<string> Disturbances => [.. Disturbance.Keys];

    private static Dictionary<string, Func<HttpResponseMessage>> Disturbance { get; } = new()
    {
        ["bad gzip"] = () => Ok(new StreamContent(new GZipStream(new MemoryStream("no gzip"u8.ToArray()), CompressionMode.Decompress))),
        ["half a surrogate"] = () => Json("""{"data":[{"id":"v","title":"\ud83d","status":"processing"}]}"""),
        ["a sign-in page"] = () => Json("<html>Sign in</html>"),
        ["bad gateway"] = () => new HttpResponseMessage(HttpStatusCode.BadGateway),
        ["cut"] = () => throw new HttpRequestException("cut"),
        ["unforeseen"] = () => throw new InvalidOperationException("nobody foresaw this"),
    };

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _client.Dispose();
    }

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task FoundB01_A_disturbed_poll_is_not_the_last(string disturbance)
    {
        _platform.Responses.Enqueue(Disturbance[disturbance]);
        _platform.Responses.Enqueue(Done);

        var video = await AdvanceUntilAsync(_watch.WaitAsync("v", TimeSpan.FromHours(2), _stop.Token));

        Assert.Equal("done", video.Status);
    }

    [Fact]
    public async Task A_poll_that_failed_is_told()
    {
        _platform.Responses.Enqueue(() => throw new InvalidOperationException("nobody foresaw this"));
        _platform.Responses.Enqueue(Done);

        await AdvanceUntilAsync(_watch.WaitAsync("v", TimeSpan.FromHours(2), _stop.Token));

        Assert.Contains("nobody foresaw this", Assert.Single(_log));
    }

    [Fact]
    public async Task Responses_that_nobody_can_read_end_the_wait_long_before_its_time()
    {
        _platform.Otherwise = () => Json("<html>Sign in</html>");

        var failure = await Assert.ThrowsAsync<KinescopeException>(
            () => AdvanceUntilAsync(_watch.WaitAsync("v", TimeSpan.FromHours(2), _stop.Token)));

        Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
        Assert.Equal(3, _platform.Count);
    }

    [Fact]
    public async Task A_failure_for_good_ends_the_waits_and_the_watch_goes_on()
    {
        _platform.Responses.Enqueue(() => new HttpResponseMessage(HttpStatusCode.Unauthorized));
        var waits = new[] { "v", "w" }.Select(id => _watch.WaitAsync(id, TimeSpan.FromHours(2), _stop.Token)).ToList();
        foreach (var wait in waits)
            Assert.Equal(ErrorIds.TokenRejected, (await Assert.ThrowsAnyAsync<KinescopeException>(() => AdvanceUntilAsync(wait))).ErrorId);

        Assert.False(_watching.IsCompleted);
        _platform.Otherwise = Done;
        Assert.Equal("done", (await AdvanceUntilAsync(_watch.WaitAsync("v", TimeSpan.FromHours(2), _stop.Token))).Status);
    }

    [Fact]
    public async Task A_video_that_is_not_processed_in_time_is_an_error_that_tells_its_status()
    {
        _platform.Otherwise = () => Json("""{"data":[{"id":"v","status":"processing"}]}""");

        var wait = _watch.WaitAsync("v", TimeSpan.FromHours(2), _stop.Token);
        await AdvanceUntilAsync(() => _platform.Count >= 2);

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => AdvanceUntilAsync(wait));

        Assert.Equal("Kinescope has not processed video v within 120 minutes. Its status is 'processing'.", failure.Message);
        Assert.InRange(_platform.Count, 2, 721);
    }

    [Fact]
    public async Task A_wait_that_ends_while_Kinescope_cannot_be_asked_tells_why()
    {
        _platform.Otherwise = () => new HttpResponseMessage(HttpStatusCode.BadGateway);

        var wait = _watch.WaitAsync("v", TimeSpan.FromHours(2), _stop.Token);
        await AdvanceUntilAsync(() => _platform.Count >= 2);
        var failure = await Assert.ThrowsAsync<KinescopeException>(() => AdvanceUntilAsync(wait));

        Assert.Equal(ErrorIds.VideoNotProcessed, failure.ErrorId);
        Assert.StartsWith("Kinescope has not processed video v within 120 minutes. Kinescope could not be asked: Kinescope answered HTTP 502.", failure.Message);
    }

    [Fact]
    public async Task An_outage_is_not_the_videos_time()
    {
        _platform.Otherwise = () => Json("""{"data":[{"id":"v","status":"processing"}]}""");
        var wait = _watch.WaitAsync("v", TimeSpan.FromHours(1), _stop.Token);
        await AdvanceUntilAsync(() => _platform.Count >= 2);

        _platform.Otherwise = () => new HttpResponseMessage(HttpStatusCode.BadGateway);
        var outage = _time.GetUtcNow() + TimeSpan.FromMinutes(90);
        await AdvanceUntilAsync(() => _time.GetUtcNow() >= outage);
        Assert.False(wait.IsCompleted);

        _platform.Otherwise = () => Json("""{"data":[{"id":"v","status":"processing"}]}""");
        var later = _time.GetUtcNow() + TimeSpan.FromMinutes(50);
        await AdvanceUntilAsync(() => _time.GetUtcNow() >= later);
        Assert.False(wait.IsCompleted);

        _platform.Otherwise = Done;
        Assert.Equal("done", (await AdvanceUntilAsync(wait)).Status);
    }

    private static HttpResponseMessage Done() => Json("""{"data":[{"id":"v","status":"done"}]}""");

    private static HttpResponseMessage Json(string body) => Ok(new StringContent(body));

    private static HttpResponseMessage Ok(HttpContent content) => new(HttpStatusCode.OK) { Content = content };

    private async Task<T> AdvanceUntilAsync<T>(Task<T> task)
    {
        await AdvanceUntilAsync(() => task.IsCompleted);
        return await task;
    }

    private async Task AdvanceUntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            // What the time has woken comes first.
            for (var i = 0; i < 100 && !holds(); i++)
                await Task.Yield();
        }
    }

    /// <summary>Kinescope, in memory.</summary>
    private sealed class Platform : HttpMessageHandler
    {
        private int _count;

        public ConcurrentQueue<Func<HttpResponseMessage>> Responses { get; } = new();

        public Func<HttpResponseMessage> Otherwise { get; set; } = Done;

        public int Count => _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            var response = (Responses.TryDequeue(out var next) ? next : Otherwise)();
            response.RequestMessage = request;
            return Task.FromResult(response);
        }
    }
}
