using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KinescopePS.Tests.Support;

/// <summary>A server on this machine that reads each request and sends the same bytes, whatever they are.</summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="status">Status and reason, as <c>200 OK</c>.</param>
    /// <param name="headers">Further lines, each with its end.</param>
    /// <param name="body">The body as it goes over the line.</param>
    public CannedServer(string status, string headers = "", params byte[] body)
    {
        _listener.Start();
        byte[] head = Encoding.Latin1.GetBytes($"HTTP/1.1 {status}\r\n{headers}Content-Length: {body.Length}\r\nConnection: close\r\n\r\n");
        _serving = ServeAsync([.. head, .. body]);
    }

    /// <summary>The requests that came: the first line, and the body.</summary>
    public ConcurrentQueue<(string Line, string Body)> Requests { get; } = new();

    public Uri Uri => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task ServeAsync(byte[] response)
    {
        while (true)
        {
            using var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
            await using var stream = connection.GetStream();
            await ReadRequestAsync(stream);
            await stream.WriteAsync(response, _stop.Token);
        }
    }

    private async Task ReadRequestAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var (first, length) = ("", 0);
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            first = first.Length == 0 ? line : first;
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line["Content-Length:".Length..]);
        }

        var body = new char[length];
        if (length > 0)
            await reader.ReadBlockAsync(body, _stop.Token);
        Requests.Enqueue((first, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body))));
    }
}
