using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>The cut of titles that are too long.</summary>
public sealed class VideoTitleTests
{
    [Fact]
    public void What_fits_stays()
    {
        var title = new string('a', 140);

        Assert.Same(title, VideoTitle.Fit(title));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("й")] // two code points, one letter
    [InlineData("😀")]
    [InlineData("👩‍👩‍👧‍👦")]
    public void The_cut_is_between_letters(string letter)
    {
        var title = VideoTitle.Fit(string.Concat(Enumerable.Repeat(letter, 200)));

        Assert.True(title.Length <= 140);
        Assert.Equal(string.Concat(Enumerable.Repeat(letter, 139 / letter.Length)) + "…", title);
    }

    [Fact]
    public void A_single_letter_that_is_too_long_is_cut_too()
    {
        var title = VideoTitle.Fit("a" + new string('\u0301', 300));

        Assert.Equal(140, title.Length);
    }
}
