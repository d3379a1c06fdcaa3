using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Recorded uploads as they are written to the pipeline.</summary>
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
            Path = state.File?.Path,
            Status = state.Status,
            VideoId = videoId,
            UnfinishedVideoId = state.Stage == UploadStage.Initialised ? state.VideoId : null,
            EmbedUrl = videoId is null ? null : VideoIds.EmbedUrl(videoId),
            Length = state.Length,
            Offset = state.SentLength,
            Failures = state.Failures,
            Error = state.LastError,
            UpdatedAt = state.UpdatedAt,
            AbandonedVideos = state.AbandonedVideos,
        };
    }
}
