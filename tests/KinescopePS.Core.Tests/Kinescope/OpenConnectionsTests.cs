using System.Net;
using System.Net.Sockets;
using KinescopePS.Kinescope;

namespace KinescopePS.Core.Tests.Kinescope;

/// <summary>The round trip that the system measures of a connection.</summary>
public sealed class OpenConnectionsTests
{
    [Fact]
    public async Task A_connection_that_sends_tells_its_round_trip_and_an_idle_or_closed_one_does_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What Windows tells is not seen here.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var here = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await here.ConnectAsync(listener.LocalEndpoint, TestContext.Current.CancellationToken);
        using var there = await listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        var connections = new OpenConnections();
        connections.Add(here);

        Assert.Null(connections.Look());

        await SendAsync(here, there);
        var delay = connections.Look();

        Assert.NotNull(delay);
        Assert.InRange(delay.Value.Least, TimeSpan.FromTicks(1), delay.Value.RoundTrip);
        Assert.True(delay.Value.RoundTrip < TimeSpan.FromSeconds(1));
        Assert.Null(connections.Look());

        await SendAsync(here, there);
        here.Dispose();
        Assert.Null(connections.Look());
    }

    private static async Task SendAsync(Socket here, Socket there)
    {
        var bytes = new byte[256 << 10];
        var sending = here.SendAsync(bytes, TestContext.Current.CancellationToken).AsTask();
        for (var left = bytes.Length; left > 0;)
            left -= await there.ReceiveAsync(new byte[left], TestContext.Current.CancellationToken);
        await sending;
    }
}
