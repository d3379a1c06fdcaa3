using CsCheck;
using KinescopePS.Media;
using KinescopePS.Tests.Media;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Video files by chance: a glance ends soon, reads nothing twice over, and never fails.</summary>
public class MediaFuzz
{
    private static readonly Gen<byte[]> Files = Gen.OneOf(
        Films.Mp4(), Films.QuickTime(), Films.Fragments(), Films.Matroska(), Films.Matroska(hasSize: false), Films.Avi());

    /// <summary>Most changes fall into the noise of a whole file, so only what stands before and after it is changed, too.</summary>
    private static readonly Gen<byte[]> Heads = Files.Select(file => file[..400]);

    [Fact]
    public void A_glance_at_anything_ends() => Inputs.Mutated(Gen.OneOf(Files, Heads)).Check(
        file =>
        {
            var reads = 0;
            var glance = MediaFile.Glance(new MediaBytes(file.Length, (buffer, offset) =>
            {
                reads++;
                file.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
                return buffer.Length;
            }));

            Assert.InRange(reads, 0, 5000);
            Assert.True(glance.Duration is null || glance.Duration > TimeSpan.Zero);
        },
        file => Convert.ToHexString(file.AsSpan(0, Math.Min(file.Length, 500))));
}
