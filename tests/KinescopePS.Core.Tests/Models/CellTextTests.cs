namespace KinescopePS.Tests.Models;

/// <summary>Text by the columns that it takes on a terminal.</summary>
public sealed class CellTextTests
{
    [Theory]
    [InlineData("abc", 3)]
    [InlineData("Урок 1", 6)]
    [InlineData("日本の店", 8)]
    [InlineData("안녕", 4)]
    [InlineData("e\u0301", 1)]
    [InlineData("\U0001F3AC", 2)]
    [InlineData("\u2705", 2)]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467", 6)]
    [InlineData("\u2192", 1)]
    public void FoundD11_a_text_takes_the_columns_that_Unicode_says(string text, int columns) => Assert.Equal(columns, CellText.Width(text));

    [Theory]
    [InlineData("Урок 1", 6, "Урок 1")]
    [InlineData("Урок 10", 6, "Урок\u2026")]
    [InlineData("日本の店", 8, "日本の店")]
    [InlineData("日本の店", 7, "日本の\u2026")]
    [InlineData("日本の店", 6, "日本\u2026")]
    [InlineData("и\u0306", 5, "й")]
    [InlineData("\U0001F3AC 1", 4, "\U0001F3AC 1")]
    [InlineData("\U0001F3AC 123", 4, "\U0001F3AC\u2026")]
    [InlineData("", 5, "")]
    public void FoundD11_a_text_is_cut_between_two_characters_by_its_columns(string text, int columns, string expected)
    {
        Assert.Equal(expected, CellText.Fit(text, columns));
        Assert.InRange(CellText.Width(CellText.Fit(text, columns)), 0, columns);
    }

    [Fact]
    public void FoundD11_nothing_is_left_that_PowerShell_counts_otherwise_than_a_terminal_shows()
    {
        Assert.Equal("a\u00B7b", CellText.Fit("a\u2705b", 10));
        Assert.Equal("e", CellText.Fit("e\u20DD", 10));
        Assert.Equal("\uFFFD lone", CellText.Fit("\uD83C lone", 10));
        Assert.Equal("\U0001F468\U0001F469", CellText.Fit("\U0001F468\u200D\U0001F469", 10));
    }
}
