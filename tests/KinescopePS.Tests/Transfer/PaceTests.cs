using KinescopePS.Tests.Support;
using KinescopePS.Tus;

namespace KinescopePS.Tests.Transfer;

/// <summary>How fast, how long and in which order a run sends, and the account that it gives of itself.</summary>
public sealed class PaceTests : UploadTest
{
    [Theory]
    [InlineData(1, 2_000_000)]
    [InlineData(4, 500_000)]
    public async Task The_bandwidth_limit_holds_for_all_files_together(int files, int length)
    {
        WriteCourse(files, length);

        var result = Send("-BandwidthLimit 1MB -ThrottleLimit 4 -StallTimeoutSeconds 1").RequireNoErrors();

        Assert.InRange(((TimeSpan)result.Summary!.Properties["Elapsed"].Value).TotalSeconds, 1.5, 20);
        Assert.Equal(1.0, result.Summary.Properties["WasteRatio"].Value);
        await RequireOneVideoEachAsync(files);
    }

    [Theory]
    [InlineData("20MB", "12:00", 20L << 20)]
    [InlineData("1.5G", "12:00", 3L << 29)]
    [InlineData("4096", "12:00", 4096L)]
    [InlineData("off", "12:00", null)]
    [InlineData("09:00=5MB 19:00=off", "08:59", null)]
    [InlineData("09:00=5MB 19:00=off", "09:00", 5L << 20)]
    [InlineData("19:00=off, 9:00=512k", "18:59", 512L << 10)]
    [InlineData("22:00=10MB", "03:00", 10L << 20)]
    public void A_bandwidth_limit_is_read_by_the_time_of_day(string text, string time, long? expected) =>
        Assert.Equal(expected, BandwidthTimetable.Parse(text).RateAt(TimeOnly.Parse(time)));

    [Theory]
    [InlineData("fast")]
    [InlineData("1")]
    [InlineData("-5MB")]
    [InlineData("5 MB")]
    [InlineData("25:00=5MB")]
    [InlineData("09:00=")]
    public async Task A_bandwidth_limit_that_is_none_is_refused_before_anything_is_sent(string text)
    {
        WriteCourse(1);

        Assert.Equal(["BandwidthLimitInvalid"], Send($"-BandwidthLimit '{text}'").ErrorIds);
        Assert.False(File.Exists(ProgressFile));
        await RequireNoVideoAsync();
    }

    [Fact]
    public async Task When_the_time_is_up_nothing_is_begun_and_what_runs_is_finished()
    {
        WriteCourse(3);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 1.2 }));

        var result = Send("-ThrottleLimit 1 -MaxDuration ([timespan]::FromSeconds(1))").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.StartsWith("2 files were not begun", Assert.Single(result.Warnings));
        Assert.Equal(["l0 Skipped", "l1 Uploaded", "l2 Uploaded"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(3);
    }

    [Theory]
    [InlineData("Manifest", "l0 l1 l2")]
    [InlineData("SmallestFirst", "l1 l2 l0")]
    [InlineData("LargestFirst", "l0 l2 l1")]
    public void Files_are_sent_in_the_order_that_is_wanted(string order, string expected)
    {
        WriteCourse(3, 3000);
        Folder.WriteVideo("1.mp4", 1000);
        Folder.WriteVideo("2.mp4", 2000);

        Assert.Equal(expected, string.Join(' ', Send($"-Order {order} -ThrottleLimit 1").RequireNoErrors().Texts("LessonId")));
    }

    [Fact]
    public async Task The_summary_tells_what_the_run_cost()
    {
        WriteCourse(3, 400_000);
        Send("-MaxRetry 0").RequireNoErrors();
        WriteCourse(5, 400_000);
        File.WriteAllBytes(Folder["4.mp4"], []);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "answer", status = 460, when = "after-body" }, "3.mp4"),
            Fault("POST", "/v2/init", new { kind = "answer", status = 500 }));

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -ThrottleLimit 1 -InformationVariable told; $told.MessageData");

        var summary = result.Output[^1].Properties;
        Assert.Equal((1, 3), (summary["Uploaded"].Value, summary["Skipped"].Value));
        Assert.Equal((800_000L, 400_000L, 2.0), (summary["BytesSent"].Value, summary["BytesNeeded"].Value, summary["WasteRatio"].Value));
        Assert.Equal(["KinescopeUnavailable 1", "UploadChecksumMismatch 1"], ((IReadOnlyDictionary<string, int>)summary["Retries"].Value).Select(pair => $"{pair.Key} {pair.Value}"));
        Assert.All(((IReadOnlyDictionary<string, TimeSpan>)summary["TimeLost"].Value).Values, lost => Assert.True(lost > TimeSpan.Zero));
    }
}
