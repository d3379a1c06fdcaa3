using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using KinescopePS.Tus;

namespace KinescopePS.Preflight;

/// <summary>The terms of an estimate, beside the lessons.</summary>
internal sealed record EstimateTerms
{
    /// <summary>Unit: bytes per second; null where it is not known.</summary>
    public double? Rate { get; init; }

    /// <summary>The limits by the time of day; null for none.</summary>
    public BandwidthTimetable? Timetable { get; init; }

    /// <summary>When sending begins, in local time.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>The number of videos that Kinescope has; null where it was not asked.</summary>
    public long? VideosAtKinescope { get; init; }

    /// <summary>A month of 1 000 000 000 bytes; null where it is not given.</summary>
    public decimal? StoragePrice { get; init; }

    /// <summary>A minute of video; null where it is not given.</summary>
    public decimal? EncodingPrice { get; init; }
}

/// <summary>Adds up what an upload of lessons would be.</summary>
internal static class UploadEstimate
{
    private const decimal BytesPerGigabyte = 1_000_000_000;

    public static LessonUploadEstimate Of(
        IReadOnlyCollection<PlannedLesson> lessons, EstimateTerms terms, bool isQuick, int errors, int warnings)
    {
        var sent = lessons.Where(lesson => lesson.MaySend).ToList();
        var continued = sent.Where(lesson => lesson.Step == UploadStep.Continue).ToList();
        var replacing = sent.Where(lesson => lesson.Step == UploadStep.Replace).ToList();
        var length = sent.Sum(lesson => lesson.Length);
        var before = continued.Sum(lesson => Math.Min(lesson.Length, lesson.Plan.Facts.Recorded?.MarkedOffset ?? 0));
        TimeSpan? video = isQuick ? null : Sum(sent.Select(lesson => lesson.Media?.Duration ?? TimeSpan.Zero));
        var time = TransferTime.Of(length - before, terms.Rate, terms.Timetable, terms.Start.DateTime);
        return new LessonUploadEstimate
        {
            Lessons = lessons.Count,
            ToSend = sent.Count - continued.Count - replacing.Count,
            ToContinue = continued.Count,
            ToReplace = replacing.Count,
            LengthToReplace = replacing.Sum(lesson => lesson.Length),
            AlreadyThere = lessons.Count(lesson => lesson.Step is UploadStep.HandOn or UploadStep.Done or UploadStep.Adopt
                or UploadStep.Settle),
            Refused = lessons.Count(lesson => lesson.Step == UploadStep.Refuse || lesson.Step == UploadStep.Replace && lesson.IsTooLarge),
            Length = length,
            LengthSent = before,
            Video = video,
            WithoutDuration = sent.Count(lesson => lesson.Media?.Duration is null),
            Rate = terms.Rate,
            Time = time,
            EndsAt = terms.Start + time,
            ApiCalls = CallsFor(sent, terms.VideosAtKinescope ?? 0),
            StorageCost = length / BytesPerGigabyte * terms.StoragePrice,
            EncodingCost = video is null ? null : (decimal)video.Value.TotalMinutes * terms.EncodingPrice,
            Errors = errors,
            Warnings = warnings,
        };
    }

    /// <summary>
    /// A call that creates each new video, and the list of all there are, which is read once where lessons come that the record does not
    /// know.
    /// </summary>
    private static int CallsFor(List<PlannedLesson> sent, long videosThere)
    {
        var created = sent.Count(lesson => lesson.Step == UploadStep.Begin);
        var pages = sent.Exists(lesson => lesson.Step == UploadStep.Begin && lesson.Plan.Facts.Recorded is null)
            ? 1 + videosThere / KinescopeClient.PageSize
            : 0;
        return (int)(created + pages);
    }

    private static TimeSpan Sum(IEnumerable<TimeSpan> times) => times.Aggregate(TimeSpan.Zero, (sum, time) => sum + time);
}
