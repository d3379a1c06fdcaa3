using KinescopePS.Kinescope;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>A host that swallows connections is out of reach, for all requests.</summary>
public sealed class ConnectTimeoutTests
{
    [Fact]
    public async Task FoundB06_A_handshake_that_does_not_end_is_told_as_such_and_pauses_all_requests()
    {
        var pauses = new List<TimeSpan>();
        using var client = new HttpClient(new Swallowing());
        var http = new KinescopeHttp(client, TimeSpan.FromSeconds(2), new FakeTimeProvider()) { Paused = (_, _, wait) => pauses.Add(wait) };

        var sends = Enumerable.Range(0, 7).Select(_ => SendAsync()).ToList();

        foreach (var send in sends)
        {
            var failure = await Assert.ThrowsAsync<KinescopeException>(() => send);
            Assert.Equal(ErrorIds.HostUnreachable, failure.ErrorId);
            Assert.Equal("a.example cannot be reached: it took the connection, but nothing came of it within 50 s (TLS, or a proxy).", failure.Message);
        }

        Assert.Equal([TimeSpan.FromSeconds(2)], pauses);

        async Task SendAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "https://a.example/");
            await http.SendAsync(request, () => { }, RequestLimits.None, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Fails as SocketsHttpHandler does when its connect timeout is over.</summary>
    private sealed class Swallowing : HttpMessageHandler
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (++_count == 7)
                _response.SetException(new TaskCanceledException("timed out", new TimeoutException()));
            return _response.Task;
        }
    }
}
