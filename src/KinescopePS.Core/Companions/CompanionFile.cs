using System.Text;
using KinescopePS.Files;

namespace KinescopePS.Companions;

/// <summary>
/// Reads a small file that belongs to a video, whole: what is checked is what is sent, whoever changes the file meanwhile.
/// </summary>
internal static class CompanionFile
{
    /// <summary>The longest text that is read: the platform takes requests of 10 MB. Unit: bytes.</summary>
    public const long LongestText = 8_000_000;

    /// <summary>The longest picture that is read. Unit: bytes.</summary>
    public const long LongestPicture = 32_000_000;

    private const int Windows1251 = 1251;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="longest">A longer one is refused. Unit: bytes.</param>
    /// <param name="tooLong">The error id for that.</param>
    /// <exception cref="KinescopeException"><c>LessonFileNotFound</c>, <c>LessonFileUnreadable</c>, or that it is too long.</exception>
    public static byte[] Read(string path, long longest, string tooLong)
    {
        try
        {
            using var file = SharedFile.OpenRead(path);
            if (file.Length > longest)
                throw new KinescopeException(
                    tooLong, $"{path} has {file.Length} bytes, and no more than {longest} are sent. Make it smaller.");
            using var bytes = new MemoryStream((int)file.Length);
            file.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(ErrorIds.LessonFileNotFound, $"There is no file {path}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.LessonFileUnreadable, $"{path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The text of a file: by its byte order mark, else in UTF-8, else in Windows-1251.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="isGuess">True where nothing but its not being UTF-8 speaks for Windows-1251.</param>
    /// <returns>Null where it is no text.</returns>
    public static string? Decode(byte[] bytes, out bool isGuess)
    {
        isGuess = false;
        if (Marked(bytes) is not { } text)
        {
            try
            {
                text = Strict.GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                // Russian editors of subtitles write it to this day.
                isGuess = true;
                text = CodePagesEncodingProvider.Instance.GetEncoding(Windows1251)!.GetString(bytes);
            }
        }

        return text.Any(letter => char.IsControl(letter) && letter is < '\u0080' and not ('\n' or '\r' or '\t' or '\f' or '\u001A'))
            ? null
            : text.TrimEnd('\u001A');
    }

    /// <summary>The lines of a text, whichever way they end.</summary>
    public static string[] Lines(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');

    private static string? Marked(byte[] bytes)
    {
        var (encoding, mark) = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding.UTF8, 3),
            [0xFF, 0xFE, 0, 0, ..] => (Encoding.UTF32, 4),
            [0xFF, 0xFE, ..] => (Encoding.Unicode, 2),
            [0xFE, 0xFF, ..] => (Encoding.BigEndianUnicode, 2),
            // Without a mark its first letters tell: all formats begin with ASCII.
            [not 0, 0, not 0, 0, ..] => (Encoding.Unicode, 0),
            [0, not 0, 0, not 0, ..] => (Encoding.BigEndianUnicode, 0),
            _ => ((Encoding?)null, 0),
        };
        return encoding?.GetString(bytes, mark, bytes.Length - mark);
    }
}
