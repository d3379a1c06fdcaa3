using System.Globalization;
using System.Text.Json;
using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>An upload as the original scripts noted it.</summary>
/// <param name="At">When it ended, UTC.</param>
internal sealed record ScriptUpload(string Lesson, DateTimeOffset At)
{
    /// <summary>Kinescope's video id; null where the upload failed.</summary>
    public string? Video { get; init; }

    public string? Course { get; init; }

    /// <summary>Kinescope's folder.</summary>
    public string? Folder { get; init; }

    public string? Path { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }
}

/// <summary>
/// The progress file of the scripts that came before this module: <c>{"uploaded": [...], "failed": [...]}</c>.
/// </summary>
internal static class ScriptProgressFile
{
    /// <summary>Room for a hundred thousand lessons. Unit: bytes.</summary>
    private const long LongestFile = 64 << 20;

    private const DateTimeStyles AsUtc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly JsonDocumentOptions Options = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Reads all entries, the uploaded ones first, each kind in its order.</summary>
    /// <param name="problem">Receives each entry that cannot be used, and its position, for example <c>uploaded[3]</c>.</param>
    /// <exception cref="KinescopeException"><c>ImportFileNotFound</c>, <c>ImportFileUnreadable</c> or <c>ImportFileInvalid</c>.</exception>
    public static IReadOnlyList<ScriptUpload> Read(string path, Action<KinescopeException, string> problem)
    {
        using var json = Parse(path);
        try
        {
            return Read(json.RootElement, path, problem);
        }
        catch (InvalidOperationException failure)
        {
            throw Invalid(path, "the name of a property has half of a character.", failure);
        }
    }

    private static List<ScriptUpload> Read(JsonElement root, string path, Action<KinescopeException, string> problem)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("uploaded", out _) && !root.TryGetProperty("failed", out _))
            throw Invalid(path, "it has neither \"uploaded\" nor \"failed\".");

        var fallback = TimeOf(root, "lastUpdated") ?? TimeOf(root, "startedAt") ?? new DateTimeOffset(File.GetLastWriteTimeUtc(path));
        List<ScriptUpload> uploads = [];
        foreach (var list in (string[])["uploaded", "failed"])
        {
            if (!root.TryGetProperty(list, out var entries) || entries.ValueKind == JsonValueKind.Null)
                continue;
            if (entries.ValueKind != JsonValueKind.Array)
                throw Invalid(path, $"\"{list}\" is no list.");

            var index = 0;
            foreach (var entry in entries.EnumerateArray())
            {
                var place = $"{list}[{index++}]";
                if (TryRead(entry, list, fallback, out var reason) is { } upload)
                    uploads.Add(upload);
                else
                    problem(new KinescopeException(ErrorIds.ImportEntryInvalid, $"{path}: {place} {reason}. It was left out."), place);
            }
        }

        return uploads;
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(SharedFile.ReadAllText(path, LongestFile), Options);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(ErrorIds.ImportFileNotFound, $"There is no file {path}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.ImportFileUnreadable, $"{path} cannot be read: {failure.Message}", failure);
        }
        catch (JsonException failure)
        {
            throw Invalid(path, $"it is not JSON: line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.", failure);
        }
    }

    private static ScriptUpload? TryRead(JsonElement entry, string list, DateTimeOffset fallback, out string? reason)
    {
        try
        {
            reason = WhyUnusable(entry, list);
            return reason is not null ? null : list == "uploaded" ? Uploaded(entry, fallback) : Failed(entry, fallback);
        }
        catch (InvalidOperationException)
        {
            reason = "has half of a character in it (such as \"\\ud83d\" alone)";
            return null;
        }
    }

    private static string? WhyUnusable(JsonElement entry, string list) => entry switch
    {
        { ValueKind: not JsonValueKind.Object } => "is no object",
        _ when TextOf(entry, "lessonId") is null => "has no lessonId",
        _ when list == "uploaded" && TextOf(entry, "videoId") is null => $"has no videoId (lesson '{TextOf(entry, "lessonId")}')",
        _ when list == "uploaded" && VideoIds.Read(TextOf(entry, "videoId")) is null =>
            $"has '{TextOf(entry, "videoId")}' as videoId, which is none (lesson '{TextOf(entry, "lessonId")}')",
        _ => null,
    };

    private static ScriptUpload Uploaded(JsonElement entry, DateTimeOffset fallback) =>
        new(TextOf(entry, "lessonId")!, TimeOf(entry, "uploadedAt") ?? fallback)
        {
            Video = VideoIds.Read(TextOf(entry, "videoId")),
            Course = TextOf(entry, "courseId"),
            Folder = TextOf(entry, "folderId"),
        };

    private static ScriptUpload Failed(JsonElement entry, DateTimeOffset fallback) =>
        new(TextOf(entry, "lessonId")!, TimeOf(entry, "failedAt") ?? fallback)
        {
            Course = TextOf(entry, "courseId"),
            Path = TextOf(entry, "filePath"),
            Error = TextOf(entry, "error") ?? "The original script gave no reason.",
        };

    private static string? TextOf(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString()!.Trim() is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? TimeOf(JsonElement entry, string name) =>
        DateTimeOffset.TryParse(TextOf(entry, name), CultureInfo.InvariantCulture, AsUtc, out var time) ? time : null;

    private static KinescopeException Invalid(string path, string reason, Exception? cause = null) => new(
        ErrorIds.ImportFileInvalid,
        $"{path} is a progress file neither of this module nor of the original scripts: {reason} Nothing was imported from it.", cause);
}
