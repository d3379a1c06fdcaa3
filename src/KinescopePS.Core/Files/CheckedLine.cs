using System.Buffers;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;

namespace KinescopePS.Files;

/// <summary>
/// A JSON object as a line that shows damage: its last property is the checksum of all before it,
/// <c>{"event":...,"check":"0123456789abcdef"}</c>, ended by a line feed.
/// </summary>
/// <remarks>The checksum is XXH3 of 64 bits over the line's bytes up to, not including, <c>,"check"</c>.</remarks>
internal static class CheckedLine
{
    private const int CheckDigits = 16;
    private static readonly byte[] CheckLead = Encoding.ASCII.GetBytes(",\"check\":\"");
    private static readonly byte[] CheckEnd = Encoding.ASCII.GetBytes("\"}");
    private static readonly int TailLength = CheckLead.Length + CheckDigits + CheckEnd.Length;

    /// <summary>The line of an object, with its line feed.</summary>
    /// <param name="json">An object with at least one property, in UTF-8.</param>
    public static byte[] Seal(ReadOnlySpan<byte> json)
    {
        var line = new byte[json.Length + TailLength];
        Seal(json, line);
        return line;
    }

    /// <summary>Appends the line of an object, with its line feed.</summary>
    /// <inheritdoc cref="Seal(ReadOnlySpan{byte})" path="/param" />
    /// <param name="lines">Takes the line.</param>
    public static void Seal(ReadOnlySpan<byte> json, IBufferWriter<byte> lines)
    {
        Seal(json, lines.GetSpan(json.Length + TailLength));
        lines.Advance(json.Length + TailLength);
    }

    private static void Seal(ReadOnlySpan<byte> json, Span<byte> line)
    {
        var body = json[..^1];
        body.CopyTo(line);
        var tail = line[body.Length..];
        CheckLead.CopyTo(tail);
        Utf8Formatter.TryFormat(XxHash3.HashToUInt64(body), tail[CheckLead.Length..], out _, new StandardFormat('x', CheckDigits));
        CheckEnd.CopyTo(tail[(CheckLead.Length + CheckDigits)..]);
        tail[TailLength] = (byte)'\n';
    }

    /// <summary>Checks that a line, without its line feed, is as it was sealed.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> line)
    {
        if (line.Length <= TailLength)
            return false;

        var tail = line[^TailLength..];
        return tail.StartsWith(CheckLead) && tail.EndsWith(CheckEnd)
            && Utf8Parser.TryParse(tail.Slice(CheckLead.Length, CheckDigits), out ulong check, out var digits, 'x') && digits == CheckDigits
            && check == XxHash3.HashToUInt64(line[..^TailLength]);
    }
}
