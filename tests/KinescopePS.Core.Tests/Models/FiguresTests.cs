using System.Globalization;

namespace KinescopePS.Tests.Models;

/// <summary>Figures, and the lines that are made of them, as people read them.</summary>
public sealed class FiguresTests
{
    public FiguresTests() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(0.44, "0.4 s")]
    [InlineData(0.97, "1 s")]
    [InlineData(8.2, "8 s")]
    [InlineData(59.4, "59 s")]
    [InlineData(59.6, "1 min")]
    [InlineData(95, "1 min 35 s")]
    [InlineData(600, "10 min")]
    [InlineData(1790, "30 min")]
    [InlineData(3590, "1 h")]
    [InlineData(26400, "7 h 20 min")]
    [InlineData(36000, "10 h")]
    [InlineData(190000, "2 d 5 h")]
    public void FoundD07_a_time_is_read_in_its_two_largest_units(double seconds, string expected) =>
        Assert.Equal(expected, Figures.Time(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, 500, "0 of 500 bytes")]
    [InlineData(1.5 * (1 << 30), 2.5 * (1 << 30), "1.5 of 2.5 GiB")]
    [InlineData(1 << 20, 2.5 * (1 << 30), "1.0 MiB of 2.5 GiB")]
    public void A_part_is_told_in_the_unit_of_the_whole(double part, double whole, string expected) =>
        Assert.Equal(expected, Figures.Part(part, whole));

    [Fact]
    public void FoundD08_the_last_word_is_what_was_done_how_fast_what_was_waited_for_and_where_the_rest_stands()
    {
        var summary = new UploadSummary { Uploaded = 51, AlreadyThere = 55, BytesNeeded = 25 << 20, BytesSent = 26 << 20, Elapsed = TimeSpan.FromSeconds(8) };
        Assert.Equal("51 uploaded, 55 already there, 0 failed; 25.0 MiB in 8 s (3.1 MiB/s)", $"{summary}");

        var stopped = new UploadSummary
        {
            Uploaded = 1,
            NotReached = 83,
            Elapsed = TimeSpan.FromHours(2),
            Waited = new Dictionary<string, TimeSpan> { ["a moment"] = TimeSpan.FromSeconds(3), ["Kinescope's rate limit"] = TimeSpan.FromMinutes(12) },
        };
        Assert.Equal("1 uploaded, 0 already there, 0 failed; in 2 h; waited 12 min: Kinescope's rate limit; 83 not reached: the same command goes on", $"{stopped}");
        Assert.Equal("0 uploaded: no file came to be sent", $"{new UploadSummary()}");
        Assert.Equal(
            "2 uploaded, 0 already there, 0 failed; beside them 3 sent, 1 unchanged, 1 failed; in 8 s",
            $"{new UploadSummary { Uploaded = 2, CompanionsSent = 3, CompanionsUnchanged = 1, CompanionsFailed = 1, Elapsed = TimeSpan.FromSeconds(8) }}");
    }

    [Fact]
    public void FoundD09_the_total_of_a_preview_counts_what_is_there_too()
    {
        var preview = new UploadPreview { ToSend = 350, BytesToSend = 3L << 30, ToContinue = 1, BytesToContinue = 300 << 20, AlreadyThere = 54 };
        Assert.Equal("To send: 350 (3.0 GiB), to continue: 1 (300.0 MiB left), already there: 54. Nothing was done.", $"{preview}");
        Assert.Equal(
            "To send: 0 (0 bytes), to continue: 0 (0 bytes left), to compare: 2 (2.0 MiB), already there: 0, cannot be sent: 1. Nothing was done.",
            $"{new UploadPreview { ToCompare = 2, BytesToCompare = 2 << 20, Refused = 1 }}");
    }
}
