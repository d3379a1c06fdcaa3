using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KinescopePS.Files;

namespace KinescopePS.Nights;

/// <summary>The logs of scheduled runs: objects, one a line, as <c>examples/Invoke-NightlyUpload.ps1</c> writes them.</summary>
internal static partial class NightlyLog
{
    /// <summary>The names of logs.</summary>
    public const string NamePattern = "kinescope-*.ndjson";

    /// <summary>The folder beside the manifest that logs are kept in.</summary>
    public const string FolderName = "logs";

    private const string NameForm = "yyyyMMdd-HHmmss";

    /// <summary>A longer line is none of the script's. Unit: bytes.</summary>
    private const int LongestLine = 1 << 20;

    /// <summary>The logs in a folder, or in its folder <c>logs</c>; none where it has none.</summary>
    /// <exception cref="KinescopeException"><c>NightlyLogUnreadable</c></exception>
    public static IReadOnlyList<string> In(string folder)
    {
        try
        {
            string[] found = [.. Directory.EnumerateFiles(folder, NamePattern)];
            var inner = Path.Join(folder, FolderName);
            return found.Length > 0 || !Directory.Exists(inner) ? found : [.. Directory.EnumerateFiles(inner, NamePattern)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(folder, failure);
        }
    }

    /// <summary>Reads a log. What is no object with an event is passed over: a run may have been killed in the middle of a line.</summary>
    /// <returns>The run; null where neither what the file holds nor its name is that of a log.</returns>
    /// <exception cref="KinescopeException"><c>NightlyLogUnreadable</c></exception>
    public static KinescopeNight? Read(string path)
    {
        var run = new NightlyRun();
        Read(path, run.Take);
        return run.HasBegun ? run.Night(path, StartOf(path))
            // A run that was killed, or whose disk was full, before it could say a word.
            : StartOf(path) is { } start ? new KinescopeNight { StartedAt = start, Log = path } : null;
    }

    /// <summary>Reads the objects of a log one by one. What is none is passed over.</summary>
    /// <exception cref="KinescopeException"><c>NightlyLogUnreadable</c>, or <c>NightlyLogNotFound</c>: there is no such file.</exception>
    public static void Read(string path, Action<JsonElement> take)
    {
        try
        {
            using var file = SharedFile.OpenRead(path, bufferSize: 64 * 1024);
            foreach (var line in Lines(file))
            {
                if (Parse(line) is { } read)
                    take(read);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }
    }

    private static DateTimeOffset? StartOf(string path) => NameOfLog().Match(Path.GetFileName(path)) is { Success: true } name
        && DateTimeOffset.TryParseExact(
            name.Groups[1].Value, NameForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream file)
    {
        var line = new MemoryStream();
        var isTooLong = false;
        for (int read; (read = file.ReadByte()) >= 0;)
        {
            if (read != '\n')
            {
                isTooLong |= line.Length >= LongestLine;
                if (!isTooLong)
                    line.WriteByte((byte)read);
                continue;
            }

            if (!isTooLong)
                yield return line.GetBuffer().AsMemory(0, (int)line.Length);
            line.SetLength(0);
            isTooLong = false;
        }

        if (!isTooLong)
            yield return line.GetBuffer().AsMemory(0, (int)line.Length);
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var read = JsonDocument.Parse(line);
            return read.RootElement.ValueKind == JsonValueKind.Object && IsText(read.RootElement) ? read.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // JSON can write half a character, which no text can hold.
    private static bool IsText(JsonElement line)
    {
        try
        {
            foreach (var field in line.EnumerateObject())
                _ = field.Value.ValueKind == JsonValueKind.String ? field.Name + field.Value.GetString() : field.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static KinescopeException Unreadable(string path, Exception failure) =>
        failure is FileNotFoundException or DirectoryNotFoundException
        ? new(ErrorIds.NightlyLogNotFound, $"There is no log or folder {path}.", failure)
        : new(ErrorIds.NightlyLogUnreadable, $"The log {path} cannot be read: {failure.Message}", failure);

    [GeneratedRegex(@"^kinescope-(\d{8}-\d{6})-\d+\.ndjson$")]
    private static partial Regex NameOfLog();
}
