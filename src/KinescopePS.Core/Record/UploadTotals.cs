namespace KinescopePS.Record;

/// <summary>Totals of uploads.</summary>
internal static class UploadTotals
{
    /// <summary>The totals of each course, in the order of their ids.</summary>
    public static IReadOnlyList<KinescopeUploadTotal> ByCourse(IEnumerable<RecordedUpload> uploads) =>
    [
        .. uploads.GroupBy(upload => upload.Course)
            .OrderBy(course => course.Key, StringComparer.Ordinal)
            .Select(course => TotalOf(course.Key, [.. course])),
    ];

    /// <summary>The totals of each course of a map, those included of which nothing was begun.</summary>
    public static IReadOnlyList<KinescopeUploadTotal> ByCourse(IEnumerable<RecordedUpload> uploads, IEnumerable<LessonVideo> map)
    {
        var known = uploads.ToLookup(upload => upload.Lesson, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. map.GroupBy(lesson => lesson.Course)
                .OrderBy(course => course.Key, StringComparer.Ordinal)
                .Select(course => TotalOf(course.Key, [.. course.SelectMany(lesson => known[lesson.LessonId!]).Distinct()], [.. course])),
        ];
    }

    private static KinescopeUploadTotal TotalOf(
        string? course, IReadOnlyList<RecordedUpload> uploads, IReadOnlyList<LessonVideo>? lessons = null)
    {
        int Count(KinescopeUploadStatus status) => uploads.Count(upload => upload.Status == status);
        var (length, sent) = (uploads.Sum(upload => upload.Length ?? 0), uploads.Sum(upload => upload.SentLength));
        var uploaded = Count(KinescopeUploadStatus.Uploaded);
        return new KinescopeUploadTotal
        {
            Course = course,
            Files = lessons?.Count ?? uploads.Count,
            Uploaded = uploaded,
            Started = Count(KinescopeUploadStatus.Started),
            Failed = Count(KinescopeUploadStatus.Failed),
            Abandoned = Count(KinescopeUploadStatus.Abandoned),
            Length = lessons?.Sum(lesson => lesson.Length ?? 0) ?? length,
            BytesUploaded = sent,
            Percent = lessons is null ? null : PercentOf(lessons, sent, uploaded),
        };
    }

    private static double PercentOf(IReadOnlyList<LessonVideo> lessons, long sent, int uploaded)
    {
        var length = lessons.Sum(lesson => lesson.Length ?? 0);
        return lessons.All(lesson => lesson.Length > 0) ? 100.0 * Math.Min(sent, length) / length : 100.0 * uploaded / lessons.Count;
    }
}
