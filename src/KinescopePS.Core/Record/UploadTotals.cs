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

    private static KinescopeUploadTotal TotalOf(string? course, IReadOnlyList<RecordedUpload> uploads)
    {
        int Count(KinescopeUploadStatus status) => uploads.Count(upload => upload.Status == status);
        var (length, sent) = (uploads.Sum(upload => upload.Length ?? 0), uploads.Sum(upload => upload.SentLength));
        var uploaded = Count(KinescopeUploadStatus.Uploaded);
        return new KinescopeUploadTotal
        {
            Course = course,
            Files = uploads.Count,
            Uploaded = uploaded,
            Started = Count(KinescopeUploadStatus.Started),
            Failed = Count(KinescopeUploadStatus.Failed),
            Abandoned = Count(KinescopeUploadStatus.Abandoned),
            Length = length,
            BytesUploaded = sent,
            Percent = uploads.All(upload => upload.Length > 0) ? 100.0 * sent / length : 100.0 * uploaded / uploads.Count,
        };
    }
}
