using System.Globalization;
using KinescopePS.Commands;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>The rows of a run's progress, in the columns of a terminal.</summary>
public sealed class ProgressTextTests
{
    private const long GiB = 1L << 30;

    private static readonly RunFigures Run = new(299, 405, 120 * GiB, 217 * GiB, 12 << 20) { Sending = 3 };

    private readonly FakeTimeProvider _time = new();

    public ProgressTextTests() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    [Fact]
    public void FoundD07_the_row_of_the_batch_is_files_bytes_rate_and_time_left()
    {
        Assert.Equal("299 of 405 files, 120.0 of 217.0 GiB, 12.0 MiB/s, 2 h 18 min left", ProgressText.Batch(Run, 80));
        Assert.Equal("299 of 405 files (2 with other machines), 120.0 of 217.0 GiB, 12.0 MiB/s, 2 h 18 min left", ProgressText.Batch(Run with { Elsewhere = 2 }, 120));
        Assert.Equal("299 of 405 files, 120.0 of 217.0 GiB, 12.0 MiB/s (limited until 19:00), 2 h 18 min left", ProgressText.Batch(Run with { LimitedUntil = new TimeOnly(19, 0) }, 120));
        Assert.Equal("299/405 files, 12.0 MiB/s, 2 h 18 min", ProgressText.Batch(Run, 60));
        Assert.Equal("299 of 405 files, 217.0 of 217.0 GiB", ProgressText.Batch(Run with { Done = 217 * GiB, Sending = 0, Processing = 106, Rate = 0 }, 80));
        Assert.Equal("0 of 3 files, 0.0 of 1.0 GiB, nothing moved for 25 s", ProgressText.Batch(new RunFigures(0, 3, 0, GiB, 0) { Sending = 1, Still = TimeSpan.FromSeconds(25) }, 80));
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(500)]
    public void Rows_fit_before_PowerShell_cuts_them(int columns)
    {
        var room = Math.Min(columns, 120) - 6;
        foreach (var run in (RunFigures[])[Run, new(12_345, 123_456, 999 * GiB, 1023 * GiB, 1023 << 20) { Sending = 64, Elsewhere = 9999 }, new(0, 1, 0, 1 << 20, 1) { Sending = 1 }])
        {
            Assert.InRange(ProgressText.Activity.Length + CellText.Width(ProgressText.Batch(run, columns)), 20, room);
            if (columns < 80)
                continue;
            var (activity, status) = ProgressText.Waiting(run with { Ended = 1299, Planned = 1405 }, Hold.For("Kinescope is out of reach", TimeSpan.FromHours(1), _time), columns);
            Assert.InRange(CellText.Width(activity) + CellText.Width(status), 20, room);
            Assert.Contains(" until ", status);
        }

        var file = ProgressText.File(Transfer(string.Concat(Enumerable.Repeat("日本の店 ", 20))), isHeld: true, columns);
        Assert.InRange(CellText.Width(file.Activity) + CellText.Width(file.Status), 20, room - 2);
        Assert.InRange(CellText.Width(file.Activity), 2, Math.Min(columns, 120) / 2);
    }

    [Fact]
    public void FoundD06_the_row_of_a_file_says_which_try_it_is()
    {
        Assert.Equal(("Урок 1", "0 of 900 bytes, try 3"), ProgressText.File(Transfer("Урок 1"), isHeld: false, 80));
        Assert.Equal(("Урок 1", "waits to create its video, try 3"), ProgressText.File(Transfer("Урок 1"), isHeld: true, 80));
    }

    [Fact]
    public void The_row_of_a_file_that_waits_alone_says_for_what_and_until_when()
    {
        var transfer = Transfer("Урок 1");
        transfer.Hold = Hold.For("looks whether it arrived", TimeSpan.FromSeconds(90), _time);
        Assert.Matches(@"^looks whether it arrived, until [0-9:]{8} \(90 s\)$", ProgressText.File(transfer, isHeld: false, 80).Status);
    }

    [Fact]
    public void Where_no_row_can_be_drawn_a_line_says_the_same()
    {
        Assert.Equal("Uploading: 299 of 405 files, 120.0 of 217.0 GiB, 12.0 MiB/s, 2 h 18 min left, 4 being processed", ProgressText.Line(Run with { Processing = 4 }, null));
        Assert.Matches(
            "^Uploading: 299 of 405 files, waiting until [0-9:]{8} \\(30 s\\): Kinescope's rate limit$",
            ProgressText.Line(Run, Hold.For("Kinescope's rate limit", TimeSpan.FromSeconds(30), _time)));
    }

    private FileTransfer Transfer(string title) =>
        new(new UploadItem("l0", null, title, "/0.mp4", "/0.mp4", "p", 900), new UploadMeter(_time), _time, Task.CompletedTask) { Try = 3 };
}
