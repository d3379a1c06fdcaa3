using System.Buffers.Binary;
using System.Text;
using KinescopePS.Probe;

namespace KinescopePS.Tests.Probe;

/// <summary>The film and the picture that the probe sends.</summary>
public class ProbeFileTests
{
    private static readonly byte[] Film = ProbeFilm.Create();

    [Fact]
    public void The_film_is_an_mp4_of_about_1_MB_whose_boxes_fit()
    {
        Assert.InRange(Film.Length, 900_000, 1_100_000);
        Assert.Equal(["ftyp", "moov", "mdat"], Boxes(Film).Select(box => box.Type));
    }

    [Fact]
    public void Each_frame_is_where_the_index_says()
    {
        var index = Film.AsSpan();
        var sizes = index[(index.IndexOf("stsz"u8) + 4)..];
        var begin = (int)BinaryPrimitives.ReadUInt32BigEndian(index[(index.IndexOf("stco"u8) + 12)..]);

        Assert.Equal(ProbeFilm.FrameCount, (int)BinaryPrimitives.ReadUInt32BigEndian(sizes[8..]));
        for (var frame = 0; frame < ProbeFilm.FrameCount; frame++)
        {
            var size = (int)BinaryPrimitives.ReadUInt32BigEndian(sizes[(12 + 4 * frame)..]);
            // A length, and a key picture.
            Assert.Equal((size - 4, 0x65), ((int)BinaryPrimitives.ReadUInt32BigEndian(index[begin..]), index[begin + 4]));
            begin += size;
        }

        Assert.Equal(Film.Length, begin);
    }

    [Fact]
    public void No_frame_holds_what_looks_like_the_beginning_of_another()
    {
        var media = Film.AsSpan(Film.AsSpan().IndexOf("mdat"u8) + 4);
        var zeros = 0;
        for (var place = 0; place < media.Length; place++)
        {
            // A length of four bytes begins with two zeros at most.
            Assert.False(zeros == 2 && media[place] == 0 && place > 4, $"three zeros at {place}");
            zeros = media[place] == 0 ? zeros + 1 : 0;
        }
    }

    [Fact]
    public void The_picture_is_a_jpeg_from_beginning_to_end()
    {
        var picture = ProbePicture.Create();

        Assert.Equal([0xFF, 0xD8, 0xFF], picture[..3]);
        Assert.Equal([0xFF, 0xD9], picture[^2..]);
        Assert.InRange(picture.Length, 500, 5000);
    }

    private static IEnumerable<(string Type, int Length)> Boxes(byte[] file)
    {
        for (var place = 0; place < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(place));
            yield return (Encoding.ASCII.GetString(file, place + 4, 4), length);
            place += length;
            Assert.True(place <= file.Length);
        }
    }
}
