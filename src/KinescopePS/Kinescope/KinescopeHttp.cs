using System.Net;

namespace KinescopePS.Kinescope;

/// <summary>
/// One connection pool for all of a run's requests. Sends a request once: an answer that is no success and a failure without an
/// answer become exceptions, and a <c>Retry-After</c> pauses the host for everybody.
/// </summary>
internal sealed class KinescopeHttp : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        // A redirected PATCH would send its whole body again, to whoever is named.
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(30),
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
        MaxConnectionsPerServer = int.MaxValue,
    })
    {
        // A healthy PATCH of a large file takes hours: watchdogs look at its progress instead.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly HostPauses _pauses = new();

    /// <summary>Told when a server asks for a wait: its host and the wait.</summary>
    public Action<string, TimeSpan>? Paused { get; set; }

    /// <summary>Sends a request and returns the successful answer, its headers read.</summary>
    /// <exception cref="KinescopeException">Anything but a 2xx; never an <see cref="HttpRequestException"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var uri = request.RequestUri!;
        await _pauses.WaitAsync(uri, cancellation).ConfigureAwait(false);
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            throw KinescopeErrors.FromFailure(failure, uri);
        }

        if (answer.IsSuccessStatusCode)
            return answer;

        using (answer)
        {
            var refusal = await KinescopeErrors.FromAnswerAsync(answer, cancellation).ConfigureAwait(false);
            if (refusal.RetryAfter is { } wait)
            {
                _pauses.Pause(uri, wait);
                Paused?.Invoke(uri.Host, wait);
            }

            throw refusal;
        }
    }

    public void Dispose() => _client.Dispose();
}
