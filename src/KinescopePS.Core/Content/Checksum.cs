using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KinescopePS.Content;

/// <summary>
/// A checksum of 128 bits that finds accidental change: four CRC-32C side by side, each over every fourth 8 bytes, by the
/// processor's own instruction. As docs/progress-file.md defines it.
/// </summary>
/// <remarks>
/// .NET compiles a library's hash twice, at first in a hurry: on one core XXH3 ran so for the first three seconds and took a third of the
/// upload's processor time. The loop here is optimised from its first call on.
/// </remarks>
internal sealed class Checksum
{
    private const int StripeSize = 4 * sizeof(ulong);

    private readonly byte[] _stripe = new byte[StripeSize];
    private uint _a = uint.MaxValue, _b = uint.MaxValue, _c = uint.MaxValue, _d = uint.MaxValue;
    private long _length;

    /// <summary>Takes the bytes that follow.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var held = (int)(_length % StripeSize);
        _length += bytes.Length;
        if (held > 0)
        {
            var missing = Math.Min(StripeSize - held, bytes.Length);
            bytes[..missing].CopyTo(_stripe.AsSpan(held));
            bytes = bytes[missing..];
            if (held + missing < StripeSize)
                return;
            AddStripes(_stripe);
        }

        var rest = bytes.Length % StripeSize;
        AddStripes(bytes[..^rest]);
        bytes[^rest..].CopyTo(_stripe);
    }

    /// <summary>The checksum of all bytes so far, in lower-case hex; what follows begins a new one.</summary>
    public string Finish()
    {
        var rest = (int)(_length % StripeSize);
        if (rest > 0)
        {
            _stripe.AsSpan(rest).Clear();
            AddStripes(_stripe);
        }

        // Zeros at the end must not go unseen.
        _d = BitOperations.Crc32C(_d, (ulong)_length);
        var text = $"{_a:x8}{_b:x8}{_c:x8}{_d:x8}";
        Reset();
        return text;
    }

    /// <summary>Takes over what another has taken so far.</summary>
    public void CopyFrom(Checksum other)
    {
        (_a, _b, _c, _d, _length) = (other._a, other._b, other._c, other._d, other._length);
        other._stripe.CopyTo(_stripe, 0);
    }

    /// <summary>Begins anew.</summary>
    public void Reset()
    {
        _a = _b = _c = _d = uint.MaxValue;
        _length = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddStripes(ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var (a, b, c, d) = (_a, _b, _c, _d);
        for (var i = 0; i + 3 < words.Length; i += 4)
        {
            a = BitOperations.Crc32C(a, words[i]);
            b = BitOperations.Crc32C(b, words[i + 1]);
            c = BitOperations.Crc32C(c, words[i + 2]);
            d = BitOperations.Crc32C(d, words[i + 3]);
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }
}
