using System.Buffers.Binary;
using System.Numerics;

namespace KinescopePS.Media;

/// <summary>A glance at a Matroska or WebM file.</summary>
/// <remarks>Source: RFC 8794 (EBML), RFC 9559 (Matroska).</remarks>
internal sealed class MatroskaFile(MediaBytes bytes)
{
    private const uint
        Header = 0x1A45DFA3, DocumentType = 0x4282, Segment = 0x18538067, Info = 0x1549A966, TimestampScale = 0x2AD7B1,
        SegmentDuration = 0x4489, Tracks = 0x1654AE6B, Track = 0xAE, TrackType = 0x83, Cluster = 0x1F43B675;

    private const ulong VideoTrack = 1;
    private const double NanosecondsPerSecond = 1e9;

    private bool _hasTracks, _hasVideo, _hasInfo;
    private double _scale = 1_000_000, _units;

    /// <param name="Body">Where its contents begin.</param>
    /// <param name="End">Where they end; null where the element does not say, because it was written to a stream.</param>
    private readonly record struct Element(uint Id, long Body, long? End);

    public static bool Is(ReadOnlySpan<byte> head) =>
        head.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(head) == Header;

    public MediaGlance Read()
    {
        var glance = new MediaGlance("Matroska");
        if (!TryRead(0, bytes.Length, out var header) || header.End is not { } at || at > bytes.Length)
            return glance with { Problem = MediaProblem.Truncated };
        if (TextIn(header, DocumentType).AsSpan().SequenceEqual("webm"u8))
            glance = glance with { Container = "WebM" };
        Element segment;
        while (TryRead(at, bytes.Length, out segment) && segment is { Id: not Segment, End: { } next })
            at = next;
        if (segment.Id != Segment)
            return glance with { Problem = bytes.IsZero(at, bytes.Length - at) ? MediaProblem.ZeroTail : MediaProblem.Truncated };

        var (problem, expected) = segment.End > bytes.Length ? (MediaProblem.Truncated, segment.End) : (MediaProblem.None, null);
        ReadSegment(segment, ref problem, ref expected);
        if (problem is MediaProblem.None or MediaProblem.Truncated && bytes.HasZeroTail(segment.Body, segment.End ?? bytes.Length))
            problem = MediaProblem.ZeroTail;
        if (problem == MediaProblem.None && !bytes.IsSpent)
            problem = !_hasTracks ? MediaProblem.NoIndex : _hasVideo ? MediaProblem.None : MediaProblem.NoVideo;
        return glance with
        {
            Problem = problem,
            ExpectedLength = expected,
            Duration = MediaGlance.DurationOf(_units * _scale / NanosecondsPerSecond),
            HasVideo = _hasTracks ? _hasVideo : null,
        };
    }

    private void ReadSegment(Element segment, ref MediaProblem problem, ref long? expected)
    {
        var end = Math.Min(segment.End ?? bytes.Length, bytes.Length);
        for (var at = segment.Body; at < end && !bytes.IsSpent;)
        {
            if (!TryRead(at, end, out var element))
            {
                if (problem == MediaProblem.None && !bytes.IsSpent)
                    problem = bytes.IsZero(at, end - at) ? MediaProblem.ZeroTail : MediaProblem.Truncated;
                return;
            }

            if (element.Id == Info)
                ReadInfo(element);
            if (element.Id == Tracks)
                ReadTracks(element);
            // The end of a segment that tells its size is known; a cluster of no size goes on to another that nothing leads to.
            if (element.Id == Cluster && (element.End is null || segment.End is not null && _hasInfo && _hasTracks))
                return;
            if (element.End is not { } next)
                return;
            if (next > bytes.Length && problem == MediaProblem.None)
                (problem, expected) = (MediaProblem.Truncated, next);
            at = next;
        }
    }

    private void ReadInfo(Element info)
    {
        _hasInfo = true;
        ForEach(info, element =>
        {
            if (element.Id == TimestampScale && NumberIn(element) is > 0 and var scale)
                _scale = scale;
            if (element.Id == SegmentDuration)
                _units = RealIn(element);
        });
    }

    private void ReadTracks(Element tracks)
    {
        _hasTracks = true;
        ForEach(tracks, track =>
        {
            if (track.Id == Track)
                ForEach(track, element => _hasVideo |= element.Id == TrackType && NumberIn(element) == VideoTrack);
        });
    }

    private void ForEach(Element parent, Action<Element> take)
    {
        var end = Math.Min(parent.End ?? bytes.Length, bytes.Length);
        for (var at = parent.Body; at < end && TryRead(at, end, out var element) && element.End is { } next; at = next)
            take(element);
    }

    private ulong NumberIn(Element element)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        number.Clear();
        var size = (int)Math.Min(sizeof(ulong), element.End!.Value - element.Body);
        return bytes.TryRead(element.Body, number[^size..]) ? BinaryPrimitives.ReadUInt64BigEndian(number) : 0;
    }

    private double RealIn(Element element)
    {
        Span<byte> number = stackalloc byte[sizeof(double)];
        var size = element.End!.Value - element.Body;
        if (size is not (sizeof(float) or sizeof(double)) || !bytes.TryRead(element.Body, number[..(int)size]))
            return 0;
        return size == sizeof(float) ? BinaryPrimitives.ReadSingleBigEndian(number) : BinaryPrimitives.ReadDoubleBigEndian(number);
    }

    private byte[] TextIn(Element parent, uint id)
    {
        const int Longest = 16;
        byte[] text = [];
        ForEach(parent, element =>
        {
            var found = new byte[element.Id == id ? (int)Math.Min(Longest, element.End!.Value - element.Body) : 0];
            if (found.Length > 0 && bytes.TryRead(element.Body, found))
                text = found.AsSpan().TrimEnd((byte)0).ToArray();
        });
        return text;
    }

    private bool TryRead(long at, long end, out Element element)
    {
        const int MostId = 4, MostSize = 8;
        Span<byte> header = stackalloc byte[MostId + MostSize];
        element = default;
        if (end - at < 2)
            return false;
        header = header[..(int)Math.Min(header.Length, end - at)];
        if (!bytes.TryRead(at, header))
            return false;
        var idLength = BitOperations.LeadingZeroCount((uint)header[0]) - 23;
        if (idLength > MostId || header.Length <= idLength)
            return false;
        var id = NumberOf(header[..idLength]);
        var size = header[idLength..];
        var sizeLength = BitOperations.LeadingZeroCount((uint)size[0]) - 23;
        if (sizeLength > MostSize || size.Length < sizeLength)
            return false;
        var body = at + idLength + sizeLength;
        var mask = (1UL << (7 * sizeLength)) - 1;
        var value = NumberOf(size[..sizeLength]) & mask;
        // All ones: of unknown size.
        long? bodyEnd = value == mask ? null : value > (ulong)(long.MaxValue - body) ? long.MaxValue : body + (long)value;
        element = new Element((uint)id, body, bodyEnd);
        return true;
    }

    private static ulong NumberOf(ReadOnlySpan<byte> digits)
    {
        ulong number = 0;
        foreach (var digit in digits)
            number = number << 8 | digit;
        return number;
    }
}
