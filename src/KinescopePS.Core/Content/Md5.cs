using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KinescopePS.Content;

/// <summary>MD5 whose state can be kept: an upload that is continued goes on where it was, and reads nothing again for it.</summary>
/// <remarks>Source: RFC 1321. .NET's own MD5 tells its state to nobody. Accidental change is what is looked for.</remarks>
internal sealed class Md5
{
    /// <summary>The state can be kept at multiples of it. Unit: bytes.</summary>
    public const int BlockSize = 64;

    private readonly byte[] _rest = new byte[BlockSize];
    private uint _a = 0x67452301, _b = 0xefcdab89, _c = 0x98badcfe, _d = 0x10325476;
    private long _length;

    /// <summary>The hash that goes on after so many bytes.</summary>
    /// <param name="state">The text that <see cref="State"/> gave there.</param>
    /// <param name="length">A multiple of <see cref="BlockSize"/>. Unit: bytes.</param>
    /// <returns>Null where this is no state.</returns>
    public static Md5? At(string state, long length)
    {
        if (state.Length != 32 || !state.All(char.IsAsciiHexDigit) || length % BlockSize != 0)
            return null;
        var words = MemoryMarshal.Cast<byte, uint>(Convert.FromHexString(state));
        return new Md5 { _a = words[0], _b = words[1], _c = words[2], _d = words[3], _length = length };
    }

    /// <summary>Takes the bytes that follow.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var held = (int)(_length % BlockSize);
        _length += bytes.Length;
        if (held > 0)
        {
            var missing = Math.Min(BlockSize - held, bytes.Length);
            bytes[..missing].CopyTo(_rest.AsSpan(held));
            bytes = bytes[missing..];
            if (held + missing < BlockSize)
                return;
            AddBlocks(_rest);
        }

        var rest = bytes.Length % BlockSize;
        AddBlocks(bytes[..^rest]);
        bytes[^rest..].CopyTo(_rest);
    }

    /// <summary>The state; null where the bytes so far are no multiple of <see cref="BlockSize"/>.</summary>
    public string? State() => _length % BlockSize == 0 ? Words() : null;

    /// <summary>The hash of all bytes, in lower-case hex. Nothing may follow.</summary>
    public string Finish()
    {
        var bits = _length * 8;
        var zeros = (int)((2 * BlockSize - 9 - _length % BlockSize) % BlockSize);
        var padding = new byte[1 + zeros + sizeof(long)];
        padding[0] = 0x80;
        BinaryPrimitives.WriteInt64LittleEndian(padding.AsSpan(1 + zeros), bits);
        Append(padding);
        return Words();
    }

    /// <summary>One that has taken the same so far.</summary>
    public Md5 Copy()
    {
        var copy = new Md5 { _a = _a, _b = _b, _c = _c, _d = _d, _length = _length };
        _rest.CopyTo(copy._rest, 0);
        return copy;
    }

    private string Words()
    {
        uint[] words = [_a, _b, _c, _d];
        return Convert.ToHexString(MemoryMarshal.AsBytes(words.AsSpan())).ToLowerInvariant();
    }

    // As with Checksum: optimised from its first call on. In each step the newest word comes last, for the next one waits for it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddBlocks(ReadOnlySpan<byte> bytes)
    {
        var (a, b, c, d) = (_a, _b, _c, _d);
        for (; bytes.Length >= BlockSize; bytes = bytes[BlockSize..])
        {
            ref var word = ref Unsafe.As<byte, uint>(ref MemoryMarshal.GetReference(bytes));
            var (oldA, oldB, oldC, oldD) = (a, b, c, d);
            a = b + BitOperations.RotateLeft(a + (word + 0xd76aa478u) + (d ^ (b & (c ^ d))), 7);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 1) + 0xe8c7b756u) + (c ^ (a & (b ^ c))), 12);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 2) + 0x242070dbu) + (b ^ (d & (a ^ b))), 17);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 3) + 0xc1bdceeeu) + (a ^ (c & (d ^ a))), 22);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 4) + 0xf57c0fafu) + (d ^ (b & (c ^ d))), 7);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 5) + 0x4787c62au) + (c ^ (a & (b ^ c))), 12);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 6) + 0xa8304613u) + (b ^ (d & (a ^ b))), 17);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 7) + 0xfd469501u) + (a ^ (c & (d ^ a))), 22);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 8) + 0x698098d8u) + (d ^ (b & (c ^ d))), 7);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 9) + 0x8b44f7afu) + (c ^ (a & (b ^ c))), 12);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 10) + 0xffff5bb1u) + (b ^ (d & (a ^ b))), 17);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 11) + 0x895cd7beu) + (a ^ (c & (d ^ a))), 22);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 12) + 0x6b901122u) + (d ^ (b & (c ^ d))), 7);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 13) + 0xfd987193u) + (c ^ (a & (b ^ c))), 12);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 14) + 0xa679438eu) + (b ^ (d & (a ^ b))), 17);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 15) + 0x49b40821u) + (a ^ (c & (d ^ a))), 22);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 1) + 0xf61e2562u) + (~d & c) + (d & b), 5);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 6) + 0xc040b340u) + (~c & b) + (c & a), 9);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 11) + 0x265e5a51u) + (~b & a) + (b & d), 14);
            b = c + BitOperations.RotateLeft(b + (word + 0xe9b6c7aau) + (~a & d) + (a & c), 20);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 5) + 0xd62f105du) + (~d & c) + (d & b), 5);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 10) + 0x02441453u) + (~c & b) + (c & a), 9);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 15) + 0xd8a1e681u) + (~b & a) + (b & d), 14);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 4) + 0xe7d3fbc8u) + (~a & d) + (a & c), 20);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 9) + 0x21e1cde6u) + (~d & c) + (d & b), 5);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 14) + 0xc33707d6u) + (~c & b) + (c & a), 9);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 3) + 0xf4d50d87u) + (~b & a) + (b & d), 14);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 8) + 0x455a14edu) + (~a & d) + (a & c), 20);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 13) + 0xa9e3e905u) + (~d & c) + (d & b), 5);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 2) + 0xfcefa3f8u) + (~c & b) + (c & a), 9);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 7) + 0x676f02d9u) + (~b & a) + (b & d), 14);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 12) + 0x8d2a4c8au) + (~a & d) + (a & c), 20);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 5) + 0xfffa3942u) + (b ^ (c ^ d)), 4);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 8) + 0x8771f681u) + (a ^ (b ^ c)), 11);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 11) + 0x6d9d6122u) + (d ^ (a ^ b)), 16);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 14) + 0xfde5380cu) + (c ^ (d ^ a)), 23);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 1) + 0xa4beea44u) + (b ^ (c ^ d)), 4);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 4) + 0x4bdecfa9u) + (a ^ (b ^ c)), 11);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 7) + 0xf6bb4b60u) + (d ^ (a ^ b)), 16);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 10) + 0xbebfbc70u) + (c ^ (d ^ a)), 23);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 13) + 0x289b7ec6u) + (b ^ (c ^ d)), 4);
            d = a + BitOperations.RotateLeft(d + (word + 0xeaa127fau) + (a ^ (b ^ c)), 11);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 3) + 0xd4ef3085u) + (d ^ (a ^ b)), 16);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 6) + 0x04881d05u) + (c ^ (d ^ a)), 23);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 9) + 0xd9d4d039u) + (b ^ (c ^ d)), 4);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 12) + 0xe6db99e5u) + (a ^ (b ^ c)), 11);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 15) + 0x1fa27cf8u) + (d ^ (a ^ b)), 16);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 2) + 0xc4ac5665u) + (c ^ (d ^ a)), 23);
            a = b + BitOperations.RotateLeft(a + (word + 0xf4292244u) + (c ^ (b | ~d)), 6);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 7) + 0x432aff97u) + (b ^ (a | ~c)), 10);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 14) + 0xab9423a7u) + (a ^ (d | ~b)), 15);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 5) + 0xfc93a039u) + (d ^ (c | ~a)), 21);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 12) + 0x655b59c3u) + (c ^ (b | ~d)), 6);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 3) + 0x8f0ccc92u) + (b ^ (a | ~c)), 10);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 10) + 0xffeff47du) + (a ^ (d | ~b)), 15);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 1) + 0x85845dd1u) + (d ^ (c | ~a)), 21);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 8) + 0x6fa87e4fu) + (c ^ (b | ~d)), 6);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 15) + 0xfe2ce6e0u) + (b ^ (a | ~c)), 10);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 6) + 0xa3014314u) + (a ^ (d | ~b)), 15);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 13) + 0x4e0811a1u) + (d ^ (c | ~a)), 21);
            a = b + BitOperations.RotateLeft(a + (Unsafe.Add(ref word, 4) + 0xf7537e82u) + (c ^ (b | ~d)), 6);
            d = a + BitOperations.RotateLeft(d + (Unsafe.Add(ref word, 11) + 0xbd3af235u) + (b ^ (a | ~c)), 10);
            c = d + BitOperations.RotateLeft(c + (Unsafe.Add(ref word, 2) + 0x2ad7d2bbu) + (a ^ (d | ~b)), 15);
            b = c + BitOperations.RotateLeft(b + (Unsafe.Add(ref word, 9) + 0xeb86d391u) + (d ^ (c | ~a)), 21);
            (a, b, c, d) = (a + oldA, b + oldB, c + oldC, d + oldD);
        }

        (_a, _b, _c, _d) = (a, b, c, d);
    }
}
