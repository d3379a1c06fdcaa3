using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace KinescopePS.Journal;

/// <summary>A record as a line of the progress file.</summary>
internal static class JournalLine
{
    // Titles stay legible in the file.
    private static readonly JournalJson Json = new(new JsonSerializerOptions(JournalJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    public static byte[] Write(JournalRecord record) => CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(record, Json.JournalRecord));

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>Null where the line is damaged: its checksum or its form is not what was written.</returns>
    public static JournalRecord? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return CheckedLine.IsIntact(line) ? JsonSerializer.Deserialize(line, Json.JournalRecord) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
