using System.Text.Json;
using System.Text.Json.Serialization;

namespace KinescopePS.Record;

/// <summary>What a line of the progress file tells. The names are those in the file: see docs/progress-file.md.</summary>
[JsonConverter(typeof(UploadEventKindConverter))]
internal enum UploadEventKind
{
    /// <summary>The first line: the format's name and version.</summary>
    Journal,

    /// <summary>A run began and holds the file.</summary>
    Run,

    /// <summary>A video entry is about to be asked for.</summary>
    Intent,

    /// <summary>Kinescope created the entry; its bytes go to the endpoint.</summary>
    Initialised,

    /// <summary>A stretch of the file was sent; its hash tells a later run whether the file is still the same.</summary>
    Mark,

    /// <summary>Kinescope holds all bytes.</summary>
    Uploaded,

    /// <summary>What Kinescope stored was compared with the file.</summary>
    Verified,

    /// <summary>This run gave the lesson up; what was begun can be continued.</summary>
    Failed,

    /// <summary>A video entry that will never be finished; to be deleted.</summary>
    Orphaned,

    /// <summary>An orphan was deleted at Kinescope.</summary>
    Deleted,

    /// <summary>The user wants the lesson to be unknown.</summary>
    Forgotten,
}

/// <summary>One line of the progress file.</summary>
internal sealed record UploadEvent(UploadEventKind Event, DateTimeOffset At)
{
    /// <summary>The format's version, on the first line only.</summary>
    public int? Version { get; init; }

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

    /// <summary>Where a marked stretch ends. Unit: bytes.</summary>
    public long? Offset { get; init; }

    /// <summary>The checksum of a marked stretch.</summary>
    public string? Hash { get; init; }

    /// <summary>Kinescope's <c>parent_id</c>: the project or folder.</summary>
    public string? Parent { get; init; }

    /// <summary>The video id that we chose (<c>init_id</c> of the tus creation).</summary>
    public string? InitId { get; init; }

    /// <summary>The attempt's part of the stamp that the video is created with.</summary>
    public string? Attempt { get; init; }

    /// <summary>Kinescope's video id.</summary>
    public string? Video { get; init; }

    /// <summary>The upload URL. Whoever has it can write to the video.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The stable error id of a failure, or the reason of an orphan.</summary>
    public string? Reason { get; init; }

    public string? Message { get; init; }
}

internal sealed class UploadEventKindConverter() : JsonStringEnumConverter<UploadEventKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadEvent))]
internal sealed partial class UploadEventJson : JsonSerializerContext;
