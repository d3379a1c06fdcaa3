using System.Net;
using KinescopePS.Kinescope;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>A <c>Retry-After</c> is told to the other machines, and what they tell holds this one's requests.</summary>
public sealed class SharedPauseTests : IDisposable, ISharedPace
{
    private readonly FakeTimeProvider _time = new();
    private readonly Platform _platform = new();
    private readonly HttpClient _client;
    private readonly KinescopeHttp _http;
    private readonly List<(string Host, TimeSpan Wait, string Reason)> _told = [];
    private int _turns;

    public SharedPauseTests()
    {
        _client = new HttpClient(_platform);
        _http = new KinescopeHttp(_client, TimeSpan.FromSeconds(2), _time) { SharedPace = this };
    }

    int ISharedPace.Machines => 2;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    Task<SharedTurn?> ISharedPace.TakeAsync(string host, EvenPace pace, CancellationToken cancellation)
    {
        _turns++;
        return Task.FromResult<SharedTurn?>(new SharedTurn(default, TimeSpan.Zero, TimeSpan.Zero, ""));
    }

    Task ISharedPace.PauseAsync(string host, TimeSpan wait, string reason)
    {
        _told.Add((host, wait, reason));
        return Task.CompletedTask;
    }

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(true, "api.example")]
    [InlineData(false, "api.example (uncounted)")]
    public async Task A_pause_that_is_asked_for_is_told_and_holds_another_machine_that_hears_of_it(bool counts, string name)
    {
        var limits = counts ? RequestLimits.Standard : RequestLimits.None;
        _platform.Refuses = true;
        await Assert.ThrowsAsync<KinescopeRequestException>(() => SendAsync(_http, limits));

        var (host, wait, reason) = Assert.Single(_told);
        Assert.Equal((name, TimeSpan.FromSeconds(20), "Kinescope's rate limit"), (host, wait, reason));

        _platform.Refuses = false;
        // Another machine: nothing of the process is shared with a clock of its own.
        var time = new FakeTimeProvider();
        var other = new KinescopeHttp(_client, TimeSpan.FromSeconds(2), time);
        await SendAsync(other, limits);
        other.PauseFor(host, wait, reason);
        await SendAsync(other, counts ? RequestLimits.None : RequestLimits.Standard);
        var sending = SendAsync(other, limits);
        time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal("Kinescope's rate limit", other.Hold?.Reason);
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await sending;
    }

    [Fact]
    public async Task Turns_are_taken_for_what_counts_and_as_long_as_a_record_is_shared()
    {
        await SendAsync(_http, RequestLimits.Standard);
        await SendAsync(_http, RequestLimits.None);
        Assert.Equal(1, _turns);

        _http.SharedPace = null;
        await SendAsync(_http, RequestLimits.Standard);
        Assert.Equal(1, _turns);
    }

    private static async Task SendAsync(KinescopeHttp http, RequestLimits limits)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://api.example/v1/projects");
        (await http.SendAsync(request, () => { }, limits, Stop)).Dispose();
    }

    private sealed class Platform : HttpMessageHandler
    {
        public bool Refuses { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Refuses
            ? new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { { "Retry-After", "20" } } }
            : new HttpResponseMessage(HttpStatusCode.OK));
    }
}
