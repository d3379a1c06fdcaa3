using KinescopePS.Companions;
using KinescopePS.Probe;

namespace KinescopePS.Tests.Companions;

/// <summary>Pictures for posters, by their bytes.</summary>
public class JpegPictureTests
{
    private static readonly byte[] Jpeg = ProbePicture.Create();

    [Theory]
    [InlineData("l.jpg")]
    [InlineData("l.png")]
    public void Takes_a_JPEG_whatever_its_name(string name) => JpegPicture.Check(name, Jpeg);

    [Theory]
    [InlineData("l.jpg", "PNG", new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A })]
    [InlineData("l.webp", "WebP", new byte[] { 0x52, 0x49, 0x46, 0x46, 1, 0, 0, 0, 0x57, 0x45, 0x42, 0x50, 0x56 })]
    [InlineData("l.jpg", "GIF", new byte[] { 0x47, 0x49, 0x46, 0x38, 0x39 })]
    [InlineData("l.jpg", "HEIC", new byte[] { 0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 0x68, 0x65, 0x69, 0x63, 0 })]
    [InlineData("l.jpg", "a page", new byte[] { 0x3C, 0x21 })]
    [InlineData("l.jpg", "no picture", new byte[] { 1, 2, 3, 4 })]
    [InlineData("l.jpg", "empty", new byte[0])]
    public void Says_what_another_picture_is_and_what_to_do(string name, string what, byte[] bytes)
    {
        var failure = Assert.Throws<KinescopeException>(() => JpegPicture.Check(name, bytes));

        Assert.Equal(ErrorIds.PosterInvalid, failure.ErrorId);
        Assert.Contains(what, failure.Message);
        Assert.Contains("Save it as JPEG", failure.Message);
    }

    [Fact]
    public void Refuses_one_that_ends_early_wherever_it_does()
    {
        for (var length = 3; length < Jpeg.Length - 1; length += 7)
            Assert.Contains("broken", Assert.Throws<KinescopeException>(() => JpegPicture.Check("l.jpg", Jpeg.AsSpan(0, length))).Message);
    }
}
