using System.Globalization;
using KinescopePS.Database;

namespace KinescopePS.Tests.Database;

/// <summary>The last command among the changes of an undo file.</summary>
public sealed class UndoRunsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    // A change is its lesson, its minute and its run; those of earlier versions have none.
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("a 0 x, b 1 x", "a b", 1)]
    [InlineData("a 0 x, b 1 y, c 200 y", "b c", 2)]
    [InlineData("a 0 x, b 1 y, c 2 x", "a c", 2)]
    [InlineData("a 0, b 59, c 118", "a b c", 1)]
    [InlineData("a 0, b 61, c 70", "b c", 2)]
    [InlineData("a 0 x, b 1", "b", 2)]
    [InlineData("a 0, b 1 x", "b", 2)]
    public void FoundD01_It_is_told_by_its_run_or_by_a_pause(string changes, string expected, int runs)
    {
        List<RecordedChange> recorded = [.. changes.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Change)];

        Assert.Equal(expected, string.Join(' ', UndoRuns.LastOf(recorded).Select(change => change.Row.LessonId)));
        Assert.Equal(runs, UndoRuns.Count(recorded));
    }

    private static RecordedChange Change(string text)
    {
        var words = text.Split(' ');
        var at = Noon + TimeSpan.FromMinutes(int.Parse(words[1], CultureInfo.InvariantCulture));
        return new RecordedChange("t", at, new ChangedRow(words[0], VideoLink.None, new VideoLink("v", null)), words.ElementAtOrDefault(2));
    }
}
