using System.Buffers;
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
    /// <param name="path">Its name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="invalid">The error id of a file that is UTF-8 but for some bytes.</param>
    /// <param name="isGuess">True where nothing but its not being UTF-8 speaks for Windows-1251.</param>
    /// <returns>Null where it is no text.</returns>
    /// <exception cref="KinescopeException">By the id given, with the line.</exception>
    public static string? Decode(string path, byte[] bytes, string invalid, out bool isGuess)
    {
        isGuess = false;
        if (Marked(bytes) is not { } text)
        {
            var (letters, bad, first) = Look(bytes);
            // Windows-1251 has practically nothing that is UTF-8 by chance: this is a file with a flaw, and would be all wrong.
            if (bad > 0 && letters > bad)
                throw new KinescopeException(
                    invalid,
                    $"{path}, line {Lines(Encoding.Latin1.GetString(bytes, 0, first)).Length}: the file is UTF-8, and a letter there is "
                    + "not. Correct that line in an editor, and save the file as UTF-8.");
            // Russian editors of subtitles write it to this day.
            isGuess = bad > 0;
            var encoding = isGuess ? CodePagesEncodingProvider.Instance.GetEncoding(Windows1251)! : Encoding.UTF8;
            text = encoding.GetString(bytes);
        }

        return text.Any(letter => char.IsControl(letter) && letter is < '\u0080' and not ('\n' or '\r' or '\t' or '\f' or '\u001A'))
            ? null
            : text.TrimEnd('\u001A');
    }

    /// <summary>The lines of a text, whichever way they end.</summary>
    public static string[] Lines(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');

    /// <summary>Counts the letters beyond ASCII that are UTF-8, and the bytes that are not.</summary>
    /// <returns>Also the place of the first such byte.</returns>
    private static (int Letters, int Bad, int First) Look(ReadOnlySpan<byte> bytes)
    {
        var (letters, bad, first) = (0, 0, -1);
        for (var at = 0; at < bytes.Length;)
        {
            if (bytes[at] < 0x80)
            {
                at++;
                continue;
            }

            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done)
            {
                letters++;
            }
            else
            {
                first = bad == 0 ? at : first;
                bad += length;
            }

            at += length;
        }

        return (letters, bad, first);
    }

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
