using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>A record as a line of the progress file.</summary>
internal static class ProgressFileLine
{
    // Titles stay legible in the file.
    private static readonly UploadEventJson Json = new(new JsonSerializerOptions(UploadEventJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    public static byte[] Write(UploadEvent record) => CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(record, Json.UploadEvent));

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>Null where the line is damaged: its checksum or its form is not what was written.</returns>
    public static UploadEvent? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            return CheckedLine.IsIntact(line) ? JsonSerializer.Deserialize(line, Json.UploadEvent) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
