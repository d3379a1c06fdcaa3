using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;

namespace KinescopePS.Tests.Support;

/// <summary>TCP ports of this machine.</summary>
internal static class Ports
{
    /// <summary>A port that nobody listens on.</summary>
    public static int Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Counts this process's attempts to connect to a port, as the runtime itself tells of them.</summary>
internal sealed class ConnectionAttempts : EventListener
{
    private readonly string _portBytes;
    private int _count;

    public ConnectionAttempts(int port) => _portBytes = $":{{{port >> 8},{port & 255},";

    public int Count => _count;

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "System.Net.Sockets")
            EnableEvents(source, EventLevel.Informational);
    }

    protected override void OnEventWritten(EventWrittenEventArgs written)
    {
        if (written.EventName == "ConnectStart" && written.Payload?[0] is string address && address.Contains(_portBytes))
            Interlocked.Increment(ref _count);
    }
}
