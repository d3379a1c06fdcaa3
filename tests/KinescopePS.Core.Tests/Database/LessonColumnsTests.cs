using KinescopePS.Database;
using KinescopePS.TestSupport;

namespace KinescopePS.Tests.Database;

/// <summary>The values that a video gives to a row, and those that it does not.</summary>
public class LessonColumnsTests
{
    private const string Video = "11111111-1111-4111-8111-111111111111";

    private static readonly LessonTable Table = LessonTable.Default with { DurationColumn = "duration", PosterUrlColumn = "poster" };

    [Theory]
    [InlineData(0.2, DurationUnit.Minutes, "1")]
    [InlineData(20, DurationUnit.Minutes, "1")]
    [InlineData(89.9, DurationUnit.Minutes, "1")]
    [InlineData(90, DurationUnit.Minutes, "2")]
    [InlineData(754.3, DurationUnit.Minutes, "13")]
    [InlineData(0.2, DurationUnit.Seconds, "1")]
    [InlineData(754.5, DurationUnit.Seconds, "755")]
    public void A_duration_is_a_whole_number_and_never_0(double seconds, DurationUnit unit, string expected) =>
        Assert.Equal(expected, DurationNumber.TextOf(TimeSpan.FromSeconds(seconds), unit));

    [Theory]
    [InlineData("12", 720.0)]
    [InlineData("12.50", 750.0)]
    [InlineData("0", 0.0)]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("12 min", null)]
    [InlineData("-1", null)]
    [InlineData("NaN", null)]
    [InlineData("1e300", null)]
    [InlineData("79228162514264337593543950335", null)]
    public void A_column_says_a_duration_or_none(string? text, double? seconds) =>
        Assert.Equal(seconds, DurationNumber.Read(text, DurationUnit.Minutes)?.TotalSeconds);

    [Theory]
    [InlineData(null, "13")]
    [InlineData("", "13")]
    [InlineData(" ", "13")]
    [InlineData("0", "13")]
    [InlineData("0.00", "13")]
    [InlineData("13", "13")]
    [InlineData("12.6", "12.6")]
    [InlineData("13.00", "13.00")]
    [InlineData("12", "12")]
    [InlineData("a quarter", "a quarter")]
    [InlineData("7", "13")]
    public void A_value_is_written_over_nothing_and_over_our_own(string? held, string expected)
    {
        var columns = ColumnsOf(wrote: "7");

        Assert.Equal(expected, columns.Fill("a", Video, Row(held)).Others["duration"]);
        Assert.Equal(expected is "12" or "a quarter", columns.Kept("a", Video, Row(held)).Any());
    }

    [Fact]
    public void Force_writes_over_any_value_that_says_something_else()
    {
        var columns = ColumnsOf(overwrite: true);

        Assert.Equal(["13", "13.4"], new[] { "12", "13.4" }.Select(held => columns.Fill("a", Video, Row(held)).Others["duration"]));
    }

    [Fact]
    public void What_is_not_known_is_never_written()
    {
        var columns = ColumnsOf(overwrite: true);
        columns.Learn(Video, new KinescopeVideo { VideoId = Video, Status = "processing" });

        Assert.Equal(Row("7"), columns.Fill("a", Video, Row("7")));
        Assert.False(columns.Lacks(Video, Row("7") with { Others = Row("7").Others.With("poster", "p") }));
        Assert.True(columns.Lacks(Video, Row("0")));
        Assert.Equal(Row("7"), columns.Fill("a", "another", Row("7")));
    }

    [Fact]
    public async Task The_undo_file_tells_null_from_a_column_that_was_left_alone()
    {
        using var folder = new TemporaryFolder();
        var file = new UndoFile(folder["undo.jsonl"]);
        var row = new ChangedRow("a", Row(null), Row("13"));
        await file.AppendAsync(UndoEvent.Changing, "t", [row.OnlyChanged()], TestContext.Current.CancellationToken);

        var contents = await file.ReadAsync(TestContext.Current.CancellationToken);

        var read = Assert.Single(contents.Changes).Row;
        Assert.Equal(["duration"], read.Before.Others.Columns);
        Assert.Equal((null, "13"), (read.Before.Others["duration"], read.After.Others["duration"]));
        Assert.True(contents.Wrote("t", "a", "duration", "13"));
        Assert.False(contents.Wrote("t", "a", "poster", "p"));
        Assert.Equal(Row(null), read.TakenBackFrom(Row("13")));
        Assert.Equal(Row("25"), read.TakenBackFrom(Row("25")));
    }

    private static LessonColumns ColumnsOf(string wrote = "none", bool overwrite = false)
    {
        var columns = new LessonColumns(Table, overwrite, (_, _, value) => value == wrote);
        columns.Learn(Video, new KinescopeVideo { VideoId = Video, Status = "done", Duration = TimeSpan.FromSeconds(754) });
        return columns;
    }

    private static VideoLink Row(string? duration) => new(Video, null)
    {
        Others = new ColumnValues(new Dictionary<string, string?> { ["duration"] = duration, ["poster"] = null }),
    };
}
