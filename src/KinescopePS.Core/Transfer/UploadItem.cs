using KinescopePS.Manifest;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>A file to upload, as the plan has it.</summary>
/// <param name="LessonId">The lesson's id; null for a file given without one.</param>
/// <param name="Course">The course's id.</param>
/// <param name="Title">The video's title.</param>
/// <param name="Path">The file's full path, in the disk's spelling.</param>
/// <param name="File">The file that the path leads to: through symbolic links two paths may lead to one.</param>
/// <param name="ParentId">Kinescope's <c>parent_id</c>: the project or folder that a new video goes to.</param>
/// <param name="Length">The size when it was planned; null where there is no file. Unit: bytes.</param>
internal sealed record UploadItem(
    string? LessonId, string? Course, string Title, string Path, string File, string ParentId, long? Length)
{
    /// <summary>The manifest that the lesson comes from, for its result; null where it is not known.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>The files beside it that are to be sent with it.</summary>
    public CompanionFiles Companions { get; init; } = CompanionFiles.None;

    /// <summary>The name by which the record knows the lesson.</summary>
    public string Key => LessonId ?? Path;

    /// <summary>The lesson, for messages.</summary>
    public string Name => LessonId is null ? Path : $"Lesson '{LessonId}' ({Path})";

    /// <summary>An event of this lesson, now.</summary>
    public UploadEvent Event(UploadEventKind kind) => UploadEvent.Of(kind, Key);

    public LessonUpload Result(
        LessonUploadStatus status, string? videoId, FileTransfer? transfer = null, KinescopeException? failure = null) => new()
        {
            LessonId = LessonId,
            Course = Course,
            Title = Title,
            Path = Path,
            ManifestPath = ManifestPath,
            VideoId = videoId,
            EmbedUrl = videoId is null ? null : VideoIds.EmbedUrl(videoId),
            Status = status,
            Length = transfer?.Length ?? Length,
            BytesSent = transfer?.BytesSent ?? 0,
            Attempts = transfer?.Attempts ?? 0,
            Duration = transfer?.Elapsed ?? TimeSpan.Zero,
            Error = failure?.Message,
            ErrorId = failure?.ErrorId,
        };
}
