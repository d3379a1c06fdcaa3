using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace KinescopePS.Kinescope;

/// <summary>The time that bytes take on a line.</summary>
/// <param name="RoundTrip">From a packet to its acknowledgement, now.</param>
/// <param name="Least">The same at its shortest: the line's own.</param>
internal readonly record struct LineDelay(TimeSpan RoundTrip, TimeSpan Least)
{
    /// <summary>The time that a packet waits before the line.</summary>
    public TimeSpan Queue => RoundTrip - Least;
}

/// <summary>The connections of a session, which are asked for the round trip that the system measures of each.</summary>
/// <remarks>Sources: Linux's <c>struct tcp_info</c> (linux/tcp.h), Windows' <c>TCP_INFO_v0</c> by <c>SIO_TCP_INFO</c>.</remarks>
internal sealed class OpenConnections
{
    /// <summary>So much has to move between two looks for a connection to be one that sends. Unit: bytes.</summary>
    private const ulong Sending = 64 << 10;

    private readonly Dictionary<Socket, ulong> _sent = [];

    // The system forgets it after a while, and takes a queue for the line's own length then.
    private readonly Dictionary<IPAddress, TimeSpan> _least = [];

    public void Add(Socket socket)
    {
        lock (_sent)
        {
            Forget();
            _sent[socket] = 0;
        }
    }

    /// <summary>
    /// The shortest delay of the connections that have sent since the last look; null where none has, or the system does not tell.
    /// </summary>
    public LineDelay? Look()
    {
        LineDelay? shortest = null;
        lock (_sent)
        {
            Forget();
            foreach (var (socket, before) in _sent.ToList())
            {
                if (Read(socket) is not { } now)
                    continue;
                _sent[socket] = now.Sent;
                if (now.Sent - before < Sending || socket.RemoteEndPoint is not IPEndPoint { Address: var host })
                    continue;
                var least = _least.TryGetValue(host, out var known) && known < now.Delay.Least ? known : now.Delay.Least;
                _least[host] = least;
                var delay = now.Delay with { Least = least };
                if (!(shortest?.Queue <= delay.Queue))
                    shortest = delay;
            }
        }

        return shortest;
    }

    private void Forget()
    {
        foreach (var closed in _sent.Keys.Where(socket => socket.SafeHandle.IsClosed).ToList())
            _sent.Remove(closed);
    }

    private static (ulong Sent, LineDelay Delay)? Read(Socket socket)
    {
        try
        {
            return OperatingSystem.IsLinux() ? ReadLinux(socket) : OperatingSystem.IsWindows() ? ReadWindows(socket) : null;
        }
        catch (Exception refused) when (refused is SocketException or ObjectDisposedException or NotSupportedException)
        {
            return null;
        }
    }

    private static (ulong Sent, LineDelay Delay)? ReadLinux(Socket socket)
    {
        const int Tcp = 6, TcpInfo = 11, RoundTrip = 68, BytesAcked = 120, LeastRoundTrip = 148, Size = 152;
        Span<byte> info = stackalloc byte[Size];
        return socket.GetRawSocketOption(Tcp, TcpInfo, info) == Size
            ? Told(info, BytesAcked, RoundTrip, LeastRoundTrip)
            : null;
    }

    private static (ulong Sent, LineDelay Delay)? ReadWindows(Socket socket)
    {
        const int TcpInfo = unchecked((int)0xD8000027), RoundTrip = 20, LeastRoundTrip = 24, BytesOut = 48, Size = 88;
        var info = new byte[Size];
        return socket.IOControl(TcpInfo, new byte[sizeof(int)], info) == Size
            ? Told(info, BytesOut, RoundTrip, LeastRoundTrip)
            : null;
    }

    private static (ulong Sent, LineDelay Delay) Told(ReadOnlySpan<byte> info, int sent, int roundTrip, int least) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(info[sent..]),
        new LineDelay(MicrosecondsAt(info, roundTrip), MicrosecondsAt(info, least)));

    private static TimeSpan MicrosecondsAt(ReadOnlySpan<byte> info, int offset) =>
        TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt32LittleEndian(info[offset..]));
}
