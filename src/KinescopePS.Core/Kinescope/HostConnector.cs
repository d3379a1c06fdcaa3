using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace KinescopePS.Kinescope;

/// <summary>No address of a host, or of the proxy before it, took a connection.</summary>
/// <param name="proxy">The proxy, as <c>proxy.example:3128</c>; null where the host itself was to be connected.</param>
/// <param name="message">The addresses, each with what became of it.</param>
internal sealed class ConnectException(string? proxy, string message, Exception? innerException) : IOException(message, innerException)
{
    public string? Proxy => proxy;
}

/// <summary>
/// Connects to a host by whichever of its addresses answers first: the next one is tried as soon as one fails, or has not answered for a
/// quarter of a second. One that answered is the first to be tried the next time.
/// </summary>
/// <param name="resolve">Finds the addresses of a name, the best first.</param>
/// <param name="timeout">The time after which all are given up.</param>
/// <remarks>Source: RFC 8305. .NET itself tries an address for two minutes before it takes the next.</remarks>
internal sealed class HostConnector(Func<string, CancellationToken, Task<IPAddress[]>> resolve, TimeSpan timeout)
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<DnsEndPoint, IPAddress> _reached = new();

    /// <summary>The connections that came about.</summary>
    public OpenConnections Open { get; } = new();

    /// <summary>The callback of <see cref="SocketsHttpHandler"/>, which connects to the host or to the proxy before it.</summary>
    /// <exception cref="ConnectException">No address took the connection.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var uri = context.InitialRequestMessage.RequestUri!;
        // A tunnel through a proxy is asked for by a request to the proxy itself.
        var isHost = target.Port == uri.Port && context.InitialRequestMessage.Method != HttpMethod.Connect
            && target.Host.Trim('[', ']').Equals(uri.IdnHost.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(timeout);
        try
        {
            var addresses = await ResolveAsync(target, stop.Token).ConfigureAwait(false);
            var (socket, address) = await ConnectAsync(addresses, target.Port, stop.Token).ConfigureAwait(false);
            _reached[target] = address;
            Open.Add(socket);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            var reason = failure is OperationCanceledException
                ? $"its name was not resolved within {timeout.TotalSeconds:0} s"
                : failure.Message;
            throw new ConnectException(isHost ? null : $"{target.Host}:{target.Port}", reason, failure);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<IPAddress>> ResolveAsync(DnsEndPoint target, CancellationToken cancellation)
    {
        var found = IPAddress.TryParse(target.Host, out var given)
            ? [given]
            : await resolve(target.Host, cancellation).ConfigureAwait(false);
        if (found.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        // Families in turn: one of them may be broken as a whole.
        var first = found[0].AddressFamily;
        return
        [
            .. found
                .Select((address, place) => (address, rank: found.Take(place).Count(other => other.AddressFamily == address.AddressFamily)))
                .OrderByDescending(item => item.address.Equals(_reached.GetValueOrDefault(target)))
                .ThenBy(item => item.rank)
                .ThenByDescending(item => item.address.AddressFamily == first)
                .Select(item => item.address),
        ];
    }

    private async Task<(Socket Socket, IPAddress Address)> ConnectAsync(
        IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        var untried = new Queue<IPAddress>(addresses);
        var running = new Dictionary<Task<Socket>, IPAddress>();
        var failures = new List<(string Reason, IPAddress Address)>();
        try
        {
            while (true)
            {
                if (untried.TryDequeue(out var next) && !cancellation.IsCancellationRequested)
                    running.Add(ConnectAsync(next, port, cancellation), next);
                if (running.Count == 0)
                    throw new IOException(Describe(failures));

                var patience = Task.Delay(untried.Count > 0 ? HeadStart : Timeout.InfiniteTimeSpan, cancellation);
                // Once the time is over, the attempts end by themselves.
                if (cancellation.IsCancellationRequested)
                    patience = Task.WhenAny(running.Keys);
                await Task.WhenAny([.. running.Keys, patience]).ConfigureAwait(false);
                foreach (var ended in running.Keys.Where(attempt => attempt.IsCompleted).ToList())
                {
                    running.Remove(ended, out var address);
                    if (ended.IsCompletedSuccessfully)
                        return (await ended.ConfigureAwait(false), address!);
                    var reason = ended.Exception?.InnerException?.Message;
                    failures.Add((reason ?? $"no connection came about within {timeout.TotalSeconds:0} s", address!));
                }
            }
        }
        finally
        {
            foreach (var late in running.Keys)
                _ = DisposeAsync(late);
        }
    }

    // Its end, whichever it is, is nobody's failure any more.
    private static async Task DisposeAsync(Task<Socket> late)
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully)
            late.Result.Dispose();
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Describe(IEnumerable<(string Reason, IPAddress Address)> failures) => string.Join(
        "; ",
        failures.GroupBy(failure => failure.Reason, failure => failure.Address.ToString())
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key.TrimEnd('.')} ({string.Join(", ", group)})")));
}
