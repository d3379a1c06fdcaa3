using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Database;

/// <summary>
/// What lessons held before they were changed: one checksummed JSON line a change, appended and written through to the disk
/// before the change is committed. Several runs may share the file: each holds it only while it writes.
/// </summary>
internal sealed class UndoFile(string path)
{
    public const string DefaultName = "kinescope-undo.jsonl";

    private const int FormatVersion = 1;

    /// <summary>How long another run's writing is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly UndoLines _lines = new();

    /// <summary>Makes sure that the file can be written, before anything is done that needs it. Nothing is left behind.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public async Task RequireWritableAsync(CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            await using var file = await OpenAsync(cancellation).ConfigureAwait(false);
            _ = EndOf(file);
            return;
        }

        try
        {
            // Another name: a file that is made and taken away again under this one could be another run's.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Directory.Exists(path))
                throw new IOException("It is a folder.");
            using var probe = new FileStream($"{path}.{Path.GetRandomFileName()}", FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Appends what happens to rows.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public async Task AppendAsync(UndoEvent happening, string place, IReadOnlyList<ChangedRow> rows, CancellationToken cancellation)
    {
        await using var file = await OpenAsync(cancellation).ConfigureAwait(false);
        var now = DateTimeOffset.UtcNow;
        _lines.Clear();
        if (EndOf(file) is { } lead)
            _lines.Add(lead);
        else
            _lines.AddFirst(now, FormatVersion);
        foreach (var row in rows)
            _lines.Add(happening, now, place, row);

        var length = file.Length;
        try
        {
            file.Write(_lines.Text);
        }
        catch (IOException failure)
        {
            // A half-written line would hide the next one.
            file.SetLength(length);
            throw NotWritable(failure);
        }
    }

    /// <summary>Reads what can be undone.</summary>
    /// <exception cref="KinescopeException">
    /// <c>UndoFileNotFound</c>, <c>UndoFileUnreadable</c>, or <c>UndoFileInvalid</c> where it is none.
    /// </exception>
    public async Task<UndoContents> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var file = await WhenFreeAsync(() => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), cancellation).ConfigureAwait(false);
            using var text = new StreamReader(file, Encoding.UTF8);
            var contents = new UndoContents();
            while (await text.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
                contents.Take(RecordOf(line));
            if (contents.Version > FormatVersion)
                throw new KinescopeException(ErrorIds.UndoFileInvalid, $"{path} was written by a newer KinescopePS (format {contents.Version}; this one reads {FormatVersion}). Update the module; the file was left as it is.");
            return contents.Lines == 0 || contents.IsOurs ? contents : throw Foreign();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(ErrorIds.UndoFileNotFound, $"There is no undo file {path}. Go to the folder where the lessons were linked, or give -UndoFile.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.UndoFileUnreadable, $"The undo file {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static UndoRecord? RecordOf(string line)
    {
        try
        {
            return CheckedLine.IsIntact(Encoding.UTF8.GetBytes(line)) ? JsonSerializer.Deserialize(line, UndoJson.Default.UndoRecord) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<FileStream> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return await WhenFreeAsync(() => OwnerOnlyFile.OpenAlone(path), cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Opens the file once no other run is writing to it.</summary>
    private async Task<FileStream> WhenFreeAsync(Func<FileStream> open, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return open();
            }
            catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException)
                && File.Exists(path) && Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Goes to the file's end.</summary>
    /// <returns>What ends the line that a crash may have torn; null where the file is empty.</returns>
    private byte[]? EndOf(FileStream file)
    {
        if (file.Length == 0)
            return null;

        var start = new byte[UndoContents.FirstBytes.Length];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!UndoContents.FirstBytes.StartsWith(start.AsSpan(0, read)))
            throw Foreign();
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n' ? [] : [(byte)'\n'];
    }

    private KinescopeException Foreign() =>
        new(ErrorIds.UndoFileInvalid, $"{path} is not an undo file. It was left as it is; give -UndoFile another name.");

    private KinescopeException NotWritable(Exception cause) =>
        new(ErrorIds.UndoFileNotWritable, $"The undo file {path} cannot be written: {cause.Message} No lesson is changed without it; give -UndoFile a place where it can be.", cause);
}

/// <summary>The changes that an undo file tells of, without those that were taken back.</summary>
internal sealed class UndoContents
{
    private readonly Dictionary<(string Place, string Lesson), List<RecordedChange>> _changes = [];

    /// <summary>How every undo file begins.</summary>
    public static ReadOnlySpan<byte> FirstBytes => "{\"event\":\"undo\",\"at\":\""u8;

    public int Lines { get; private set; }

    /// <summary>How many lines cannot be read: what they tell is not undone.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>The file's format.</summary>
    public int Version { get; private set; }

    /// <summary>Whether anything in the file is ours.</summary>
    public bool IsOurs => Lines > DamagedLines;

    /// <summary>The changes, each lesson's in the order in which they were made.</summary>
    public IEnumerable<RecordedChange> Changes => _changes.Values.SelectMany(changes => changes);

    /// <summary>Takes a line's record; null for a line that cannot be read.</summary>
    public void Take(UndoRecord? record)
    {
        Lines++;
        if (record is null)
            DamagedLines++;
        Version = Math.Max(Version, record?.Version ?? 0);
        if (record is not { Event: not UndoEvent.Undo, Place: { } place, Lesson: { } lesson })
            return;

        if (!_changes.TryGetValue((place, lesson), out var changes))
            _changes.Add((place, lesson), changes = []);
        if (record.Event == UndoEvent.Changing)
            changes.Add(new RecordedChange(place, record.At, record.Row));
        else
            TakeBack(changes, record.Row.After);
    }

    /// <summary>Drops the changes that led away from what the row holds again.</summary>
    private static void TakeBack(List<RecordedChange> changes, VideoLink restored)
    {
        var first = changes.FindLastIndex(change => change.Row.Before == restored);
        while (first > 0 && changes[first - 1].Row.Before == restored)
            first--;
        if (first >= 0)
            changes.RemoveRange(first, changes.Count - first);
    }
}

/// <summary>A change that the undo file tells of.</summary>
internal sealed record RecordedChange(string Place, DateTimeOffset At, ChangedRow Row);

/// <summary>What a line of the undo file tells.</summary>
[JsonConverter(typeof(UndoEventConverter))]
internal enum UndoEvent
{
    /// <summary>The first line: the format's name and version.</summary>
    Undo,

    /// <summary>A row is about to be changed.</summary>
    Changing,

    /// <summary>A row was given back what it held before: the changes since then no longer count.</summary>
    Restored,
}

/// <summary>Lines on their way into the undo file: what <see cref="UndoRecord"/> reads.</summary>
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

    public void Clear() => _text.ResetWrittenCount();

    public void Add(ReadOnlySpan<byte> text) => _text.Write(text);

    public void AddFirst(DateTimeOffset at, int version)
    {
        Begin(UndoEvent.Undo, at);
        _json.WriteNumber("version"u8, version);
        End();
    }

    public void Add(UndoEvent happening, DateTimeOffset at, string place, ChangedRow row)
    {
        Begin(happening, at);
        _json.WriteString("place"u8, place);
        _json.WriteString("lesson"u8, row.LessonId);
        WriteGiven("oldVideo"u8, row.Before.VideoId);
        WriteGiven("oldUrl"u8, row.Before.Url);
        WriteGiven("newVideo"u8, row.After.VideoId);
        WriteGiven("newUrl"u8, row.After.Url);
        End();
    }

    private void Begin(UndoEvent happening, DateTimeOffset at)
    {
        _object.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("event"u8, happening switch
        {
            UndoEvent.Undo => "undo"u8,
            UndoEvent.Changing => "changing"u8,
            _ => "restored"u8,
        });
        _json.WriteString("at"u8, at);
    }

    private void WriteGiven(ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
            _json.WriteString(name, value);
    }

    private void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        CheckedLine.Seal(_object.WrittenSpan, _text);
    }
}

/// <summary>One line of the undo file, as it is read.</summary>
internal sealed record UndoRecord(UndoEvent Event, DateTimeOffset At)
{
    /// <summary>The format's version, on the first line only.</summary>
    public int? Version { get; init; }

    /// <summary>The columns, with their table and database: <see cref="LessonStore.Place"/>.</summary>
    public string? Place { get; init; }

    public string? Lesson { get; init; }

    public string? OldVideo { get; init; }

    public string? OldUrl { get; init; }

    public string? NewVideo { get; init; }

    public string? NewUrl { get; init; }

    [JsonIgnore]
    public ChangedRow Row => new(Lesson!, new VideoLink(OldVideo, OldUrl), new VideoLink(NewVideo, NewUrl));
}

internal sealed class UndoEventConverter() : JsonStringEnumConverter<UndoEvent>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UndoRecord))]
internal sealed partial class UndoJson : JsonSerializerContext;
