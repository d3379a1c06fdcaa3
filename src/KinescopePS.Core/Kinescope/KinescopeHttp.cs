using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KinescopePS.Kinescope;

/// <summary>The way from this machine to the internet, where that is not the system's own.</summary>
/// <param name="Proxy">The proxy to use; null for the environment's or the system's.</param>
/// <param name="ProxyCredential">User and password for the proxy, whichever it is.</param>
/// <param name="CertificateAuthorities">Certificate authorities to trust beside the system's.</param>
internal sealed record NetworkSettings(
    ProxyAddress? Proxy, NetworkCredential? ProxyCredential, X509Certificate2Collection? CertificateAuthorities);

/// <summary>
/// One connection pool for all of a run's or a session's requests. Sends a request once: a response that is no success and a failure
/// without a response become exceptions, and a <c>Retry-After</c> pauses the host for the whole process, and for
/// all machines that share a record.
/// </summary>
internal sealed class KinescopeHttp
{
    private const string Api = "/v1";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>A second of standing still in all; between two requests of a busy run is less.</summary>
    private static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(0.5);

    /// <summary>Set on a request whose response is to come as it is sent, neither compressed for the way nor decompressed.</summary>
    public static readonly HttpRequestOptionsKey<bool> WantsBodyAsSent = new(nameof(WantsBodyAsSent));

    /// <summary>The wait for a host's consent (<c>100 Continue</c>); after it the body is sent without.</summary>
    public static readonly TimeSpan ConsentTimeout = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The time for a connection with all that comes before the first request: the proxy's consent, TLS.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(50);

    private readonly ConcurrentDictionary<(string Host, RequestLimits Limits), HostGate> _gates = new();
    private readonly ConcurrentDictionary<string, long> _served = new();
    private readonly RequestHolds _holds;
    private readonly HttpClient _client;
    private readonly TimeSpan _retryDelay;

    /// <param name="client">A session's connections, which outlive this.</param>
    /// <param name="retryDelay">The pause after the first failure to reach a host; each further one doubles it.</param>
    /// <param name="time">The clock of pauses, limits and holds.</param>
    public KinescopeHttp(HttpClient client, TimeSpan retryDelay, TimeProvider? time = null)
    {
        (_client, _retryDelay, Time) = (client, retryDelay, time ?? TimeProvider.System);
        _holds = new RequestHolds(ShortestHold, Time);
    }

    /// <summary>The clock that requests, and those who repeat them, go by.</summary>
    public TimeProvider Time { get; }

    /// <summary>Connections that nothing has used yet.</summary>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>: the environment names a proxy that cannot be used.</exception>
    public static HttpClient CreateClient(NetworkSettings network) =>
        CreateClient(network, new HostConnector(Dns.GetHostAddressesAsync, ConnectTimeout));

    /// <inheritdoc cref="CreateClient(NetworkSettings)" />
    internal static HttpClient CreateClient(NetworkSettings network, HostConnector connector)
    {
        var handler = new BodyHandler(CreateHandler(network, connector, DecompressionMethods.All))
        {
            AsSent = new HttpMessageInvoker(CreateHandler(network, connector, DecompressionMethods.None)),
        };
        // A healthy PATCH of a large file takes hours: watchdogs look at its progress instead of a timeout.
        return new SessionClient(handler, connector.Open) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static SocketsHttpHandler CreateHandler(NetworkSettings network, HostConnector connector, DecompressionMethods decompression)
    {
        var handler = new SocketsHttpHandler
        {
            // A redirected PATCH would send its whole body again, to whoever is named.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = decompression,
            ConnectCallback = connector.ConnectAsync,
            ConnectTimeout = HandshakeTimeout,
            Expect100ContinueTimeout = ConsentTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(15),
            MaxConnectionsPerServer = int.MaxValue,
        };
        if (network.Proxy is { } proxy)
            handler.Proxy = new WebProxy(proxy.Uri) { Credentials = network.ProxyCredential ?? proxy.Credential };
        else if (EnvironmentProxy.Read(Environment.GetEnvironmentVariable) is { } named)
            handler.Proxy = named;
        if (network.ProxyCredential is { } credential && handler.Proxy is { } used)
            used.Credentials = credential;
        handler.DefaultProxyCredentials = network.ProxyCredential;
        if (network.CertificateAuthorities is { } authorities)
        {
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors, authorities);
        }

        return handler;
    }

    /// <summary>Called when all requests to a host have to wait, with the reason, the host and the wait.</summary>
    public Action<KinescopeException, string, TimeSpan>? Paused { get; set; }

    /// <summary>The turns and pauses that machines keep together; null where this one keeps to limits and pauses alone.</summary>
    public ISharedPace? SharedPace { get; set; }

    /// <summary>Called for each response, before its body is read. From any thread.</summary>
    public Action<HttpResponseMessage>? Answered { get; set; }

    /// <summary>
    /// The delay of the line that sends, since this was read last; null where nothing was sent, or the system does not tell.
    /// </summary>
    public LineDelay? ReadDelay() => (_client as SessionClient)?.Open.Look();

    /// <summary>The hold on all requests of this run or cmdlet; null while any of them moves.</summary>
    public Hold? Hold => _holds.Current;

    /// <summary>Notes that a request waits for so long before it is repeated.</summary>
    public void WaitToRepeat(KinescopeException failure, TimeSpan wait) => _holds.Wait(failure, wait);

    /// <summary>Makes requests to a host wait that another machine was told to.</summary>
    /// <param name="name">The host, as <see cref="HostPace.Name"/>.</param>
    /// <param name="wait">The rest of the pause.</param>
    /// <param name="reason">The reason, as <see cref="Hold.Reason"/>.</param>
    public void PauseFor(string name, TimeSpan wait, string reason)
    {
        if (HostPace.UncountedHostOf(name) is { } host)
            GateTo(host, RequestLimits.None).Pause(wait, reason);
        // Requests that count against limits hear of it with their next turn, too.
        foreach (var gate in _gates.Where(gate => gate.Key.Host == name && gate.Key.Limits != RequestLimits.None))
            gate.Value.Pause(wait, reason);
    }

    /// <summary>Makes requests to a host wait for what another one of them was told, though that counted against other limits.</summary>
    public void Pause(Uri uri, RequestLimits limits, KinescopeRequestException refusal)
    {
        if (refusal.RetryAfter is { } wait)
            GateTo(uri.Authority, limits).Pause(wait, Kinescope.Hold.ReasonOf(refusal));
    }

    /// <summary>The part of a host that fails as one: the API of it, the uploader, an upload node.</summary>
    public static string ServiceOf(Uri uri) => $"{uri.Authority}/{uri.Segments.ElementAtOrDefault(1)?.TrimEnd('/')}";

    /// <summary>
    /// True for a failure that others meet too: the service has done nothing for this run since a time stamp, and it is the API, or does
    /// not answer at all. An uploader that answers with an error may mean this one upload.
    /// </summary>
    public bool IsOutage(KinescopeException failure, long since) => failure.Service is { } service
        && (failure is not KinescopeRequestException || service.EndsWith(Api, StringComparison.Ordinal))
        && (!_served.TryGetValue(service, out var served) || served <= since);

    /// <summary>Sends a request and returns the successful response, its headers read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sending">Called when the host's pause is over: only then does a time limit begin to run.</param>
    /// <param name="limits">The limits that the request counts against.</param>
    /// <param name="cancellation">Ends the wait and the request.</param>
    /// <exception cref="KinescopeException">Anything but a 2xx; never an <see cref="HttpRequestException"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, Action sending, RequestLimits limits, CancellationToken cancellation)
    {
        var uri = request.RequestUri!;
        var gate = GateTo(uri.Authority, limits);
        using var turn = await PassAsync(gate, uri, cancellation).ConfigureAwait(false);
        using var moving = _holds.Send();
        sending();
        return await SendThroughAsync(request, gate, known: null, cancellation).ConfigureAwait(false);
    }

    private HostGate GateTo(string host, RequestLimits limits) =>
        _gates.GetOrAdd((host, limits), _ => new HostGate(HostPace.For(host, limits, Time), _retryDelay, Time));

    private async Task<IDisposable> PassAsync(HostGate gate, Uri uri, CancellationToken cancellation)
    {
        using (_holds.Wait(() => gate.Hold))
            return await gate.PassAsync(() => ProbeAsync(uri, gate, cancellation), cancellation, SharedPace).ConfigureAwait(false);
    }

    // A request of its own, without a token: others wait for its end, and the one that follows may take hours.
    private async Task ProbeAsync(Uri uri, HostGate gate, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(HandshakeTimeout + ConnectTimeout);
        using var probe = new HttpRequestMessage(HttpMethod.Head, new Uri(uri, "/"));
        try
        {
            (await SendThroughAsync(probe, gate, gate.Unreachable, timeout.Token).ConfigureAwait(false)).Dispose();
        }
        catch (Exception failure)
            when (failure is KinescopeException { ErrorId: not ErrorIds.HostUnreachable }
                || failure is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // It is there; the request itself finds out what is wrong with it.
            gate.Reached();
        }
    }

    private async Task<HttpResponseMessage> SendThroughAsync(
        HttpRequestMessage request, HostGate gate, KinescopeException? known, CancellationToken cancellation)
    {
        var uri = request.RequestUri!;
        HttpResponseMessage response;
        try
        {
            response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException cancelled)
            when (cancelled.InnerException is TimeoutException && !cancellation.IsCancellationRequested)
        {
            // The handler's connect timeout: the host counts as out of reach, like one that refuses connections.
            var message = $"it took the connection, but nothing came of it within {HandshakeTimeout.TotalSeconds:0} s (TLS, or a proxy)";
            throw Failed(new HttpRequestException(HttpRequestError.ConnectionError, message));
        }
        catch (Exception failure)
            when (failure is ObjectDisposedException || failure is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // Disconnect-Kinescope disposes of the client, which ends its requests.
            throw KinescopeErrors.SessionClosed(failure);
        }
        catch (Exception failure) when (failure is not (KinescopeException or OperationCanceledException))
        {
            throw Failed(failure);
        }

        gate.Reached();
        Answered?.Invoke(response);
        if (response.IsSuccessStatusCode)
        {
            _served[ServiceOf(uri)] = Time.GetTimestamp();
            return response;
        }

        using (response)
        {
            var refusal = await KinescopeErrors.FromAnswerAsync(response, Time, cancellation).ConfigureAwait(false);
            if (refusal.RetryAfter is { } wait)
            {
                var reason = Kinescope.Hold.ReasonOf(refusal);
                gate.Pause(wait, reason);
                _ = SharedPace?.PauseAsync(gate.Name, wait, reason);
                Paused?.Invoke(refusal, uri.Host, wait);
            }

            throw refusal;
        }

        KinescopeException Failed(Exception failure)
        {
            var meaning = KinescopeErrors.FromFailure(failure, uri);
            meaning.Service = ServiceOf(uri);
            if (meaning.ErrorId == ErrorIds.HostUnreachable && gate.Missed(meaning, known) is { } pause)
                Paused?.Invoke(meaning, uri.Host, pause);
            return meaning;
        }
    }

    // Only the missing trust in the root is made good; a wrong name or an expired certificate stays what it is.
    private static bool IsTrusted(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, X509Certificate2Collection authorities)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is null)
            return false;

        using var custom = new X509Chain();
        custom.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        custom.ChainPolicy.CustomTrustStore.AddRange(authorities);
        custom.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        custom.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
            custom.ChainPolicy.ExtraStore.Add(element.Certificate);
        using var leaf = new X509Certificate2(certificate);
        return custom.Build(leaf);
    }

    /// <summary>
    /// Decompresses the bodies of responses, but of those requests that want them as they are sent: a part of a file has its place only so.
    /// </summary>
    private sealed class BodyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public required HttpMessageInvoker AsSent { get; init; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.Options.TryGetValue(WantsBodyAsSent, out var isWanted) && isWanted
                ? AsSent.SendAsync(request, cancellationToken)
                : base.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                AsSent.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>A client whose connections can be asked how long their line is.</summary>
    private sealed class SessionClient(HttpMessageHandler handler, OpenConnections open) : HttpClient(handler)
    {
        public OpenConnections Open => open;
    }
}
