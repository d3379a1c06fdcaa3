using System.Buffers.Binary;

namespace KinescopePS.Media;

/// <summary>A glance at an AVI file, and at one of several parts (OpenDML).</summary>
/// <remarks>Source: Microsoft, AVI RIFF File Reference; OpenDML AVI File Format Extensions 1.02.</remarks>
internal sealed class AviFile(MediaBytes bytes)
{
    private const uint
        Riff = 0x46464952, List = 0x5453494C, HeaderList = 0x6C726468, StreamList = 0x6C727473, StreamHeader = 0x68727473,
        MainHeader = 0x68697661, ExtendedList = 0x6C6D646F, ExtendedHeader = 0x686C6D64, Video = 0x73646976;

    /// <summary>Writers differ in what a part's size counts. Unit: bytes.</summary>
    private const int Tolerance = 8;

    private const int MostDepth = 3;

    private bool _hasVideo, _hasStreams;
    private double _frameSeconds, _frames, _allFrames, _streamSeconds;

    /// <param name="Kind">Of a list, what it lists.</param>
    private readonly record struct Chunk(uint Type, uint Kind, long Body, long End);

    public static bool Is(ReadOnlySpan<byte> head) => head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..].StartsWith("AVI"u8);

    public MediaGlance Read()
    {
        var (problem, expected) = (MediaProblem.None, (long?)null);
        Chunk last = default;
        for (long at = 0; TryRead(at, bytes.Length, out var part) && part.Type == Riff; at = part.End)
        {
            if (at == 0)
                ReadChunks(part, MostDepth);
            last = part;
            // A recorder fills the size in when it ends.
            if (part.End - part.Body <= 0)
                problem = MediaProblem.NoIndex;
            else if (part.End > bytes.Length + Tolerance)
                (problem, expected) = (MediaProblem.Truncated, part.End);
            if (problem != MediaProblem.None)
                break;
        }

        if (problem is MediaProblem.None or MediaProblem.Truncated && bytes.HasZeroTail(last.Body, last.End))
            problem = MediaProblem.ZeroTail;
        if (problem == MediaProblem.None && !bytes.IsSpent)
            problem = !_hasStreams ? MediaProblem.Damaged : _hasVideo ? MediaProblem.None : MediaProblem.NoVideo;
        var seconds = _allFrames > 0 ? _allFrames * _frameSeconds : _streamSeconds > 0 ? _streamSeconds : _frames * _frameSeconds;
        return new MediaGlance("AVI")
        {
            Problem = problem,
            ExpectedLength = expected,
            Duration = MediaGlance.DurationOf(seconds),
            HasVideo = _hasStreams ? _hasVideo : null,
        };
    }

    private void ReadChunks(Chunk parent, int depth)
    {
        var end = Math.Min(Math.Max(parent.End, parent.Body), bytes.Length);
        for (var at = parent.Body; at < end && TryRead(at, end, out var chunk); at = chunk.End + (chunk.End & 1))
        {
            switch (chunk)
            {
                case { Type: List, Kind: HeaderList or StreamList or ExtendedList } when depth > 0:
                    ReadChunks(chunk, depth - 1);
                    break;
                // What follows the headers is the video.
                case { Type: List } when _hasStreams && depth == MostDepth:
                    return;
                case { Type: MainHeader }:
                    _frameSeconds = NumberAt(chunk, 0) / 1e6;
                    _frames = NumberAt(chunk, 16);
                    break;
                case { Type: ExtendedHeader }:
                    _allFrames = NumberAt(chunk, 0);
                    break;
                case { Type: StreamHeader }:
                    ReadStream(chunk);
                    break;
            }
        }
    }

    private void ReadStream(Chunk stream)
    {
        _hasStreams = true;
        if (NumberAt(stream, 0) != Video)
            return;
        _hasVideo = true;
        var (scale, rate, length) = (NumberAt(stream, 20), NumberAt(stream, 24), NumberAt(stream, 32));
        if (rate > 0)
            _streamSeconds = Math.Max(_streamSeconds, (double)length * scale / rate);
    }

    private long NumberAt(Chunk chunk, int offset)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        return chunk.Body + offset + number.Length <= chunk.End && bytes.TryRead(chunk.Body + offset, number)
            ? BinaryPrimitives.ReadUInt32LittleEndian(number)
            : 0;
    }

    private bool TryRead(long at, long end, out Chunk chunk)
    {
        Span<byte> header = stackalloc byte[12];
        chunk = default;
        if (end - at < 8 || !bytes.TryRead(at, header[..8]))
            return false;
        var type = BinaryPrimitives.ReadUInt32LittleEndian(header);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var isList = type is Riff or List;
        if (isList && (end - at < 12 || !bytes.TryRead(at + 8, header[8..])))
            return false;
        chunk = isList
            ? new Chunk(type, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), at + 12, at + 8 + size)
            : new Chunk(type, 0, at + 8, at + 8 + size);
        return true;
    }
}
