using System.Text.Json.Serialization;
using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Comparison;

/// <summary>A lesson as the map has it, with its file as it was found.</summary>
internal sealed record MapSide(string? Course, string? Module, string Title, string? Path, long? Length, LessonVideoState State)
{
    public bool IsReady => State == LessonVideoState.Ready;

    public string? BasePath { get; init; }

    public static MapSide Of(LessonVideo video) =>
        new(video.Course, video.Module, video.Title, video.Path, video.Length, video.State) { BasePath = video.BasePath };
}

/// <summary>A lesson as the progress file has it.</summary>
internal sealed record RecordSide(KinescopeUploadStatus Status, string? Course, string? Title)
{
    public string? VideoId { get; init; }

    public string? Path { get; init; }

    public DateTimeOffset? Modified { get; init; }

    /// <summary>Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>The extent that is known to have been sent. Unit: bytes.</summary>
    public long Offset { get; init; }

    public string? Fingerprint { get; init; }

    /// <summary>The marks of what was sent.</summary>
    public IReadOnlyList<HashMark>? Marks { get; init; }

    /// <summary>True while Kinescope may show the content before the one that was sent.</summary>
    public bool IsReplacing { get; init; }

    public string? Parent { get; init; }

    public string? Error { get; init; }

    /// <summary>The video that the lesson was given; null unless it is complete.</summary>
    public string? UploadedVideoId => Status == KinescopeUploadStatus.Uploaded ? VideoId : null;

    // A video whose content is being replaced is the lesson's all the while.
    public static RecordSide Of(RecordedUpload upload) => new(
        upload.Stage == UploadStage.Uploaded ? KinescopeUploadStatus.Uploaded : upload.Status, upload.Course, upload.Title)
    {
        VideoId = upload.VideoId,
        Path = upload.File?.Path,
        Modified = upload.File?.Modified,
        Length = upload.Length,
        Offset = upload.MarkedOffset,
        Fingerprint = upload.Fingerprint,
        Marks = upload.Stage == UploadStage.Uploaded && upload.Marks.Count > 0 ? upload.Marks : null,
        IsReplacing = upload.Replacement is not null,
        Parent = upload.Parent,
        Error = upload.LastError,
    };
}

/// <summary>A lesson's row.</summary>
internal sealed record SiteSide(string? Course, string? Title, string? VideoId, string? VideoUrl)
{
    /// <summary>True where the row holds anything.</summary>
    public bool HasVideo => !string.IsNullOrEmpty(VideoId);

    /// <summary>The id of the video that the row holds; null where it holds none, or nothing that could be one.</summary>
    [JsonIgnore]
    public string? LinkedVideoId { get; init; } = VideoIds.Read(VideoId);

    /// <summary>True where the row holds no id and the address of something that is not at Kinescope.</summary>
    [JsonIgnore]
    public bool HasOtherAddress => !HasVideo && !string.IsNullOrEmpty(VideoUrl) && VideoIds.Read(VideoUrl) is null;

    /// <summary>The duration that the row holds; null where it holds none.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The unit of the column for durations; null where none was named.</summary>
    public DurationUnit? DurationUnit { get; init; }

    public static SiteSide Of(SiteLesson lesson, DurationUnit? unit) =>
        new(lesson.Course, lesson.Title, lesson.VideoId, lesson.VideoUrl) { Duration = lesson.Duration, DurationUnit = unit };
}

/// <summary>A video at Kinescope.</summary>
internal sealed record VideoSide(string VideoId, string Title, string Status)
{
    public string? ProjectId { get; init; }

    public string? FolderId { get; init; }

    public string? StatusMessage { get; init; }

    public bool HasAllBytes { get; init; }

    public bool HasFailed { get; init; }

    [JsonIgnore]
    public bool IsComplete => HasAllBytes && !HasFailed;

    public TimeSpan? Duration { get; init; }

    public string? EmbedUrl { get; init; }

    /// <summary>The size of the original, as far as it is told. Unit: bytes.</summary>
    public long? Length { get; init; }

    public string? Md5 { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyList<UploadStamp> Stamps { get; init; } = [];

    public static VideoSide Of(KinescopeVideo video) => new(video.VideoId, video.Title, video.Status)
    {
        ProjectId = video.ProjectId,
        FolderId = video.FolderId,
        StatusMessage = video.StatusMessage,
        HasAllBytes = video.HasAllBytes,
        HasFailed = video.HasFailed,
        Duration = video.Duration,
        EmbedUrl = video.EmbedUrl,
        Length = video.Original?.Length,
        Md5 = video.Original?.Md5,
        CreatedAt = video.CreatedAt,
        Stamps = [.. UploadStamp.On(video)],
    };

    /// <summary>True for a video that was sent for a lesson.</summary>
    public bool IsOf(string lesson) => Stamps.Any(stamp => stamp.Lesson == UploadStamp.LessonPart(lesson));

    /// <summary>True for a video that was sent for a lesson from such a content.</summary>
    public bool IsOf(string lesson, string fingerprint) => Stamps.Any(stamp => stamp.IsOf(lesson, fingerprint));
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(MapSide))]
[JsonSerializable(typeof(RecordSide))]
[JsonSerializable(typeof(SiteSide))]
[JsonSerializable(typeof(VideoSide))]
internal sealed partial class SideJson : JsonSerializerContext;
