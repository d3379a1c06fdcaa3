using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace KinescopePS.Journal;

/// <summary>
/// A record as a line: a JSON object whose last property is the checksum of all before it,
/// <c>{"event":...,"check":"0123456789abcdef"}</c>, ended by a line feed.
/// </summary>
/// <remarks>The checksum is XXH3 of 64 bits over the line's bytes up to, not including, <c>,"check"</c>.</remarks>
internal static class JournalLine
{
    private const int CheckDigits = 16;
    private static readonly byte[] CheckLead = Encoding.ASCII.GetBytes(",\"check\":\"");
    private static readonly byte[] CheckEnd = Encoding.ASCII.GetBytes("\"}");
    private static readonly int TailLength = CheckLead.Length + CheckDigits + CheckEnd.Length;

    // Titles stay legible in the file.
    private static readonly JournalJson Json = new(new JsonSerializerOptions(JournalJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    });

    public static byte[] Write(JournalRecord record)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(record, Json.JournalRecord).AsSpan();
        body = body[..^1];
        var check = XxHash3.HashToUInt64(body).ToString("x16");
        return [.. body, .. CheckLead, .. Encoding.ASCII.GetBytes(check), .. CheckEnd, (byte)'\n'];
    }

    /// <summary>Reads a line without its line feed.</summary>
    /// <returns>Null where the line is damaged: its checksum or its form is not what was written.</returns>
    public static JournalRecord? Read(ReadOnlySpan<byte> line)
    {
        if (line.Length <= TailLength)
            return null;

        var body = line[..^TailLength];
        var tail = line[^TailLength..];
        if (!tail.StartsWith(CheckLead) || !tail.EndsWith(CheckEnd))
            return null;
        if (!Utf8Parser.TryParse(tail.Slice(CheckLead.Length, CheckDigits), out ulong check, out var digits, 'x') || digits != CheckDigits || check != XxHash3.HashToUInt64(body))
            return null;

        try
        {
            return JsonSerializer.Deserialize(line, Json.JournalRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
