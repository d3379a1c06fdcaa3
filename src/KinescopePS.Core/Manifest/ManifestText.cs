using System.Text;
using System.Text.Json;
using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>The manifest as a text file: its opening, its encoding, and positions in it.</summary>
internal static class ManifestText
{
    /// <summary>Opens a manifest behind its byte order mark.</summary>
    /// <exception cref="KinescopeException"><c>ManifestNotFound</c> or <c>ManifestUnreadable</c>.</exception>
    public static FileStream Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = SharedFile.OpenRead(path, bufferSize: 1);
            Span<byte> start = stackalloc byte[3];
            var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (start[..length] is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                throw new KinescopeException(
                    ErrorIds.ManifestUnreadable,
                    $"{path} is written in UTF-16. Save it as UTF-8 (Set-Content -Encoding utf8) and try again.");
            stream.Position = start[..length].SequenceEqual(Encoding.UTF8.Preamble) ? 3 : 0;
            return stream;
        }
        catch (Exception failure)
        {
            stream?.Dispose();
            throw failure switch
            {
                FileNotFoundException or DirectoryNotFoundException => new KinescopeException(
                    ErrorIds.ManifestNotFound,
                    $"There is no manifest at {path}.",
                    failure),
                IOException or UnauthorizedAccessException => Unreadable(path, failure),
                _ => failure,
            };
        }
    }

    /// <summary>A text or number of the object that begins at a byte of the manifest; null where there is none.</summary>
    /// <param name="position">The object's first byte.</param>
    /// <param name="property">The property's name; the last of several counts, as when the manifest is read.</param>
    public static string? ValueAt(string path, long position, ReadOnlySpan<byte> property)
    {
        using var stream = Open(path);
        stream.Position = position;
        try
        {
            string? value = null;
            var json = new JsonFileReader(stream);
            var isObject = json.Read() && json.TokenType == JsonTokenType.StartObject;
            while (isObject && json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var isIt = json.Is(property);
                json.Read();
                if (isIt)
                    value = json.Text();
                json.Skip();
            }

            return value;
        }
        catch (JsonException)
        {
            // The manifest was changed meanwhile.
            return null;
        }
    }

    public static KinescopeException Unreadable(string path, Exception cause) =>
        new(ErrorIds.ManifestUnreadable, $"{path} cannot be read: {cause.Message}", cause);

    /// <summary>The failure of a text that is not JSON. Its line and column count from 1, the column in characters.</summary>
    public static KinescopeException NotJson(string path, JsonException cause)
    {
        var line = cause.LineNumber ?? 0;
        var column = ColumnOf(path, line, cause.BytePositionInLine ?? 0);
        var reason = JsonFault.ReasonOf(cause);
        return new KinescopeException(
            ErrorIds.ManifestNotJson,
            $"{path}, line {line + 1}, column {column}: this is not JSON. {reason}",
            cause);
    }

    private static long ColumnOf(string path, long line, long bytes)
    {
        using var stream = Open(path);
        using var buffered = new BufferedStream(stream, 64 * 1024);
        while (line > 0)
        {
            var next = buffered.ReadByte();
            if (next < 0)
                return bytes + 1;
            if (next == '\n')
                line--;
        }

        long column = 1;
        for (; bytes > 0; bytes--)
        {
            // A byte 10xxxxxx continues a character of UTF-8.
            if ((buffered.ReadByte() & 0xC0) != 0x80)
                column++;
        }

        return column;
    }
}
