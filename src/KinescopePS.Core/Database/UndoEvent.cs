using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopePS.Files;

namespace KinescopePS.Database;

/// <summary>The kind of a line of the undo file.</summary>
[JsonConverter(typeof(UndoEventConverter))]
internal enum UndoEvent
{
    /// <summary>A row is about to be changed.</summary>
    Changing,

    /// <summary>A row was given back what it held before: the changes since then no longer count.</summary>
    Restored,
}

/// <summary>Lines on their way into the undo file, as <see cref="UndoRecord"/> reads them.</summary>
internal sealed class UndoLines
{
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly ArrayBufferWriter<byte> _object = new();
    private readonly Utf8JsonWriter _json;

    public UndoLines() => _json = new Utf8JsonWriter(_object, new JsonWriterOptions
    {
        // For people to read, never for a web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public ReadOnlySpan<byte> Text => _text.WrittenSpan;

    public ReadOnlyMemory<byte> Memory => _text.WrittenMemory;

    public void Clear() => _text.ResetWrittenCount();

    public void Add(UndoEvent happening, DateTimeOffset at, string target, ChangedRow row, string? run = null)
    {
        _object.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("event"u8, happening == UndoEvent.Changing ? "changing"u8 : "restored"u8);
        _json.WriteString("at"u8, at);
        WriteGiven("run"u8, run);
        _json.WriteString("target"u8, target);
        _json.WriteString("lesson"u8, row.LessonId);
        WriteGiven("oldVideo"u8, row.Before.VideoId);
        WriteGiven("oldUrl"u8, row.Before.Url);
        WriteGiven("newVideo"u8, row.After.VideoId);
        WriteGiven("newUrl"u8, row.After.Url);
        WriteOthers("oldColumns"u8, row.Before.Others);
        WriteOthers("newColumns"u8, row.After.Others);
        _json.WriteEndObject();
        _json.Flush();
        CheckedLine.Seal(_object.WrittenSpan, _text);
    }

    // Here null is a value: the column is named all the same.
    private void WriteOthers(ReadOnlySpan<byte> name, ColumnValues others)
    {
        if (others.ByColumn.Count == 0)
            return;
        _json.WriteStartObject(name);
        foreach (var (column, value) in others.ByColumn)
            _json.WriteString(column, value);
        _json.WriteEndObject();
    }

    private void WriteGiven(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            _json.WriteString(name, value);
    }
}

/// <summary>A line of the undo file, as it is read.</summary>
internal sealed record UndoRecord(UndoEvent Event, DateTimeOffset At)
{
    /// <summary>The command that wrote the line; null in lines of earlier versions.</summary>
    public string? Run { get; init; }

    /// <summary>The columns, with their table and database: <see cref="LessonStore.Target"/>.</summary>
    public string? Target { get; init; }

    public string? Lesson { get; init; }

    public string? OldVideo { get; init; }

    public string? OldUrl { get; init; }

    public string? NewVideo { get; init; }

    public string? NewUrl { get; init; }

    public Dictionary<string, string?>? OldColumns { get; init; }

    public Dictionary<string, string?>? NewColumns { get; init; }

    [JsonIgnore]
    public ChangedRow Row => new(Lesson!, LinkOf(OldVideo, OldUrl, OldColumns), LinkOf(NewVideo, NewUrl, NewColumns));

    /// <exception cref="JsonException">The line has another form.</exception>
    public static UndoRecord Parse(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize(line, UndoJson.Default.UndoRecord) ?? throw new JsonException();

    private static VideoLink LinkOf(string? videoId, string? url, Dictionary<string, string?>? columns) =>
        new(videoId, url) { Others = columns is null ? ColumnValues.None : new ColumnValues(columns) };
}

internal sealed class UndoEventConverter() : JsonStringEnumConverter<UndoEvent>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UndoRecord))]
internal sealed partial class UndoJson : JsonSerializerContext;
