using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Kinescope;

/// <summary>A host of several addresses, some of which are broken.</summary>
public sealed class HostConnectorTests
{
    private static readonly IPAddress First = IPAddress.Parse("127.0.0.2"), Second = IPAddress.Loopback;

    [Fact]
    public async Task FoundB06_An_address_that_swallows_connections_costs_a_moment_once()
    {
        await using var server = new CannedServer("204 No Content");
        using var swallower = new Swallower(First, server.Uri.Port);
        using var client = Client([First, Second]);

        var watch = Stopwatch.StartNew();
        await GetAsync(client, server.Uri.Port);
        var first = watch.Elapsed;
        for (var i = 0; i < 6; i++)
            await GetAsync(client, server.Uri.Port);

        TestContext.Current.TestOutputHelper?.WriteLine($"the first in {first.TotalSeconds:0.00} s, seven in {watch.Elapsed.TotalSeconds:0.00} s");
        Assert.InRange(first.TotalSeconds, 0.2, 10);
        // .NET alone takes two minutes for the first.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.2, 12);
    }

    [Fact]
    public async Task FoundB06_An_address_that_refuses_gives_way_to_the_next()
    {
        await using var server = new CannedServer("204 No Content");
        using var client = Client([First, IPAddress.IPv6Loopback, Second]);

        await GetAsync(client, server.Uri.Port);
    }

    [Fact]
    public async Task FoundB06_All_addresses_are_named_with_what_became_of_them()
    {
        var port = Ports.Closed();
        using var swallower = new Swallower(First, port);
        using var client = Client([First, Second]);

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => GetAsync(client, port));

        Assert.Equal(ErrorIds.HostUnreachable, failure.ErrorId);
        Assert.StartsWith($"two.example:{port} cannot be reached: ", failure.Message);
        Assert.Contains("(127.0.0.1)", failure.Message);
        Assert.Contains("no connection came about within 1 s (127.0.0.2)", failure.Message);
    }

    [Fact]
    public async Task FoundB06_A_name_without_an_address_is_told()
    {
        using var client = Client([]);

        Assert.Equal(ErrorIds.HostUnreachable, (await Assert.ThrowsAsync<KinescopeException>(() => GetAsync(client, 1))).ErrorId);
    }

    private static HttpClient Client(IPAddress[] addresses) => KinescopeHttp.CreateClient(
        new NetworkSettings(null, null, null), new HostConnector((_, _) => Task.FromResult(addresses), TimeSpan.FromSeconds(1)));

    private static async Task GetAsync(HttpClient client, int port)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://two.example:{port}/");
        (await new KinescopeHttp(client, TimeSpan.Zero).SendAsync(
            request, () => { }, RequestLimits.None, TestContext.Current.CancellationToken)).Dispose();
    }

    /// <summary>A port whose queue of connections is full: what asks for one more hears nothing.</summary>
    private sealed class Swallower : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _waiting = [];

        public Swallower(IPAddress address, int port)
        {
            Assert.SkipWhen(OperatingSystem.IsMacOS(), "macOS has no other loopback address than 127.0.0.1.");
            _listener.Bind(new IPEndPoint(address, port));
            _listener.Listen(1);
            for (var isFull = false; !isFull && _waiting.Count < 500;)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _waiting.Add(socket);
                isFull = !socket.ConnectAsync(address, port).Wait(TimeSpan.FromMilliseconds(300));
            }
        }

        public void Dispose()
        {
            _waiting.ForEach(socket => socket.Dispose());
            _listener.Dispose();
        }
    }
}
