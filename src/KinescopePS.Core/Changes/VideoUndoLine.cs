using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopePS.Files;
using KinescopePS.Kinescope;

namespace KinescopePS.Changes;

/// <summary>The kind of a line of the undo file of videos.</summary>
[JsonConverter(typeof(VideoUndoEventConverter))]
internal enum VideoUndoEvent
{
    /// <summary>A video is about to be changed.</summary>
    Changing,

    /// <summary>Kinescope stored something else than was written.</summary>
    Stored,

    /// <summary>Fields of changes were given back, or are as before: these no longer count.</summary>
    Restored,

    /// <summary>Fields of changes could not be given back, which was said: the changes are no run's last ones any more.</summary>
    Passed,
}

/// <summary>A line of the undo file of videos.</summary>
/// <param name="Event">The kind.</param>
/// <param name="At">The time.</param>
internal sealed record VideoUndoLine(VideoUndoEvent Event, DateTimeOffset At)
{
    private static readonly VideoUndoJson Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // For people to read, never for a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The command that wrote the line.</summary>
    public string? Run { get; init; }

    /// <summary>The address of the API.</summary>
    public string? Target { get; init; }

    public string? Video { get; init; }

    /// <summary>The time before the old values were read; null where it is not known.</summary>
    public DateTimeOffset? Read { get; init; }

    /// <summary>The id of the change.</summary>
    public string? Change { get; init; }

    public VideoChange? Old { get; init; }

    public VideoChange? New { get; init; }

    /// <summary>The fields of changes that the line is about, by the changes' ids.</summary>
    public Dictionary<string, VideoField[]>? Changes { get; init; }

    /// <exception cref="JsonException">The line has another form.</exception>
    public static VideoUndoLine Parse(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize(line, Json.VideoUndoLine) ?? throw new JsonException();

    public byte[] Seal() => CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(this, Json.VideoUndoLine));
}

internal sealed class VideoUndoEventConverter()
    : JsonStringEnumConverter<VideoUndoEvent>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSerializable(typeof(VideoUndoLine))]
internal sealed partial class VideoUndoJson : JsonSerializerContext;
