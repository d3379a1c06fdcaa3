using System.Buffers.Binary;
using System.Text;

namespace KinescopePS.Probe;

/// <summary>
/// A film of three seconds and about 1 MB of the probe's own making: MP4 with H.264 whose macroblocks hold plain samples (I_PCM), so that
/// any decoder can read what no encoder had to write.
/// </summary>
/// <remarks>Source: ITU-T H.264, sections 7.3 and 9.1; ISO/IEC 14496-12 and 14496-15.</remarks>
internal static class ProbeFilm
{
    public const int FrameCount = 18, FramesPerSecond = 6;

    /// <summary>Unit: macroblocks of 16 x 16 pixels.</summary>
    private const int Columns = 16, Rows = 9;

    private const int Width = Columns * 16, Height = Rows * 16;
    private const int SequenceSet = 0x67, PictureSet = 0x68, KeyPicture = 0x65;

    /// <summary>The whole file.</summary>
    public static byte[] Create()
    {
        List<byte[]> frames = [.. Enumerable.Range(0, FrameCount).Select(Frame)];
        var type = Box("ftyp", Text("isom"), Number(512), Text("isom"), Text("avc1"), Text("mp41"));
        // The length of the index does not depend on the offset in it.
        var begin = type.Length + Index(frames, 0).Length + 8;
        return [.. type, .. Index(frames, begin), .. Box("mdat", [.. frames])];
    }

    private static byte[] Frame(int number)
    {
        var bits = new BitWriter();
        bits.Exp(0).Exp(7).Exp(0).Bits(0, 4).Exp((uint)number % 2).Bits(0, 2).Signed0().Exp(1);
        for (var block = 0; block < Columns * Rows; block++)
        {
            bits.Exp(25).Align();
            var (left, top) = (block % Columns * 16, block / Columns * 16);
            for (var pixel = 0; pixel < 256; pixel++)
                bits.Byte((byte)(16 + (left + pixel % 16 + top + pixel / 16 + 8 * number) % 200));
            for (var pixel = 0; pixel < 64; pixel++)
                bits.Byte((byte)(96 + top / 4));
            for (var pixel = 0; pixel < 64; pixel++)
                bits.Byte((byte)(96 + left / 4));
        }

        var unit = Unit(KeyPicture, bits);
        return [.. Number((uint)unit.Length), .. unit];
    }

    private static byte[] Index(List<byte[]> frames, int begin)
    {
        const uint Scale = 600, Duration = Scale * FrameCount / FramesPerSecond;
        byte[] matrix = [.. Numbers(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)];
        return Box(
            "moov",
            Box("mvhd", Numbers(0, 0, 0, Scale, Duration, 0x10000, 0x01000000, 0, 0), matrix, new byte[24], Number(2)),
            Box(
                "trak",
                Box("tkhd", Numbers(7, 0, 0, 1, 0, Duration, 0, 0, 0, 0), matrix, Numbers(Width << 16, Height << 16)),
                Box(
                    "mdia",
                    Box("mdhd", Numbers(0, 0, 0, Scale, Duration, 0x55C40000)),
                    Box("hdlr", Numbers(0, 0), Text("vide"), new byte[12], Text("probe\0")),
                    Box(
                        "minf",
                        Box("vmhd", Numbers(1, 0, 0)),
                        Box("dinf", Box("dref", Numbers(0, 1), Box("url ", Number(1)))),
                        Box(
                            "stbl",
                            Box("stsd", Numbers(0, 1), SampleEntry()),
                            Box("stts", Numbers(0, 1, FrameCount, Scale / FramesPerSecond)),
                            Box("stsc", Numbers(0, 1, 1, FrameCount, 1)),
                            Box("stsz", Numbers(0, 0, FrameCount), [.. frames.SelectMany(frame => Number((uint)frame.Length))]),
                            Box("stco", Numbers(0, 1, (uint)begin)))))));
    }

    private static byte[] SampleEntry()
    {
        var sequence = Unit(SequenceSet, new BitWriter().Byte(66).Byte(0xC0).Byte(30)
            .Exp(0).Exp(0).Exp(2).Exp(1).Bits(0, 1).Exp(Columns - 1).Exp(Rows - 1).Bits(0b1100, 4));
        var picture = Unit(PictureSet, new BitWriter()
            .Exp(0).Exp(0).Bits(0, 2).Exp(0).Exp(0).Exp(0).Bits(0, 3).Signed0().Signed0().Signed0().Bits(0b100, 3));
        byte[] configuration =
        [
            1, 66, 0xC0, 30, 0xFF, 0xE1, 0, (byte)sequence.Length, .. sequence, 1, 0, (byte)picture.Length, .. picture,
        ];
        return Box(
            "avc1",
            new byte[6], [0, 1], new byte[16], [Width >> 8, Width & 0xFF, Height >> 8, Height & 0xFF],
            Numbers(0x480000, 0x480000, 0), [0, 1], new byte[32], [0, 24, 0xFF, 0xFF],
            Box("avcC", configuration));
    }

    /// <summary>A unit of the stream: no three bytes in it look like the beginning of another.</summary>
    private static byte[] Unit(byte kind, BitWriter bits)
    {
        List<byte> unit = [kind];
        var zeros = 0;
        foreach (var value in bits.End())
        {
            if (zeros == 2 && value <= 3)
            {
                unit.Add(3);
                zeros = 0;
            }

            unit.Add(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }

        return [.. unit];
    }

    private static byte[] Box(string type, params byte[][] parts) =>
        [.. Number((uint)(8 + parts.Sum(part => part.Length))), .. Text(type), .. parts.SelectMany(part => part)];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Numbers(params uint[] numbers) => [.. numbers.SelectMany(Number)];

    private static byte[] Number(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>Writes bits, the highest of each byte first.</summary>
    private sealed class BitWriter
    {
        private readonly List<byte> _bytes = [];
        private int _free;

        public BitWriter Bits(uint value, int count)
        {
            while (count-- > 0)
            {
                if (_free == 0)
                {
                    _bytes.Add(0);
                    _free = 8;
                }

                _bytes[^1] |= (byte)((value >> count & 1) << --_free);
            }

            return this;
        }

        public BitWriter Byte(byte value)
        {
            if (_free > 0)
                return Bits(value, 8);
            _bytes.Add(value);
            return this;
        }

        /// <summary>An Exp-Golomb code, <c>ue(v)</c>.</summary>
        public BitWriter Exp(uint value)
        {
            var length = 32 - System.Numerics.BitOperations.LeadingZeroCount(value + 1);
            return Bits(0, length - 1).Bits(value + 1, length);
        }

        /// <summary>A signed Exp-Golomb code of 0.</summary>
        public BitWriter Signed0() => Bits(1, 1);

        public BitWriter Align()
        {
            _free = 0;
            return this;
        }

        public IReadOnlyList<byte> End() => Bits(1, 1).Align()._bytes;
    }
}
