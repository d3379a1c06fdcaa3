namespace KinescopePS.Probe;

/// <summary>A grey JPEG of the probe's own making, for a poster.</summary>
internal static class ProbePicture
{
    private const int Width = 640, Height = 360, BlockSize = 8;

    /// <summary>A baseline JPEG of one component, in which each block is two bits: no difference, end of block.</summary>
    /// <remarks>Source: ITU-T T.81, annexes B and F.</remarks>
    public static byte[] Create()
    {
        var blocks = (Width / BlockSize) * (Height / BlockSize);
        return
        [
            0xFF, 0xD8,
            0xFF, 0xE0, 0, 16, (byte)'J', (byte)'F', (byte)'I', (byte)'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)16, 64),
            0xFF, 0xC0, 0, 11, 8, Height >> 8, Height & 0xFF, Width >> 8, Width & 0xFF, 1, 1, 0x11, 0,
            .. OneCode(0x00), .. OneCode(0x10),
            0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0,
            .. new byte[blocks * 2 / 8],
            0xFF, 0xD9,
        ];
    }

    /// <summary>A Huffman table with the one code <c>0</c>, for the value 0.</summary>
    private static byte[] OneCode(byte table) => [0xFF, 0xC4, 0, 20, table, 1, .. new byte[15], 0];
}
