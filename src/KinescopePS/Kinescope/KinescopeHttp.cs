using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace KinescopePS.Kinescope;

/// <summary>How this machine gets to the internet, where that is not the system's own way.</summary>
/// <param name="Proxy">The proxy to use; null for the system's.</param>
/// <param name="ProxyCredential">Its user and password.</param>
/// <param name="CertificateAuthorities">Certificate authorities to trust beside the system's.</param>
internal sealed record NetworkSettings(Uri? Proxy, NetworkCredential? ProxyCredential, X509Certificate2Collection? CertificateAuthorities);

/// <summary>
/// One connection pool for all of a run's requests. Sends a request once: an answer that is no success and a failure without an
/// answer become exceptions, and a <c>Retry-After</c> pauses the host for everybody.
/// </summary>
internal sealed class KinescopeHttp : IDisposable
{
    private readonly HostGates _gates = new();
    private readonly HttpClient _client;

    public KinescopeHttp(NetworkSettings network)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirected PATCH would send its whole body again, to whoever is named.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxConnectionsPerServer = int.MaxValue,
        };
        if (network.Proxy is not null)
            handler.Proxy = new WebProxy(network.Proxy) { Credentials = network.ProxyCredential };
        else
            handler.DefaultProxyCredentials = network.ProxyCredential;
        if (network.CertificateAuthorities is { } authorities)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authorities);

        // A healthy PATCH of a large file takes hours: watchdogs look at its progress instead of a timeout.
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Told when a server asks for a wait: its host and the wait.</summary>
    public Action<string, TimeSpan>? Paused { get; set; }

    /// <summary>Sends a request and returns the successful answer, its headers read.</summary>
    /// <exception cref="KinescopeException">Anything but a 2xx; never an <see cref="HttpRequestException"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var gate = _gates.For(request.RequestUri!);
        return gate.PassAsync(() => SendThroughAsync(request, gate, cancellation), cancellation);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendThroughAsync(HttpRequestMessage request, HostGates.Gate gate, CancellationToken cancellation)
    {
        var uri = request.RequestUri!;
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
                gate.Pause(wait);
                Paused?.Invoke(uri.Host, wait);
            }

            throw refusal;
        }
    }

    // Only the missing trust in the root is made good; a wrong name or an expired certificate stays what it is.
    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
            return false;

        using var custom = new X509Chain();
        custom.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        custom.ChainPolicy.CustomTrustStore.AddRange(authorities);
        custom.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            custom.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = new X509Certificate2(certificate);
        return custom.Build(leaf);
    }
}
