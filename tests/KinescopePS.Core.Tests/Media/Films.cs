using System.Buffers.Binary;
using System.Text;
using KinescopePS.Media;

namespace KinescopePS.Tests.Media;

/// <summary>Small files in each container, made part by part.</summary>
internal static class Films
{
    /// <summary>Of an MP4: the index before the video, as sites want it. 90 seconds.</summary>
    public static byte[] Mp4(string handler = "vide", uint duration = 90_000) => [.. FileType("isom"), .. Movie(handler, duration), .. MediaData()];

    /// <summary>As a camera writes it: the index comes last.</summary>
    public static byte[] QuickTime() => [.. FileType("qt  "), .. Box("wide"), .. MediaData(), .. Movie("vide")];

    /// <summary>In fragments, whose duration stands apart.</summary>
    public static byte[] Fragments() =>
    [
        .. FileType("iso5"),
        .. Box("moov", MovieHeader(0), Track("vide"), Box("mvex", Box("mehd", Numbers(0, 90_000)))),
        .. Enumerable.Range(0, 3).SelectMany(_ => (byte[])[.. Box("moof", Box("mfhd", Numbers(0, 1))), .. MediaData()]),
        .. Box("mfra", Numbers(0)),
    ];

    public static byte[] Matroska(string type = "matroska", byte track = 1, bool hasSize = true)
    {
        byte[] segment =
        [
            .. Element([0x15, 0x49, 0xA9, 0x66], [.. Element([0x2A, 0xD7, 0xB1], [0x0F, 0x42, 0x40]), .. Element([0x44, 0x89], Real(90_000))]),
            .. Element([0x16, 0x54, 0xAE, 0x6B], Element([0xAE], [.. Element([0xD7], [1]), .. Element([0x83], [track])])),
            .. Enumerable.Range(0, 3).SelectMany(_ => Element([0x1F, 0x43, 0xB6, 0x75], [.. Element([0xE7], [0]), .. Element([0xA3], Noise())])),
        ];
        return
        [
            .. Element([0x1A, 0x45, 0xDF, 0xA3], Element([0x42, 0x82], Encoding.ASCII.GetBytes(type))),
            .. hasSize ? Element([0x18, 0x53, 0x80, 0x67], segment) : [0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. segment],
        ];
    }

    public static byte[] Avi(string stream = "vids")
    {
        var main = Chunk("avih", [.. LittleNumbers(40_000, 0, 0, 0, 2250, 0, 1, 0, 64, 64), .. new byte[16]]);
        var header = Chunk("strh", [.. Text(stream), .. Text("H264"), .. LittleNumbers(0, 0, 0, 1, 25, 0, 2250, 0, 0, 0), .. new byte[8]]);
        return Chunk("RIFF",
        [
            .. Text("AVI "),
            .. Chunk("LIST", [.. Text("hdrl"), .. main, .. Chunk("LIST", [.. Text("strl"), .. header])]),
            .. Chunk("LIST", [.. Text("movi"), .. Chunk("00dc", Noise())]),
            .. Chunk("idx1", LittleNumbers(1, 2, 3, 4)),
        ]);
    }

    public static MediaGlance Glance(byte[] file) => MediaFile.Glance(BytesOf(file));

    public static MediaBytes BytesOf(byte[] file) => new(file.Length, (buffer, offset) =>
    {
        var count = (int)Math.Min(buffer.Length, file.Length - offset);
        file.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    });

    public static byte[] Box(string type, params byte[][] parts) =>
        [.. Numbers((uint)(8 + parts.Sum(part => part.Length))), .. Text(type), .. parts.SelectMany(part => part)];

    public static byte[] FileType(string brand) => Box("ftyp", Text(brand), Numbers(512), Text(brand));

    public static byte[] MediaData() => Box("mdat", Noise());

    public static byte[] Movie(string handler, uint duration = 90_000, params byte[][] more) =>
        Box("moov", [MovieHeader(duration), Track(handler), .. more]);

    public static byte[] Numbers(params uint[] numbers) => [.. numbers.SelectMany(number =>
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    })];

    private static byte[] MovieHeader(uint duration) => Box("mvhd", Numbers(0, 0, 0, 1000, duration), new byte[80]);

    private static byte[] Track(string handler) =>
        Box("trak", Box("mdia", Box("hdlr", Numbers(0, 0), Text(handler), new byte[13]), Box("minf", Box("stbl", Box("stco", Numbers(0, 1, 40))))));

    private static byte[] LittleNumbers(params int[] numbers) => [.. numbers.SelectMany(BitConverter.GetBytes)];

    private static byte[] Real(double number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Element(byte[] id, byte[] body) =>
        [.. id, 0x08, .. Numbers((uint)body.Length), .. body];

    private static byte[] Chunk(string type, byte[] body) => [.. Text(type), .. LittleNumbers(body.Length), .. body, .. new byte[body.Length & 1]];

    private static byte[] Noise()
    {
        var noise = new byte[40_000];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
