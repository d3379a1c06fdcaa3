namespace KinescopePS.Companions;

/// <summary>A picture for a poster, told by its bytes: the platform takes JPEG.</summary>
internal static class JpegPicture
{
    private const byte Marker = 0xFF, EndOfImage = 0xD9, StartOfScan = 0xDA, FirstRestart = 0xD0, LastStandalone = 0xD9;

    /// <summary>Reads a picture that is to be sent.</summary>
    /// <exception cref="KinescopeException">
    /// <c>PosterInvalid</c>: it is another format, or broken; <c>LessonFileNotFound</c> or <c>LessonFileUnreadable</c>.
    /// </exception>
    public static byte[] Read(string path)
    {
        var bytes = CompanionFile.Read(path, CompanionFile.LongestPicture, ErrorIds.PosterInvalid);
        Check(path, bytes);
        return bytes;
    }

    /// <summary>Refuses what is no whole JPEG.</summary>
    /// <exception cref="KinescopeException"><c>PosterInvalid</c>.</exception>
    public static void Check(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            throw Invalid(path, "is empty");
        if (!bytes.StartsWith<byte>([Marker, 0xD8, Marker]))
        {
            var extension = Path.GetExtension(path);
            var named = IsJpegs(extension) ? $", whatever its name ends with ({extension})" : "";
            throw Invalid(path, OtherFormat(bytes) is { } format ? $"is {format}{named}" : $"is no picture that is known{named}");
        }

        if (!IsWhole(bytes))
            throw Invalid(path, "is a JPEG that is broken or not there to its end");
    }

    private static bool IsJpegs(string extension) =>
        extension.Equals(".jpg", StringComparison.OrdinalIgnoreCase) || extension.Equals(".jpeg", StringComparison.OrdinalIgnoreCase);

    private static string? OtherFormat(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']) ? "PNG"
        : bytes.StartsWith("RIFF"u8) && bytes.Length > 12 && bytes[8..].StartsWith("WEBP"u8) ? "WebP"
        : bytes.StartsWith("GIF8"u8) ? "GIF"
        : bytes.StartsWith("BM"u8) ? "BMP"
        : bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) ? "TIFF"
        : bytes.Length > 12 && bytes[4..].StartsWith("ftypavif"u8) ? "AVIF"
        : bytes.Length > 12 && (bytes[4..].StartsWith("ftyphei"u8) || bytes[4..].StartsWith("ftypmif1"u8)) ? "HEIC"
        : bytes.TrimStart(" \t\r\n"u8) is [(byte)'<', ..] ? "a page or a drawing in XML"
        : null;

    /// <summary>Goes along the segments: a frame with a size has to come before the picture's data, and its end after it.</summary>
    /// <remarks>Source: ITU-T T.81, annex B.</remarks>
    private static bool IsWhole(ReadOnlySpan<byte> bytes)
    {
        var (at, hasFrame) = (2, false);
        while (at + 4 <= bytes.Length && bytes[at] == Marker)
        {
            var kind = bytes[at + 1];
            if (kind == Marker)
            {
                at++;
                continue;
            }

            if (kind is >= FirstRestart and <= LastStandalone)
                return false;
            var length = bytes[at + 2] << 8 | bytes[at + 3];
            if (length < 2 || at + 2 + length > bytes.Length)
                return false;
            var segment = bytes.Slice(at + 4, length - 2);
            // C4, C8 and CC are tables; all others from C0 to CF begin a frame.
            if (kind is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                hasFrame = segment.Length >= 6 && (segment[3] << 8 | segment[4]) > 0;
            if (kind == StartOfScan)
                return hasFrame && bytes[(at + 2 + length)..].LastIndexOf<byte>([Marker, EndOfImage]) >= 0;
            at += 2 + length;
        }

        return false;
    }

    private static KinescopeException Invalid(string path, string what) => new(
        ErrorIds.PosterInvalid,
        $"{path} {what}. Kinescope takes posters as JPEG, and pictures are not converted here. Save it as JPEG beside the video, under the "
        + "same name with the extension .jpg: it is taken before others.");
}
