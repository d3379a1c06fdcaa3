using System.Text;
using System.Text.Json;
using CsCheck;

namespace KinescopePS.Tests.Fuzz;

/// <summary>The material that inputs are made of.</summary>
internal static class Inputs
{
    /// <summary>Pieces of text as people, spreadsheets and attackers write them.</summary>
    private static readonly string[] Awkward =
    [
        "", " ", "a", "Урок 1", "l1", "L1", "1.mp4", "../1.mp4", "C:\\videos\\1.mp4", "/srv/1.mp4", "e\u0301", "\u00e9", "\u00a0", "\u200b", "\ufeff", "日本",
        "\ud83d\ude00", "\"", "'", "\\", "/", ";", ",", "\t", "=", "$", "${A}", "%", "#", "\r\n", "\n", "null", "true", "0", "-1", "1e400",
        "9223372036854775808", "001", "1,23E+14", "\u001b[31m", "\u0007", "\u202e", "x\u0000y",
    ];

    /// <summary>A short text.</summary>
    public static readonly Gen<string> Text = Gen.OneOf(Awkward).Array[0, 4].Select(string.Concat);

    /// <summary>A text as a JSON value or property.</summary>
    public static readonly Gen<string> JsonText = Text.Select(text => JsonSerializer.Serialize(text));

    private static readonly Gen<Func<byte[], byte[]>> Change = Gen.OneOf(
        At((bytes, at, _) => [.. bytes[..at], .. bytes[Math.Min(at + 1, bytes.Length)..]]),
        At((bytes, at, letter) => [.. bytes[..at], letter, .. bytes[at..]]),
        At((bytes, at, letter) => [.. bytes[..at], letter, .. bytes[Math.Min(at + 1, bytes.Length)..]]),
        At((bytes, at, _) => bytes[..at]),
        At((bytes, at, _) => [.. bytes[..at], .. bytes[Math.Max(0, at - 20)..at], .. bytes[at..]]),
        Gen.Select(Gen.Double[0, 1], Text, Func<byte[], byte[]> (share, text) => bytes =>
        {
            var at = (int)(share * bytes.Length);
            return [.. bytes[..at], .. Encoding.UTF8.GetBytes(text), .. bytes[at..]];
        }));

    /// <summary>Bytes with some of them changed, taken away, doubled or put in; at times as they were.</summary>
    public static Gen<byte[]> Mutated(Gen<byte[]> whole) =>
        Gen.Select(whole, Change.Array[0, 5], (bytes, changes) => changes.Aggregate(bytes, (text, change) => change(text)));

    /// <inheritdoc cref="Mutated(Gen{byte[]})" />
    public static Gen<string> Mutated(Gen<string> whole) => Mutated(whole.Select(Encoding.UTF8.GetBytes)).Select(Encoding.UTF8.GetString);

    private static Gen<Func<byte[], byte[]>> At(Func<byte[], int, byte, byte[]> change) =>
        Gen.Select(
            Gen.Double[0, 1],
            Gen.OneOf(Gen.OneOf("{}[]\",:;=\\\n\r 0-.\0"u8.ToArray()), Gen.Byte),
            Func<byte[], byte[]> (share, letter) => bytes => change(bytes, (int)(share * bytes.Length), letter));
}
