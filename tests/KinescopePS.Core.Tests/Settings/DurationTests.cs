using System.Globalization;
using KinescopePS.Settings;

namespace KinescopePS.Tests.Settings;

/// <summary>Time spans as people write them.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("8h", "08:00:00")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData(" 1 h 30 min ", "01:30:00")]
    [InlineData("1.5h", "01:30:00")]
    [InlineData("45 seconds", "00:00:45")]
    [InlineData("2d", "2.00:00:00")]
    [InlineData("8:00", "08:00:00")]
    [InlineData("24:00:00", "1.00:00:00")]
    [InlineData("1.12:00:00", "1.12:00:00")]
    [InlineData("0:0:1.5", "00:00:01.5")]
    [InlineData("0:00", "00:00:00")]
    [InlineData("0s", "00:00:00")]
    public void FoundC02_Hours_and_minutes_are_what_they_look_like(string text, string expected) =>
        Assert.Equal(TimeSpan.Parse(expected, CultureInfo.InvariantCulture), Duration.Parse(text));

    [Theory]
    [InlineData("8")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(".")]
    [InlineData("-1:00")]
    [InlineData("-8h")]
    [InlineData("1:75")]
    [InlineData("1.24:00:00")]
    [InlineData("30m1h")]
    [InlineData("8 Uhr")]
    [InlineData("h")]
    [InlineData("31d")]
    [InlineData("9999:00")]
    [InlineData("99999999999999999999999999h")]
    [InlineData("0.00001s")]
    public void FoundC02_What_nobody_can_read_is_none(string text) => Assert.Null(Duration.Parse(text));
}
