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

    /// <summary>The text of a file: by its byte order mark, else in UTF-8, else in the Russian encoding that its letters tell.</summary>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="invalid">The error id of a file that is UTF-8 but for some bytes, or whose encoding cannot be told.</param>
    /// <param name="note">A remark on a file whose encoding was told by its letters; null for one in UTF-8 or UTF-16.</param>
    /// <returns>Null where it is no text.</returns>
    /// <exception cref="KinescopeException">By the id given, with the line.</exception>
    public static string? Decode(string path, byte[] bytes, string invalid, out string? note)
    {
        note = null;
        if (Marked(bytes) is not { } text)
        {
            var (letters, bad, first) = Look(bytes);
            var line = bad == 0 ? 0 : Lines(Encoding.Latin1.GetString(bytes, 0, first)).Length;
            // The Russian encodings have practically nothing that is UTF-8 by chance: this is a file with a flaw, and would be all wrong.
            if (bad > 0 && letters > bad)
                throw new KinescopeException(
                    invalid,
                    $"{path}, line {line}: the file is UTF-8, and a letter there is not. Correct that line in an editor, and save the file "
                    + "as UTF-8.");
            if (bad > 0 && IsBinary(bytes))
                return null;
            if (bad == 0)
            {
                text = Encoding.UTF8.GetString(bytes);
            }
            // Russian editors of subtitles write such to this day.
            else if (CyrillicEncoding.Decode(bytes) is { } told)
            {
                text = told.Text;
                note = $"{path} is not UTF-8: it was read as {told.Name}. Save it as UTF-8 where the text then is wrong.";
            }
            else
                throw new KinescopeException(
                    invalid,
                    $"{path}, line {line}: the file is not UTF-8, and in which encoding it is cannot be told. Open it where its text is "
                    + "right, and save it as UTF-8.");
        }

        if (text.Any(IsForeign))
            return null;
        RequireWhole(path, text, invalid);
        return text.TrimEnd('\u001A');
    }

    /// <summary>Refuses a text in which a program put the sign for what it could not read: what stood there is lost.</summary>
    private static void RequireWhole(string path, string text, string invalid)
    {
        var at = text.IndexOf(Rune.ReplacementChar.ToString(), StringComparison.Ordinal);
        if (at >= 0)
            throw new KinescopeException(
                invalid,
                $"{path}, line {Lines(text[..at]).Length}: letters are lost there: a program read the file in another encoding than it has "
                + "and saved it so. Take the file as it was before, and save it as UTF-8 in an editor where its text is right.");
    }

    /// <summary>The lines of a text, whichever way they end.</summary>
    public static string[] Lines(string text) => text.Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');

    private static bool IsBinary(byte[] bytes) => bytes.Any(one => IsForeign((char)one));

    /// <summary>True for a character that stands in no text.</summary>
    private static bool IsForeign(char letter) => letter is < '\u0020' and not ('\n' or '\r' or '\t' or '\f' or '\u001A') or '\u007F';

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
