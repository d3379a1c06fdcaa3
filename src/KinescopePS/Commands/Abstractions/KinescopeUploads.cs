using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>The journal's states as they are written to the pipeline.</summary>
internal static class KinescopeUploads
{
    public static KinescopeUpload Of(RecordedUpload state)
    {
        var videoId = state.Stage == UploadStage.Uploaded ? state.VideoId : null;
        return new KinescopeUpload
        {
            LessonId = state.Lesson,
            Course = state.Course,
            Title = state.Title,
            Path = state.Path,
            Status = StatusOf(state),
            VideoId = videoId,
            UnfinishedVideoId = state.Stage == UploadStage.Initialised ? state.VideoId : null,
            EmbedUrl = videoId is null ? null : VideoLinks.Embed(videoId),
            Length = state.Length,
            Offset = videoId is null ? state.MarkedOffset : state.Length ?? state.MarkedOffset,
            Failures = state.Failures,
            Error = state.LastError,
            UpdatedAt = state.UpdatedAt,
            Orphans = [.. state.Orphans],
        };
    }

    /// <summary>The totals of each course, in the order of their ids.</summary>
    public static IEnumerable<KinescopeUploadTotal> ByCourse(IEnumerable<KinescopeUpload> uploads) =>
        uploads.GroupBy(upload => upload.Course).OrderBy(course => course.Key, StringComparer.Ordinal).Select(course => TotalOf(course.Key, [.. course]));

    private static KinescopeUploadStatus StatusOf(RecordedUpload state) => state switch
    {
        { Stage: UploadStage.Uploaded } => KinescopeUploadStatus.Uploaded,
        { LastError: not null } => KinescopeUploadStatus.Failed,
        { Stage: UploadStage.Abandoned } => KinescopeUploadStatus.Abandoned,
        _ => KinescopeUploadStatus.Started,
    };

    private static KinescopeUploadTotal TotalOf(string? course, IReadOnlyList<KinescopeUpload> uploads)
    {
        int Count(KinescopeUploadStatus status) => uploads.Count(upload => upload.Status == status);
        var (length, sent) = (uploads.Sum(upload => upload.Length ?? 0), uploads.Sum(upload => upload.Offset));
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
