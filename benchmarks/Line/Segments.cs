using System.Buffers.Binary;

namespace KinescopeBenchmarks.Line;

/// <summary>
/// What the kernel hands over as one packet may be many segments: a router sees each of them, with headers of its own, and drops them one
/// by one.
/// </summary>
internal readonly ref struct Segments
{
    private const int TypeOffset = 1, SizeOffset = 4, TotalLengthOffset = 2, ChecksumOffset = 10, FlagsOffset = 13, TcpProtocol = 6;
    private const byte FinAndPush = 0x09;

    private readonly Span<byte> _packet;
    private readonly int _headers, _size;

    /// <param name="packet">As it was read: the kernel's header, then the IP packet.</param>
    public Segments(Span<byte> packet)
    {
        _packet = packet;
        var ip = packet[Tun.HeaderSize..];
        if (packet[TypeOffset] != 0 && ip[9] == TcpProtocol)
        {
            _size = BinaryPrimitives.ReadUInt16LittleEndian(packet[SizeOffset..]);
            var headers = IpHeader(ip);
            _headers = headers + (ip[headers + 12] >> 4) * 4;
        }

        Count = _size == 0 ? 1 : Math.Max(1, (ip.Length - _headers + _size - 1) / _size);
    }

    public int Count { get; }

    /// <summary>As long as they are on a line, each with its headers. Unit: bytes.</summary>
    public int OnLine => _packet.Length - Tun.HeaderSize + (Count - 1) * _headers;

    /// <summary>How many of them take no more than so many bytes of a line.</summary>
    public int CountWithin(double bytes) => bytes >= OnLine ? Count : Count == 1 ? 0 : Math.Clamp((int)(bytes / (_headers + _size)), 0, Count - 1);

    /// <summary>Leaves the first ones only.</summary>
    /// <returns>The length of the packet now.</returns>
    public int Keep(int count)
    {
        var ip = _packet[Tun.HeaderSize..];
        var length = _headers + count * _size;
        BinaryPrimitives.WriteUInt16BigEndian(ip[TotalLengthOffset..], (ushort)length);
        ip[ChecksumOffset] = ip[ChecksumOffset + 1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(ip[ChecksumOffset..], Checksum(ip[..IpHeader(ip)]));
        // They stand in the last segment alone, which is gone. TCP's own checksum is not made before there is a card to make it.
        ip[IpHeader(ip) + FlagsOffset] &= unchecked((byte)~FinAndPush);
        return Tun.HeaderSize + length;
    }

    private static int IpHeader(ReadOnlySpan<byte> ip) => (ip[0] & 0x0f) * 4;

    private static ushort Checksum(ReadOnlySpan<byte> header)
    {
        uint sum = 0;
        for (; header.Length > 0; header = header[2..])
            sum += BinaryPrimitives.ReadUInt16BigEndian(header);
        while (sum > ushort.MaxValue)
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        return (ushort)~sum;
    }
}
