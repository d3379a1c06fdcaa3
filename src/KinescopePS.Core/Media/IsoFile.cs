using System.Buffers.Binary;
using System.Text;

namespace KinescopePS.Media;

/// <summary>A glance at an MP4 or QuickTime file.</summary>
/// <remarks>Source: ISO/IEC 14496-12, 4.2 (boxes), 8.2 (movie), 8.4 (media), 8.7 (chunk offsets), 8.8 (fragments).</remarks>
internal sealed class IsoFile(MediaBytes bytes)
{
    private const uint
        Movie = 0x6D6F6F76, MediaData = 0x6D646174, FileType = 0x66747970, MovieHeader = 0x6D766864, Track = 0x7472616B,
        Media = 0x6D646961, Handler = 0x68646C72, Information = 0x6D696E66, SampleTable = 0x7374626C, ChunkOffsets = 0x7374636F,
        LongChunkOffsets = 0x636F3634, Extends = 0x6D766578, ExtendsHeader = 0x6D656864, Compressed = 0x636D6F76, Video = 0x76696465,
        Fragment = 0x6D6F6F66;

    private const int MostDepth = 6;

    /// <summary>Boxes that may stand at the top. Others after the video are somebody's addition, and no sign of damage.</summary>
    private static readonly HashSet<string> TopBoxes =
    [
        "ftyp", "styp", "moov", "mdat", "moof", "mfra", "free", "skip", "wide", "uuid", "sidx", "ssix", "meta", "pnot", "PICT", "prft",
        "emsg", "pdin", "udta", "junk",
    ];

    private bool _hasMovie, _hasMedia, _hasFragments, _isCompressed, _hasVideo, _hasTracks;
    private double _timescale, _units, _fragmentUnits;
    private long _lastChunk = -1;

    private readonly record struct Box(uint Type, long Body, long End)
    {
        public string Name
        {
            get
            {
                Span<byte> letters = stackalloc byte[sizeof(uint)];
                BinaryPrimitives.WriteUInt32BigEndian(letters, Type);
                return Encoding.Latin1.GetString(letters);
            }
        }
    }

    public static bool Is(ReadOnlySpan<byte> head) =>
        head.Length >= 8 && TopBoxes.Contains(Encoding.Latin1.GetString(head.Slice(4, 4)));

    public MediaGlance Read()
    {
        var isQuickTime = true;
        var (problem, expected) = (MediaProblem.None, (long?)null);
        Box media = default;
        for (long at = 0; at < bytes.Length && !bytes.IsSpent;)
        {
            if (!TryReadBox(at, bytes.Length, out var box) || _hasMovie && _hasMedia && !TopBoxes.Contains(box.Name))
            {
                problem = ProblemOfRest(at);
                break;
            }

            if (box.Type == FileType)
                isQuickTime = IsQuickTime(box);
            _hasFragments |= box.Type == Fragment;
            if (box.Type == MediaData)
                (_hasMedia, media) = (true, box);
            if (box.Type == Movie)
            {
                _hasMovie = true;
                ReadBoxes(box, MostDepth);
            }

            if (box.End > bytes.Length)
            {
                (problem, expected) = (MediaProblem.Truncated, box.End);
                break;
            }

            at = box.End;
        }

        if (problem is MediaProblem.None or MediaProblem.Truncated && _hasMedia && bytes.HasZeroTail(media.Body, media.End))
            problem = MediaProblem.ZeroTail;
        if (problem == MediaProblem.None && !bytes.IsSpent)
            problem = ProblemOfMovie();
        var units = _units > 0 ? _units : _fragmentUnits;
        return new MediaGlance(isQuickTime ? "QuickTime" : "MP4")
        {
            Problem = problem,
            ExpectedLength = expected,
            Duration = _timescale > 0 ? MediaGlance.DurationOf(units / _timescale) : null,
            HasVideo = _hasVideo ? true : _hasTracks && !_isCompressed ? false : null,
        };
    }

    /// <summary>The meaning of what is no box: where all is there before it, somebody's addition.</summary>
    private MediaProblem ProblemOfRest(long at)
    {
        var isWhole = _hasMovie && _hasMedia;
        if (bytes.IsSpent || isWhole && !_hasFragments)
            return MediaProblem.None;
        return bytes.IsZero(at, bytes.Length - at) ? MediaProblem.ZeroTail : isWhole ? MediaProblem.None : MediaProblem.Damaged;
    }

    private MediaProblem ProblemOfMovie() =>
        !_hasMovie ? MediaProblem.NoIndex
        : _lastChunk >= bytes.Length ? MediaProblem.Truncated
        : _isCompressed || _hasVideo ? MediaProblem.None
        : _timescale > 0 || _hasTracks ? MediaProblem.NoVideo
        : MediaProblem.Damaged;

    private bool IsQuickTime(Box fileType)
    {
        Span<byte> brand = stackalloc byte[4];
        return bytes.TryRead(fileType.Body, brand) && brand.SequenceEqual("qt  "u8);
    }

    private void ReadBoxes(Box parent, int depth)
    {
        var end = Math.Min(parent.End, bytes.Length);
        for (var at = parent.Body; at < end && TryReadBox(at, end, out var box); at = box.End)
        {
            switch (box.Type)
            {
                case MovieHeader:
                    ReadDuration(box);
                    break;
                case ExtendsHeader:
                    _fragmentUnits = NumberAt(box, hasTimescale: false).Units;
                    break;
                case Handler:
                    _hasVideo |= NumberAt(box.Body + 8) == Video;
                    break;
                case ChunkOffsets:
                    ReadLastChunk(box, sizeof(uint));
                    break;
                case LongChunkOffsets:
                    ReadLastChunk(box, sizeof(ulong));
                    break;
                case Compressed:
                    _isCompressed = true;
                    break;
                case Track or Media or Information or SampleTable or Extends when depth > 0:
                    _hasTracks |= box.Type == Track;
                    ReadBoxes(box, depth - 1);
                    break;
            }
        }
    }

    private void ReadDuration(Box header) => (_timescale, _units) = NumberAt(header, hasTimescale: true);

    /// <summary>Timescale and duration of a header, whose version says how long its numbers are.</summary>
    private (double Timescale, double Units) NumberAt(Box header, bool hasTimescale)
    {
        Span<byte> body = stackalloc byte[32];
        body = body[..(int)Math.Min(body.Length, Math.Min(header.End, bytes.Length) - header.Body)];
        if (!bytes.TryRead(header.Body, body) || body.Length < 8)
            return default;
        var isLong = body[0] == 1;
        var at = 4 + (hasTimescale ? isLong ? 16 : 8 : 0);
        if (body.Length < at + (hasTimescale ? 4 : 0) + (isLong ? 8 : 4))
            return default;
        double timescale = hasTimescale ? BinaryPrimitives.ReadUInt32BigEndian(body[at..]) : 0;
        at += hasTimescale ? 4 : 0;
        // All ones say that it is not known.
        double units = isLong
            ? BinaryPrimitives.ReadUInt64BigEndian(body[at..]) is not ulong.MaxValue and var many ? many : 0
            : BinaryPrimitives.ReadUInt32BigEndian(body[at..]) is not uint.MaxValue and var few ? few : 0;
        return (timescale, units);
    }

    private void ReadLastChunk(Box offsets, int size)
    {
        if (NumberAt(offsets.Body + 4) is not (> 0 and var count) || offsets.Body + 8 + count * size > offsets.End)
            return;
        Span<byte> last = stackalloc byte[size];
        if (bytes.TryRead(offsets.Body + 8 + (count - 1) * size, last))
        {
            var offset = size == sizeof(uint)
                ? BinaryPrimitives.ReadUInt32BigEndian(last)
                : (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(last), long.MaxValue);
            _lastChunk = Math.Max(_lastChunk, offset);
        }
    }

    private long NumberAt(long offset)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        return bytes.TryRead(offset, number) ? BinaryPrimitives.ReadUInt32BigEndian(number) : 0;
    }

    private bool TryReadBox(long at, long end, out Box box)
    {
        Span<byte> header = stackalloc byte[16];
        box = default;
        if (end - at < 8 || !bytes.TryRead(at, header[..8]))
            return false;
        ulong size = BinaryPrimitives.ReadUInt32BigEndian(header);
        var type = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        var headerSize = 8;
        if (size == 1)
        {
            if (end - at < 16 || !bytes.TryRead(at + 8, header[8..]))
                return false;
            size = BinaryPrimitives.ReadUInt64BigEndian(header[8..]);
            headerSize = 16;
        }

        foreach (var letter in header[4..8])
        {
            if (letter is (< 0x20 or > 0x7E) and not 0xA9)
                return false;
        }

        if (size != 0 && size < (ulong)headerSize)
            return false;
        // 0: to the end of what it stands in.
        var boxEnd = size == 0 ? end : size > (ulong)(long.MaxValue - at) ? long.MaxValue : at + (long)size;
        box = new Box(type, at + headerSize, boxEnd);
        return true;
    }
}
