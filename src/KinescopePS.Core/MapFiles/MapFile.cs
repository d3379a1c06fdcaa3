using System.Text;
using KinescopePS.Files;

namespace KinescopePS.MapFiles;

/// <summary>A map file of either kind, told apart by how it begins.</summary>
internal static class MapFile
{
    /// <summary>Reads entry by entry.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="found">Called with each entry.</param>
    /// <param name="problem">Called with the failure of each entry that cannot be used: <c>ImportEntryInvalid</c>.</param>
    /// <exception cref="KinescopeException"><c>ImportFileNotFound</c>, <c>ImportFileUnreadable</c> or <c>ImportFileInvalid</c>.</exception>
    public static void Read(string path, Action<MapEntry> found, Action<KinescopeException> problem)
    {
        void Unusable(string position, string why) =>
            problem(new KinescopeException(ErrorIds.ImportEntryInvalid, $"{path}: {position} {why}. It was left out."));

        try
        {
            using var stream = SharedFile.OpenRead(path);
            if (IsJson(stream))
            {
                JsonMap.Read(stream, found, Unusable);
                return;
            }

            var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            using var text = new StreamReader(stream, utf8, detectEncodingFromByteOrderMarks: true);
            CsvMap.Read(text, found, Unusable);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(ErrorIds.ImportFileNotFound, $"There is no file {path}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.ImportFileUnreadable, $"{path} cannot be read: {failure.Message}", failure);
        }
        catch (DecoderFallbackException failure)
        {
            throw Invalid(path, "it is not UTF-8. Save it from the spreadsheet as \"CSV UTF-8\".", failure);
        }
        catch (FormatException failure)
        {
            throw Invalid(path, failure.Message, failure);
        }
    }

    private static KinescopeException Invalid(string path, string reason, Exception cause) =>
        new(ErrorIds.ImportFileInvalid, $"{path} is no lesson video map: {reason}", cause);

    // Leaves the stream behind a byte order mark of UTF-8, which JSON may not have.
    private static bool IsJson(FileStream stream)
    {
        Span<byte> start = stackalloc byte[64];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        var mark = start.StartsWith(Encoding.UTF8.Preamble) ? 3 : 0;
        stream.Position = mark;
        return start[mark..].TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
    }
}
