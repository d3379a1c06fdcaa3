using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Recorded uploads as they are written to the pipeline.</summary>
internal static class KinescopeUploads
{
    /// <param name="state">The upload.</param>
    /// <param name="machines">The machines that share the record; null for a record of one.</param>
    /// <param name="manifest">The manifest of the lessons that were asked about; null for none.</param>
    public static KinescopeUpload Of(RecordedUpload state, KinescopeMachines? machines = null, string? manifest = null)
    {
        var (claim, work) = machines?.Of(state.Lesson) ?? default;
        var videoId = state.Stage == UploadStage.Uploaded ? state.VideoId : null;
        return new KinescopeUpload
        {
            LessonId = state.Lesson,
            Course = state.Course,
            Title = state.Title,
            Path = state.File?.Path,
            ManifestPath = manifest,
            Status = state.Status,
            VideoId = videoId,
            UnfinishedVideoId = state.Stage == UploadStage.Initialised ? state.VideoId : null,
            EmbedUrl = videoId is null ? null : VideoIds.EmbedUrl(videoId),
            Length = state.Length,
            Offset = state.Stage == UploadStage.Uploaded ? state.SentLength : work?.Offset ?? state.SentLength,
            Machine = claim?.Name,
            Since = claim?.TakenAt,
            Rate = work?.Rate,
            Failures = state.Failures,
            Error = state.LastError,
            ErrorId = state.LastErrorId,
            UpdatedAt = state.UpdatedAt,
            AbandonedVideos = state.AbandonedVideos,
        };
    }
}
