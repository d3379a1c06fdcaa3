using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KinescopePS.Tests.Saving;

/// <summary>A host of files that knows no parts and tells no sizes: each request gets all bytes, in chunks.</summary>
internal sealed class ChunkedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private ChunkedServer(byte[] bytes)
    {
        _listener.Start();
        _work = WorkAsync(bytes);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static ChunkedServer Start(byte[] bytes) => new(bytes);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _work;
        _stop.Dispose();
    }

    private async Task WorkAsync(byte[] bytes)
    {
        byte[] answer =
        [
            .. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{bytes.Length:x}\r\n"),
            .. bytes,
            .. "\r\n0\r\n\r\n"u8,
        ];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
                using var stream = connection.GetStream();
                using var reader = new StreamReader(stream, leaveOpen: true);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                {
                }

                await stream.WriteAsync(answer, _stop.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException)
            {
                // The client has what it wants, or the test is over.
            }
        }
    }
}
