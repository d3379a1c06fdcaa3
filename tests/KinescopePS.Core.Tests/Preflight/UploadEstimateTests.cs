using KinescopePS.Content;
using KinescopePS.Preflight;
using KinescopePS.Record;
using KinescopePS.Transfer;
using KinescopePS.Tus;

namespace KinescopePS.Tests.Preflight;

/// <summary>The estimate of what an upload would be.</summary>
public class UploadEstimateTests
{
    private const long MiB = 1 << 20;

    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Adds_up_what_is_to_be_sent_continued_and_there()
    {
        var begun = PlannedLessons.Of(200 * MiB, UploadStep.Continue, TimeSpan.FromMinutes(10), "l3");
        begun = begun with
        {
            Plan = begun.Plan with
            {
                Facts = begun.Plan.Facts with { Recorded = new RecordedUpload("l3") { Marks = [new HashMark(64 * MiB, "h")] } },
            },
        };
        PlannedLesson[] lessons =
        [
            PlannedLessons.Of(100 * MiB, duration: TimeSpan.FromMinutes(5)), PlannedLessons.Of(300 * MiB, id: "l2"), begun,
            PlannedLessons.Of(7, UploadStep.Done, id: "l4"), PlannedLessons.Of(7, UploadStep.HandOn, id: "l5"), PlannedLessons.Of(7, UploadStep.Refuse, id: "l6"),
        ];

        var estimate = Of(lessons, new EstimateTerms { Start = Noon, Rate = MiB, StoragePrice = 2, EncodingPrice = 0.5m });

        Assert.Equal((6, 2, 1, 2, 1), (estimate.Lessons, estimate.ToSend, estimate.ToContinue, estimate.AlreadyThere, estimate.Refused));
        Assert.Equal((600 * MiB, 64 * MiB, 536 * MiB), (estimate.Length, estimate.LengthSent, estimate.LengthLeft));
        Assert.Equal((TimeSpan.FromMinutes(15), 1), (estimate.Video, estimate.WithoutDuration));
        Assert.Equal((TimeSpan.FromSeconds(536), Noon.AddSeconds(536)), (estimate.Time, estimate.EndsAt));
        Assert.Equal((600 * MiB / 1e9m * 2, 7.5m), (estimate.StorageCost, estimate.EncodingCost));
    }

    [Fact]
    public void Says_nothing_of_what_it_does_not_know()
    {
        var estimate = UploadEstimate.Of([PlannedLessons.Of(MiB)], new EstimateTerms { Start = Noon }, isQuick: true, 0, 0);

        Assert.Null(estimate.Time);
        Assert.Null(estimate.EndsAt);
        Assert.Null(estimate.Video);
        Assert.Null(estimate.StorageCost);
        Assert.Null(estimate.EncodingCost);
    }

    [Theory]
    [InlineData(100.0, "off", "00:01:40")]
    [InlineData(null, "1MB", "00:01:40")]
    [InlineData(0.5, "1MB", "00:03:20")]
    [InlineData(10.0, "09:00=1MB 12:01=off", "00:01:04")]
    [InlineData(10.0, "12:00=1KB 23:00=off", "11:00:06.133")]
    [InlineData(10.0, "09:00=1KB 06:00=10MB", "18:00:03.672")]
    [InlineData(null, "09:00=1MB 19:00=off", "00:01:40")]
    public void Goes_through_the_timetable(double? rate, string timetable, string expected)
    {
        // 100 MiB from noon on.
        var length = rate == 100 ? 10_000 * MiB : 100 * MiB;
        var time = TransferTime.Of(length, rate * MiB, BandwidthTimetable.Parse(timetable), Noon.DateTime);

        Assert.Equal(TimeSpan.Parse(expected).TotalSeconds, time!.Value.TotalSeconds, 0.01);
    }

    [Fact]
    public void Has_no_time_without_a_rate_and_none_beyond_a_year()
    {
        Assert.Null(TransferTime.Of(MiB, null, null, Noon.DateTime));
        Assert.Null(TransferTime.Of(100 * MiB, null, BandwidthTimetable.Parse("09:00=1KB 19:00=off"), Noon.DateTime));
        Assert.Null(TransferTime.Of(1e15, null, BandwidthTimetable.Parse("1KB"), Noon.DateTime));
        Assert.Null(TransferTime.Of(1e15, null, BandwidthTimetable.Parse("09:00=1KB 19:00=2KB"), Noon.DateTime));
        Assert.Equal(TimeSpan.Zero, TransferTime.Of(0, null, null, Noon.DateTime));
    }

    [Fact]
    public void Measures_the_rate_of_files_that_were_sent_side_by_side()
    {
        RecordedUpload[] uploads =
        [
            Sent(0, 100), Sent(0, 100), Sent(100, 200),
            // Interrupted, imported, too small.
            Sent(300, 90_000), Sent(400, 500) with { Marks = [] }, Sent(400, 401) with { Length = 1000 },
        ];

        Assert.Equal(300 * MiB / 200.0, MeasuredRate.Of(uploads));
        Assert.Null(MeasuredRate.Of([]));
    }

    private static RecordedUpload Sent(int from, int to) => new("l")
    {
        Stage = UploadStage.Uploaded,
        Length = 100 * MiB,
        Marks = [new HashMark(100 * MiB, "h")],
        IntendedAt = Noon.AddSeconds(from),
        UploadedAt = Noon.AddSeconds(to),
        // A poster was sent a day later.
        UpdatedAt = Noon.AddDays(1),
    };

    private static LessonUploadEstimate Of(PlannedLesson[] lessons, EstimateTerms terms) => UploadEstimate.Of(lessons, terms, isQuick: false, 0, 0);
}
