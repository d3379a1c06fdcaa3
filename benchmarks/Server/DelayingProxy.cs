using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Server;

/// <summary>
/// A longer way to a port of this machine: whatever goes through arrives half a round trip later, and a new connection takes a
/// whole one first. As wide as the machine is fast; slow start is not played.
/// </summary>
internal sealed class DelayingProxy(int target, TimeSpan roundTrip)
{
    /// <summary>`delay`: listens until standard input ends.</summary>
    public static async Task<int> RunAsync(int target, double roundTripMilliseconds)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        _ = new DelayingProxy(target, TimeSpan.FromMilliseconds(roundTripMilliseconds)).AcceptAsync(listener);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptTcpClientAsync());
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            var established = MonotonicClock.Now + roundTrip.TotalSeconds;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target);
                var outward = RelayAsync(client.GetStream(), server.GetStream(), established);
                var homeward = RelayAsync(server.GetStream(), client.GetStream(), established);
                await await Task.WhenAny(outward, homeward);
                await Task.WhenAll(outward, homeward);
            }
            catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
            {
                // One side left: the other one is left too.
            }
        }
    }

    private async Task RelayAsync(NetworkStream from, NetworkStream to, double established)
    {
        var underWay = Channel.CreateBounded<(double Due, byte[] Bytes)>(4096);
        _ = ReadAsync(from, underWay.Writer, established);
        await foreach (var (due, bytes) in underWay.Reader.ReadAllAsync())
        {
            if (due - MonotonicClock.Now is > 0 and var wait)
                await Task.Delay(TimeSpan.FromSeconds(wait));
            await to.WriteAsync(bytes);
        }

        to.Socket.Shutdown(SocketShutdown.Send);
    }

    private async Task ReadAsync(NetworkStream from, ChannelWriter<(double Due, byte[] Bytes)> underWay, double established)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await from.ReadAsync(buffer)) > 0)
                await underWay.WriteAsync((Math.Max(MonotonicClock.Now, established) + roundTrip.TotalSeconds / 2, buffer[..read]));
            underWay.Complete();
        }
        catch (Exception gone)
        {
            underWay.TryComplete(gone);
        }
    }
}
