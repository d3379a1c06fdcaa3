using KinescopePS.Matching;

namespace KinescopePS.Tests.Matching;

/// <summary>Names that somebody who mistyped one may have meant.</summary>
public sealed class NearNamesTests
{
    private static readonly string[] Courses = ["01_start", "02_ads", "03_ai", "04_warehouse", "05_legal", "06_finance", "Реклама"];

    [Theory]
    [InlineData("02_asd", "Near to it: '02_ads'.")]
    [InlineData("warehouse", "Near to it: '04_warehouse'.")]
    [InlineData("реклама ", "Near to it: 'Реклама'.")]
    [InlineData("Рекламма", "Near to it: 'Реклама'.")]
    [InlineData("nothing of all", "There are 7, such as '01_start', '02_ads', '03_ai', '04_warehouse', '05_legal'.")]
    public void FoundD13_The_near_ones_come_first(string name, string expected) => Assert.Equal(expected, NearNames.Of(name, Courses));

    [Fact]
    public void FoundD13_Where_none_is_near_a_few_are_named()
    {
        Assert.Equal("There is: 'a', 'b'.", NearNames.Of("nothing", ["a", "b", "A", null, ""]));
        Assert.Equal("There is none.", NearNames.Of("nothing", []));
        Assert.Equal("There is: 'b'.", NearNames.Of(new string('a', 10_000), ["b"]));
    }
}
