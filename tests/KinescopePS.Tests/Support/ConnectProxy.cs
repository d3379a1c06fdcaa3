using System.Net.Sockets;
using System.Text;

namespace KinescopePS.Tests.Support;

/// <summary>A proxy that knows <c>CONNECT</c>, with the faults of those that companies have.</summary>
internal sealed class ConnectProxy : Front
{
    private int _tunnels;

    public ConnectProxy() => Listen();

    /// <summary>The <c>Basic</c> credentials that it asks for; null for none.</summary>
    public string? Credentials { get; init; }

    /// <summary>How many tunnels it refuses, with 502, before it opens one.</summary>
    public int Refusals { get; set; }

    /// <summary>How much it lets through a tunnel before it closes it. Unit: bytes, from the client.</summary>
    public long TunnelLimit { get; init; } = long.MaxValue;

    /// <summary>Tunnels that it opened.</summary>
    public int Tunnels => _tunnels;

    protected override async Task ServeAsync(NetworkStream client, CancellationToken stop)
    {
        while (await ReadHeadAsync(client, stop) is { } head)
        {
            if (Credentials is not null && !head.Contains($"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}"))
            {
                await WriteAsync(client, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0", stop);
                continue;
            }

            if (Refusals > 0)
            {
                Refusals--;
                await WriteAsync(client, "502 Bad Gateway\r\nContent-Length: 0", stop);
                continue;
            }

            Interlocked.Increment(ref _tunnels);
            await WriteAsync(client, "200 Connection established", stop);
            await RelayAsync(client, int.Parse(head.Split(' ')[1].Split(':')[1]), TunnelLimit, stop);
            return;
        }
    }

    private static async Task<string?> ReadHeadAsync(NetworkStream client, CancellationToken stop)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await client.ReadAsync(one, stop) > 0)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                return head.ToString();
        }

        return null;
    }

    private static ValueTask WriteAsync(NetworkStream client, string head, CancellationToken stop) =>
        client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\n\r\n"), stop);
}
