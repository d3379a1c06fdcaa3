using System.Net;
using System.Net.Sockets;

namespace KinescopePS.TestSupport;

/// <summary>TCP ports of this machine.</summary>
public static class Ports
{
    /// <summary>A port that nobody listens on.</summary>
    public static int Closed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
