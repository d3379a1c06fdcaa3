using System.Text.Json;
using System.Text.Json.Serialization;

namespace KinescopePS.Record;

/// <summary>The kind of an event. The names are those in the progress file: see docs/progress-file.md.</summary>
[JsonConverter(typeof(UploadEventKindConverter))]
internal enum UploadEventKind
{
    /// <summary>A run began and holds the record.</summary>
    Run,

    /// <summary>All that is known of a lesson at this point, its marks aside; what came before no longer counts.</summary>
    State,

    /// <summary>A video is about to be created.</summary>
    Intent,

    /// <summary>Kinescope created the video; its bytes go to the endpoint.</summary>
    Initialised,

    /// <summary>A stretch of the file was sent; its hash tells a later run whether the file is still the same.</summary>
    Mark,

    /// <summary>The last byte is about to be sent: from here on Kinescope may hold all of them, whatever becomes of its answer.</summary>
    Ending,

    /// <summary>Kinescope holds all bytes.</summary>
    Uploaded,

    /// <summary>The original that Kinescope stored was compared with the file.</summary>
    Verified,

    /// <summary>The content of a finished video is about to be replaced.</summary>
    Replacing,

    /// <summary>Kinescope refused the new content of a video: the old one is there as it was.</summary>
    Kept,

    /// <summary>All that Kinescope took with the old content of a video was put back.</summary>
    Restored,

    /// <summary>The video shows its new content, and has again what it had beside the old one.</summary>
    Replaced,

    /// <summary>This run gave the lesson up; what was begun can be continued.</summary>
    Failed,

    /// <summary>A video will never be finished or used; to be deleted.</summary>
    Abandoned,

    /// <summary>A finished video will not be used any more; it stays at Kinescope, because somebody may have its id.</summary>
    Superseded,

    /// <summary>There is no video of an attempt: looked for in vain, long after it, or refused as one call too many.</summary>
    Settled,

    /// <summary>An abandoned video was deleted at Kinescope.</summary>
    Deleted,

    /// <summary>A file beside the lesson's video was sent, or subtitles are about to be.</summary>
    Companion,

    /// <summary>The user wants the lesson to be unknown.</summary>
    Forgotten,
}

/// <summary>A step of a lesson's upload: one line of the progress file.</summary>
internal sealed record UploadEvent(UploadEventKind Event, DateTimeOffset At)
{
    private readonly string? _video;
    private readonly IReadOnlyList<string>? _abandonedVideos;
    private readonly IReadOnlyList<string>? _supersededVideos;

    /// <summary>The process that began a run, as <c>pid@host</c>.</summary>
    public string? Owner { get; init; }

    /// <summary>The lesson's id; for a file given without one, its full path.</summary>
    public string? Lesson { get; init; }

    public string? Course { get; init; }

    public string? Title { get; init; }

    public string? Path { get; init; }

    /// <summary>The file's size. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>The file's last write time, UTC.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>The file's length, first and last MiB in one short hash.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The end of a marked stretch. Unit: bytes.</summary>
    public long? Offset { get; init; }

    /// <summary>The checksum of a marked stretch.</summary>
    public string? Hash { get; init; }

    /// <inheritdoc cref="Content.HashMark.Md5" />
    public string? Md5 { get; init; }

    /// <summary>Kinescope's <c>parent_id</c>: the project or folder.</summary>
    public string? Parent { get; init; }

    /// <summary>The video id that we chose (<c>init_id</c> of the tus creation).</summary>
    public string? InitId { get; init; }

    /// <summary>A text of our own that the video to be created carries: by it one whose creation was not answered is recognised.</summary>
    public string? Attempt { get; init; }

    /// <summary>Kinescope's video id, however it was written.</summary>
    public string? Video
    {
        get => _video;
        init => _video = value is null ? null : VideoIds.Canonical(value);
    }

    /// <summary>The upload URL. Whoever has it can write to the video.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The stable error id of a failure, or one of the <see cref="AbandonReasons"/>.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <inheritdoc cref="RecordedUpload.Stage" />
    public UploadStage? Stage { get; init; }

    /// <inheritdoc cref="RecordedUpload.IsVerified" />
    public bool? Verified { get; init; }

    /// <inheritdoc cref="RecordedUpload.MayBeComplete" />
    public bool? MayBeComplete { get; init; }

    /// <summary>The video before its content is replaced; read once more, where that could be done, just before the last byte.</summary>
    public VideoBefore? Before { get; init; }

    /// <inheritdoc cref="RecordedUpload.Replacement" />
    public Replacement? Replacement { get; init; }

    /// <inheritdoc cref="RecordedUpload.ReplacementEndedAt" />
    public DateTimeOffset? ReplacementEndedAt { get; init; }

    /// <inheritdoc cref="RecordedUpload.Failures" />
    public int? Failures { get; init; }

    /// <inheritdoc cref="RecordedUpload.IntendedAt" />
    public DateTimeOffset? IntendedAt { get; init; }

    /// <inheritdoc cref="RecordedUpload.UploadedAt" />
    public DateTimeOffset? UploadedAt { get; init; }

    /// <inheritdoc cref="RecordedUpload.LostAttempts" />
    public IReadOnlyList<LostAttempt>? LostAttempts { get; init; }

    /// <inheritdoc cref="RecordedUpload.AbandonedVideos" />
    public IReadOnlyList<string>? AbandonedVideos
    {
        get => _abandonedVideos;
        init => _abandonedVideos = Canonical(value);
    }

    /// <inheritdoc cref="RecordedUpload.SupersededVideos" />
    public IReadOnlyList<string>? SupersededVideos
    {
        get => _supersededVideos;
        init => _supersededVideos = Canonical(value);
    }

    /// <summary>The file beside the video that a step is of.</summary>
    public RecordedCompanion? Companion { get; init; }

    /// <inheritdoc cref="RecordedUpload.Companions" />
    public IReadOnlyList<RecordedCompanion>? Companions { get; init; }

    /// <summary>A step that is taken now.</summary>
    public static UploadEvent Of(UploadEventKind kind, string lesson) => new(kind, DateTimeOffset.UtcNow) { Lesson = lesson };

    private static string[]? Canonical(IReadOnlyList<string>? videos) =>
        videos is null ? null : [.. videos.Select(VideoIds.Canonical).Distinct()];
}

internal sealed class UploadEventKindConverter()
    : JsonStringEnumConverter<UploadEventKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

internal sealed class UploadStageConverter() : JsonStringEnumConverter<UploadStage>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadEvent))]
internal sealed partial class UploadEventJson : JsonSerializerContext;
