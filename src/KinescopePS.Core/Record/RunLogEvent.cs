using System.Text.Json;
using System.Text.Json.Serialization;

namespace KinescopePS.Record;

/// <summary>The kind of a line of the log of runs.</summary>
[JsonConverter(typeof(RunLogKindConverter))]
internal enum RunLogKind
{
    /// <summary>A run began.</summary>
    Begin,

    /// <summary>The last minute of a run.</summary>
    Sample,

    /// <summary>A run ended; a run without this line was killed, or goes on.</summary>
    End,
}

/// <summary>A line of the log of runs.</summary>
/// <param name="Event">Its kind.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Run">The run's own id.</param>
internal sealed record RunLogEvent(RunLogKind Event, DateTimeOffset At, string Run)
{
    /// <summary>The cmdlet.</summary>
    public string? Command { get; init; }

    /// <summary>The module's version.</summary>
    public string? Version { get; init; }

    public string? Machine { get; init; }

    public string? User { get; init; }

    /// <summary>The process id.</summary>
    public int? Process { get; init; }

    /// <summary>The record of uploads: a progress file's path, or a database without its password.</summary>
    public string? Record { get; init; }

    /// <summary>The command's settings that say what is done and how fast, none of them secret.</summary>
    public IReadOnlyDictionary<string, string>? Settings { get; init; }

    /// <summary>The files that have come so far.</summary>
    public int? Planned { get; init; }

    /// <summary>Their size. Unit: bytes.</summary>
    public long? PlannedBytes { get; init; }

    /// <summary>The files that are ended.</summary>
    public int? Ended { get; init; }

    /// <summary>The files that are being sent.</summary>
    public int? Sending { get; init; }

    /// <summary>The files that are sent and that Kinescope is processing, where that is waited for.</summary>
    public int? Processing { get; init; }

    /// <summary>The bytes of the files that are done with, sent now or before. Unit: bytes.</summary>
    public long? DoneBytes { get; init; }

    /// <summary>The bytes that were handed to connections in the run so far. Unit: bytes.</summary>
    public long? BytesSent { get; init; }

    /// <summary>By how much the server's offsets moved on in the run. Unit: bytes.</summary>
    public long? BytesNeeded { get; init; }

    /// <summary>The rate of the sample, or of the run. Unit: bytes per second.</summary>
    public long? Rate { get; init; }

    /// <summary>The time that the sample, or the run, covers. Unit: seconds.</summary>
    public double? Seconds { get; init; }

    /// <summary>The part of that time in which everything stood still, by reason. Unit: seconds.</summary>
    public IReadOnlyDictionary<string, double>? Waits { get; init; }

    /// <summary>The repetitions in that time, by the error id of their cause.</summary>
    public IReadOnlyDictionary<string, int>? Retries { get; init; }

    /// <summary>The way in which a run ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>The error id of what stopped the run.</summary>
    public string? Reason { get; init; }

    public int? Uploaded { get; init; }

    public int? AlreadyThere { get; init; }

    public int? Failed { get; init; }

    public int? NotReached { get; init; }

    /// <summary>Posters, subtitles and chapters that were sent; null where none came along.</summary>
    public int? CompanionsSent { get; init; }

    /// <summary>Those that failed; null where none did.</summary>
    public int? CompanionsFailed { get; init; }
}

internal sealed class RunLogKindConverter() : JsonStringEnumConverter<RunLogKind>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunLogEvent))]
internal sealed partial class RunLogJson : JsonSerializerContext;
