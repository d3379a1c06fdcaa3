using System.Security.Cryptography;
using System.Text.Json;
using KinescopePS.Probe;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Companions;

/// <summary>A test of what stands beside videos: one lesson, with a poster, subtitles and chapters.</summary>
public abstract class CompanionTest : UploadTest
{
    internal const string Old = "1\n00:00:01,000 --> 00:00:02,000\nСтарое\n", New = "1\n00:00:01,000 --> 00:00:02,000\nНовое\n";
    internal const string Script = "Get-LessonVideoMap | Send-KinescopeVideo -WithCompanions";

    /// <summary>The only video's poster, subtitles and chapters, as the server has them.</summary>
    internal async Task<(string? Poster, string[] Subtitles, string[] Chapters)> TruthOfAsync(int video = 0)
    {
        // Of several lessons that are sent at once either video may come first.
        var truth = (await Sandbox.TruthAsync()).Where(item => !item.GetProperty("is_deleted").GetBoolean())
            .OrderBy(item => item.GetProperty("title").GetString(), StringComparer.Ordinal).ElementAt(video);
        return (
            truth.GetProperty("poster_sha256").GetString(),
            [.. truth.GetProperty("subtitles").EnumerateArray().Select(item => $"{item.GetProperty("language")}: {item.GetProperty("text").GetString()}").Order()],
            [.. truth.GetProperty("chapters").EnumerateArray().Select(item => $"{item.GetProperty("time")} {item.GetProperty("title").GetString()}")]);
    }

    /// <summary>Writes the files beside the first lesson's video.</summary>
    internal void WriteCompanions(string subtitles = Old, byte grey = 0, string chapters = "00:00 Начало\n")
    {
        File.WriteAllBytes(Folder["0.jpg"], Jpeg(grey));
        Folder.Write("0.ru.srt", subtitles);
        Folder.Write("0.chapters.txt", chapters);
    }

    /// <summary>Asserts that the server has these, and nothing twice.</summary>
    internal async Task RequireAsync(string subtitles = Old, byte grey = 0, params string[] chapters)
    {
        var truth = await TruthOfAsync();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Jpeg(grey))), truth.Poster);
        Assert.Equal([$"ru: {subtitles}"], truth.Subtitles);
        Assert.Equal(chapters.Length == 0 ? ["0 Начало"] : chapters, truth.Chapters);
    }

    /// <summary>The requests that send or delete what stands beside a video.</summary>
    internal async Task<IReadOnlyList<string>> ChangesAsync() =>
    [
        .. from request in await Sandbox.RequestsAsync("", "/v")
           let path = request.GetProperty("path").GetString()!
           let method = request.GetProperty("method").GetString()!
           where method != "GET" && (path.Contains("/subtitles") || path.Contains("poster") || path.EndsWith("/chapters", StringComparison.Ordinal))
           select $"{method} {path.Split('/').First(part => part is "subtitles" or "poster" or "posters" or "chapters")}",
    ];

    /// <summary>JPEGs that differ by a comment.</summary>
    internal static byte[] Jpeg(byte grey) => [.. ProbePicture.Create().Take(2), 0xFF, 0xFE, 0, 3, grey, .. ProbePicture.Create().Skip(2)];

    internal static string[] Companions(ScriptResult result) =>
        [.. result.Output.SelectMany(item => (IReadOnlyList<string>)item.Properties["Companions"].Value)];

    internal static IEnumerable<string> ErrorIdsOf(ScriptResult result) => result.Errors.Select(error => error.FullyQualifiedErrorId.Split(',')[0]);

    internal static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
