using System.Globalization;
using KinescopePS.Settings;

namespace KinescopePS.Tests.Settings;

/// <summary>Dates as people write them.</summary>
public sealed class DateTextTests
{
    [Theory]
    [InlineData("ru-RU", "01.12.2026", "2026-12-01T00:00")]
    [InlineData("ru-RU", "1.12.26 9:30", "2026-12-01T09:30")]
    [InlineData("ru-RU", "01/12/2026", "2026-12-01T00:00")]
    [InlineData("en-US", "12/01/2026", "2026-12-01T00:00")]
    [InlineData("en-GB", "12/01/2026", "2026-01-12T00:00")]
    [InlineData("de-DE", " 01.12.2026 ", "2026-12-01T00:00")]
    [InlineData("th-TH", "2026-12-01", "2026-12-01T00:00")]
    [InlineData("th-TH", "01/12/2569", "2026-12-01T00:00")]
    [InlineData("ar-SA", "2026-12-01T09:30:15", "2026-12-01T09:30:15")]
    [InlineData("ru-RU", "2026-12-01 09:30", "2026-12-01T09:30")]
    public void FoundD02_A_date_is_what_its_writers_culture_makes_of_it(string culture, string text, string expected) =>
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture), DateText.Parse(text, CultureInfo.GetCultureInfo(culture)));

    [Fact]
    public void FoundD02_A_moment_of_another_offset_is_the_same_moment()
    {
        var date = DateText.Parse("2026-12-01T09:30:00+03:00", CultureInfo.GetCultureInfo("ru-RU"))!.Value;

        Assert.Equal(new DateTime(2026, 12, 1, 6, 30, 0, DateTimeKind.Utc), date.ToUniversalTime());
    }

    [Theory]
    [InlineData("ru-RU", "12/31/2026", "31.12.2026 (ru-RU)")]
    [InlineData("en-US", "31.12.2026", "12/31/2026 (en-US)")]
    [InlineData("en-US", "yesterday", "2026-12-31")]
    [InlineData("en-US", "", "2026-12-31")]
    public void FoundD02_What_is_none_in_it_is_refused_with_what_would_be_one(string culture, string text, string expected)
    {
        var info = CultureInfo.GetCultureInfo(culture);

        Assert.Null(DateText.Parse(text, info));
        Assert.Contains(expected, DateText.Expected(info));
    }
}
