using System.Text;

namespace KinescopePS.Media;

/// <summary>
/// A glance at a video file: a few short reads that tell its container, duration and tracks, and whether it is there to its end.
/// </summary>
/// <remarks>
/// No size in a file is trusted, so that a bad one costs neither memory nor time. Readers of tags do not serve here: they tell what a
/// container says, and not that the rest of the file is missing.
/// </remarks>
internal static class MediaFile
{
    private const int HeadSize = 1024;

    /// <summary>Extensions whose files are in a container that is known.</summary>
    private static readonly string[] Known = [".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi"];

    /// <summary>Containers that are told by their first bytes, and not read.</summary>
    private static readonly (string Name, byte[] Mark)[] Others =
    [
        ("MPEG program stream", [0, 0, 1, 0xBA]),
        ("MPEG video", [0, 0, 1, 0xB3]),
        ("Flash video", "FLV"u8.ToArray()),
        ("Windows Media", [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]),
        ("Ogg", "OggS"u8.ToArray()),
        ("MXF", [0x06, 0x0E, 0x2B, 0x34]),
        ("RealMedia", ".RMF"u8.ToArray()),
    ];

    /// <summary>True for an extension that promises a container which a glance can tell.</summary>
    public static bool IsKnown(string extension) => Known.Contains(extension, StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks at a file.</summary>
    /// <remarks>Fails only where reading does.</remarks>
    public static MediaGlance Glance(MediaBytes bytes)
    {
        var head = new byte[(int)Math.Min(HeadSize, bytes.Length)];
        if (head.Length == 0 || !bytes.TryRead(0, head))
            return new MediaGlance((string?)null) { Problem = MediaProblem.Unrecognised };
        if (IsText(head))
            return new MediaGlance((string?)null) { Problem = MediaProblem.Text };
        if (IsoFile.Is(head))
            return new IsoFile(bytes).Read();
        if (MatroskaFile.Is(head))
            return new MatroskaFile(bytes).Read();
        if (AviFile.Is(head))
            return new AviFile(bytes).Read();
        if (IsTransportStream(head))
            return new MediaGlance("MPEG transport stream");
        foreach (var (name, mark) in Others)
        {
            if (head.AsSpan().StartsWith(mark))
                return new MediaGlance(name);
        }

        return new MediaGlance((string?)null)
        {
            Problem = head.AsSpan().IndexOfAnyExcept((byte)0) < 0 ? MediaProblem.Zeros : MediaProblem.Unrecognised,
        };
    }

    private static bool IsTransportStream(ReadOnlySpan<byte> head)
    {
        const int Packet = 188, BluRayPacket = 192, BluRayPrefix = 4;
        const byte Sync = 0x47;
        return head.Length > 2 * BluRayPacket + BluRayPrefix
            && (head[0] == Sync && head[Packet] == Sync && head[2 * Packet] == Sync
                || head[BluRayPrefix] == Sync && head[BluRayPrefix + BluRayPacket] == Sync
                    && head[BluRayPrefix + 2 * BluRayPacket] == Sync);
    }

    /// <summary>True for text: UTF-16 by its mark, else what has none of the control characters that a text never has.</summary>
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith(Encoding.Unicode.Preamble) || head.StartsWith(Encoding.BigEndianUnicode.Preamble))
            return true;
        foreach (var letter in head)
        {
            if (letter < 0x20 && letter is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1B) || letter == 0x7F)
                return false;
        }

        return true;
    }
}
