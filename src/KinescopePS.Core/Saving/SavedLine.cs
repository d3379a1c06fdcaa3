using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopePS.Files;
using KinescopePS.Kinescope;

namespace KinescopePS.Saving;

/// <summary>The kind of a line of the list of saved videos.</summary>
[JsonConverter(typeof(SavedEventConverter))]
internal enum SavedEvent
{
    /// <summary>The first byte of a file is about to be received.</summary>
    Begun,

    /// <summary>The bytes up to an offset are on the disk.</summary>
    Received,

    /// <summary>All bytes are there and were compared: the file takes its name.</summary>
    Saved,
}

/// <summary>A line of the list of saved videos. It never holds an address.</summary>
/// <param name="Event">Its kind.</param>
/// <param name="At">When it was written, UTC.</param>
/// <param name="Path">The place of the file below the folder, with <c>/</c> between its names.</param>
internal sealed record SavedLine(SavedEvent Event, DateTimeOffset At, string Path)
{
    /// <summary>The lesson; null for a video that came without one.</summary>
    public string? Lesson { get; init; }

    public string? Video { get; init; }

    public string? Title { get; init; }

    public string? Quality { get; init; }

    /// <summary>Kinescope's figure where it was begun, the file's where it is saved. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// Kinescope's word where it was begun, the state after the bytes that were received, the file's own where it is saved.
    /// </summary>
    public string? Md5 { get; init; }

    /// <summary>True where the file's MD5 is Kinescope's.</summary>
    public bool Verified { get; init; }

    /// <summary>The entity tag of what is being received.</summary>
    [JsonPropertyName("etag")]
    public string? ETag { get; init; }

    /// <summary>The date of what is being received.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>The bytes that are on the disk. Unit: bytes.</summary>
    public long? Offset { get; init; }

    /// <summary>The last write time of the file that is saved, UTC.</summary>
    public DateTime? Modified { get; init; }

    /// <summary>The size of the file that gives way to it. Unit: bytes; null where there is none.</summary>
    public long? OldLength { get; init; }

    /// <summary>The last write time of that file, UTC.</summary>
    public DateTime? OldModified { get; init; }

    /// <summary>True for a file that somebody else put there, and that proved to be the video.</summary>
    public bool Found { get; init; }

    /// <summary>The validator of what is being received.</summary>
    [JsonIgnore]
    public DownloadValidator Validator => new(ETag, LastModified);

    /// <summary>True for a file that still is the one that was saved, by size and date. Some disks keep two seconds apart.</summary>
    public bool IsOf(DiskFile file) => Length == file.Length && IsAt(file, Modified);

    /// <summary>True for the file that gives way to it, and still stands there where a run was killed before.</summary>
    public bool IsAfter(DiskFile file) => OldLength == file.Length && IsAt(file, OldModified);

    private static bool IsAt(DiskFile file, DateTime? time) =>
        time is { } modified && (file.Modified - modified).Duration() <= TimeSpan.FromSeconds(2);
}

internal sealed class SavedEventConverter() : JsonStringEnumConverter<SavedEvent>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SavedLine))]
internal sealed partial class SavedJson : JsonSerializerContext;
