using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>An event as a line of the progress file.</summary>
internal static class ProgressFileLine
{
    // Titles stay legible in the file.
    private static readonly UploadEventJson Json = new(new JsonSerializerOptions(UploadEventJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    public static byte[] Write(UploadEvent happened) => CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(happened, Json.UploadEvent));

    /// <exception cref="JsonException">The line has another form.</exception>
    public static UploadEvent Parse(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize(line, Json.UploadEvent) ?? throw new JsonException();
}
