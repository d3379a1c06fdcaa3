using System.Numerics;

namespace KinescopeSandbox.State;

/// <summary>The 22-character base58 form of a video's UUID, as in `play_link`: digits, lower case, upper case.</summary>
public static class ShortId
{
    private const string Alphabet = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int Length = 22;

    public static string FromGuid(Guid id)
    {
        var value = new BigInteger(id.ToByteArray(bigEndian: true), isUnsigned: true, isBigEndian: true);
        var text = new char[Length];
        for (var i = Length - 1; i >= 0; i--)
        {
            value = BigInteger.DivRem(value, Alphabet.Length, out var digit);
            text[i] = Alphabet[(int)digit];
        }
        return new string(text);
    }

    /// <summary>Reads a UUID or a short id.</summary>
    public static bool TryParse(string text, out Guid id)
    {
        if (Guid.TryParseExact(text, "D", out id))
            return true;
        if (text.Length != Length)
            return false;

        var value = BigInteger.Zero;
        foreach (var letter in text)
        {
            var digit = Alphabet.IndexOf(letter);
            if (digit < 0)
                return false;
            value = value * Alphabet.Length + digit;
        }
        var bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (bytes.Length > 16)
            return false;
        Span<byte> padded = stackalloc byte[16];
        bytes.CopyTo(padded[(16 - bytes.Length)..]);
        id = new Guid(padded, bigEndian: true);
        return true;
    }
}
