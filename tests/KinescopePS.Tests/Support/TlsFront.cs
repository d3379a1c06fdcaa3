using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KinescopePS.Tests.Support;

/// <summary>A TCP listener of this process that hands each connection to a handler, and closes all of them with it.</summary>
internal abstract class Front : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private Task _accepting = Task.CompletedTask;
    private int _connections;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections so far.</summary>
    public int Connections => _connections;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    protected void Listen()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    protected abstract Task ServeAsync(NetworkStream client, CancellationToken stop);

    /// <summary>Connects to a port of this machine and copies both ways until either side ends.</summary>
    /// <param name="client">The accepted side.</param>
    /// <param name="port">The port.</param>
    /// <param name="limit">How much is taken from the client before both are closed.</param>
    /// <param name="stop">Closes both.</param>
    protected static async Task RelayAsync(Stream client, int port, long limit, CancellationToken stop)
    {
        using var target = new TcpClient();
        await target.ConnectAsync(IPAddress.Loopback, port, stop);
        var server = target.GetStream();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(CopyAsync(client, server, limit, end.Token), CopyAsync(server, client, long.MaxValue, end.Token));
        await end.CancelAsync();
    }

    private static async Task CopyAsync(Stream from, Stream to, long limit, CancellationToken stop)
    {
        var buffer = new byte[64 * 1024];
        for (int read; limit > 0 && (read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit)), stop)) > 0; limit -= read)
            await to.WriteAsync(buffer.AsMemory(0, read), stop);
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
                serving.Add(ServeOneAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeOneAsync(TcpClient client)
    {
        Interlocked.Increment(ref _connections);
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream(), _stop.Token);
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
            {
                // The other side left, or the test is over.
            }
        }
    }
}

/// <summary>TLS in front of a port of this machine, with a certificate of the test's own.</summary>
internal sealed class TlsFront : Front
{
    private readonly X509Certificate2 _certificate;
    private readonly int _target;

    public TlsFront(X509Certificate2 certificate, int target)
    {
        (_certificate, _target) = (certificate, target);
        Listen();
    }

    protected override async Task ServeAsync(NetworkStream client, CancellationToken stop)
    {
        await using var tls = new SslStream(client);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
        await RelayAsync(tls, _target, long.MaxValue, stop);
    }
}

/// <summary>A certificate authority that only the test knows.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=KinescopePS test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(1));
    }

    /// <summary>Its certificate, as -CertificateAuthority takes it.</summary>
    public string Pem => _root.ExportCertificatePem();

    /// <summary>A certificate of a host that is valid for a year from a date on.</summary>
    /// <param name="host">The host.</param>
    /// <param name="from">The first moment of its validity; default: yesterday.</param>
    /// <param name="usage">What the certificate is for; default: a server's authentication.</param>
    public X509Certificate2 Issue(string host, DateTimeOffset? from = null, string usage = "1.3.6.1.5.5.7.3.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var start = from ?? DateTimeOffset.UtcNow.AddDays(-1);
        var end = start.AddYears(1) < _root.NotAfter ? start.AddYears(1) : _root.NotAfter;
        using var issued = request.Create(_root, start, end, [1, 2, 3, 4]);
        using var withKey = issued.CopyWithPrivateKey(key);
        // Windows wants the key in a form of its own.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    public void Dispose() => _root.Dispose();
}
