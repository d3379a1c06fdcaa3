using System.Buffers.Binary;
using KinescopePS.Content;

namespace KinescopePS.Tests.Tus;

/// <summary>The checksum of what was sent: as docs/progress-file.md defines it, and blind to no change.</summary>
public sealed class ChecksumTests
{
    private static readonly byte[] Bytes = RandomBytes(1000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(1000)]
    public void It_is_what_its_page_says(int length) => Assert.Equal(AsDefined(Bytes[..length]), ChecksumOf(Bytes[..length]));

    [Fact]
    public void It_does_not_depend_on_how_the_bytes_come()
    {
        var whole = ChecksumOf(Bytes);
        foreach (var piece in Enumerable.Range(1, 70))
            Assert.Equal(whole, ChecksumOf([.. Bytes.Chunk(piece)]));
    }

    [Fact]
    public void Each_byte_counts_and_so_do_zeros_at_the_end()
    {
        var seen = new HashSet<string> { ChecksumOf(Bytes), ChecksumOf([.. Bytes, 0]), ChecksumOf([.. Bytes, 0, 0]), ChecksumOf(Bytes[..^1]) };
        for (var i = 0; i < Bytes.Length; i++)
        {
            var changed = Bytes.ToArray();
            changed[i] ^= 1;
            seen.Add(ChecksumOf(changed));
        }

        Assert.Equal(4 + Bytes.Length, seen.Count);
    }

    [Fact]
    public void A_finished_one_begins_anew()
    {
        var checksum = new Checksum();
        checksum.Append(Bytes);
        checksum.Finish();
        checksum.Append(Bytes);

        Assert.Equal(ChecksumOf(Bytes), checksum.Finish());
    }

    private static string ChecksumOf(params byte[][] pieces)
    {
        var checksum = new Checksum();
        foreach (var piece in pieces)
            checksum.Append(piece);
        return checksum.Finish();
    }

    /// <summary>Bit by bit, without the processor's instruction.</summary>
    private static string AsDefined(byte[] bytes)
    {
        const uint Castagnoli = 0x82F63B78;
        var registers = new[] { uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue };
        var filled = new byte[(bytes.Length + 31) / 32 * 32];
        bytes.CopyTo(filled, 0);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        for (var i = 0; i < filled.Length; i++)
            Take(ref registers[i / 8 % 4], filled[i]);
        foreach (var one in length)
            Take(ref registers[3], one);
        return string.Concat(registers.Select(register => register.ToString("x8")));

        static void Take(ref uint register, byte next)
        {
            register ^= next;
            for (var bit = 0; bit < 8; bit++)
                register = (register & 1) == 1 ? register >> 1 ^ Castagnoli : register >> 1;
        }
    }

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
