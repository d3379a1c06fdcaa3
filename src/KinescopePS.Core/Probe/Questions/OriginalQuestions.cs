using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about the file that the platform stored, and about putting another one in its place.</summary>
internal static class OriginalQuestions
{
    private const string Subject = "Originals";
    private const string Title = "kinescopeps-probe-replaced";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("original-size", "Does the playable video have its original, with its size?")
        {
            Subject = Subject,
            Expected = "yes, as many bytes as were sent",
            Matters = "-Verify compares it",
            IfOther = "-Verify says that the video could not be compared",
            Without = Without.PlayableVideo,
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync();
                if (OriginalOf(video) is not { } original)
                    return new(false, video.Or($"no original; {UploadQuestions.Qualities(video)}"));
                var size = original.Whole("file_size");
                return new(
                    size == run.Film.Length,
                    video.Or(size == run.Film.Length ? "the same size" : $"{size} bytes of {run.Film.Length}"));
            },
        },
        new("original-md5", "Does it have an MD5?")
        {
            Subject = Subject,
            Expected = "the file's",
            Matters = "-Verify compares it, and so does a run before it takes a video for a lesson's by its stamp",
            IfOther = "-Verify compares the size alone, and recognition goes by sizes and dates",
            Without = Without.PlayableVideo,
            AskAsync = async run =>
            {
                var md5 = OriginalOf(await run.GetVideoAsync())?.Text("md5");
                var own = Convert.ToHexString(MD5.HashData(run.Film));
                var isSame = own.Equals(md5, StringComparison.OrdinalIgnoreCase);
                return new(isSame, isSame ? "the file's" : string.IsNullOrEmpty(md5) ? "none" : "another one");
            },
        },
        new("original-download", "Can the original be fetched, and is it the file?")
        {
            Subject = Subject,
            Expected = "yes, by download_link, without the key, byte for byte",
            Matters = "a copy can be fetched back and compared",
            IfOther = "fetch it in the dashboard; a link to another host is followed where KINESCOPE_DOWNLOAD_HOSTS names it",
            Without = Without.PlayableVideo,
            AskAsync = DownloadAsync,
        },
        new("replace", "Can the file be replaced (POST /v2/video with X-Replace-Video-ID)?")
        {
            Subject = "Replacing",
            Expected = "HTTP 200, and the id stays",
            Matters = "a corrected film keeps its links",
            IfOther = "upload it as a new video (Send-KinescopeVideo -Force) and link it",
            Without = Without.PlayableVideo,
            AskAsync = async run =>
            {
                var film = run.Film.ToArray();
                // Another brightness in one place: a file of the same length.
                film[^2000] ^= 1;
                using var content = new ByteArrayContent(film);
                content.Headers.ContentType = new MediaTypeHeaderValue("video/mp4");
                var headers = new Dictionary<string, string>
                {
                    ["X-Parent-ID"] = run.Scratch.ProjectId!,
                    ["X-Video-Title"] = Title,
                    ["X-File-Name"] = "kinescopeps-probe-2.mp4",
                    ["X-Replace-Video-ID"] = run.Video!.VideoId,
                };
                run.Scratch.HasLostVideos = true;
                var answer = await run.TryAsync(run.Kinescope.UploadAsync("/v2/video", content, headers, run.Stop));
                var id = answer.Data.Id("id");
                if (id is not null && !VideoIds.AreSame(id, run.Video.VideoId))
                    run.Scratch.Add(id);
                run.IsReplaced = answer.IsSuccess && VideoIds.AreSame(id, run.Video.VideoId);
                return new(run.IsReplaced, answer.Or(run.IsReplaced ? "the same id" : "another id"));
            },
        },
        new("replace-title", "What becomes of the title?")
        {
            Subject = "Replacing",
            Expected = "it is that of the header",
            Matters = "the old title has to be put back by PATCH",
            IfOther = "there is nothing to put back",
            Without = Replaced,
            AskAsync = async run =>
            {
                var title = (await run.GetVideoAsync()).Data.Text("title");
                return new(title == Title, title == Title ? "that of the header" : "the old one");
            },
        },
        new("replace-shown", "What does GET show right after?")
        {
            Subject = "Replacing",
            Expected = "done, with the assets of the old file",
            Matters = "done is no sign that the new file is ready: its original's MD5 or dates are",
            IfOther = "the status may be waited for",
            Without = Replaced,
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync();
                var status = video.Data.Text("status");
                var md5 = OriginalOf(video)?.Text("md5");
                var isOld = Convert.ToHexString(MD5.HashData(run.Film)).Equals(md5, StringComparison.OrdinalIgnoreCase);
                var original = isOld ? "with the old original" : string.IsNullOrEmpty(md5) ? "without an MD5" : "with the new original";
                return new(status == "done" && isOld, video.Or($"{status}, {original}"));
            },
        },
    ];

    private static string? Replaced(ProbeRun run) =>
        Without.PlayableVideo(run) ?? (run.IsReplaced ? null : "the file was not replaced (see replace)");

    private static JsonElement? OriginalOf(ProbeResponse video) =>
        video.Data.Items("assets").Where(asset => asset.Text("quality") == "original").Cast<JsonElement?>().FirstOrDefault();

    private static async Task<ProbeAnswer> DownloadAsync(ProbeRun run)
    {
        var original = OriginalOf(await run.GetVideoAsync());
        var link = original?.Address("download_link") ?? original?.Address("url");
        if (link is null)
            return new(false, "there is no link");
        var uri = new Uri(link);
        try
        {
            var bytes = await run.Retry.CallAsync(token => run.Kinescope.DownloadAsync(uri, 2 * run.Film.Length, token), run.Stop);
            var isSame = bytes.AsSpan().SequenceEqual(run.Film);
            return new(
                isSame,
                $"{bytes.Length} bytes from {uri.Host}, SHA-256 {Convert.ToHexString(SHA256.HashData(bytes))[..16].ToLowerInvariant()}...: "
                + (isSame ? "the file" : "another file"));
        }
        catch (KinescopeRequestException refusal)
        {
            return new(false, $"{uri.Host} answered HTTP {(int)refusal.StatusCode}");
        }
        catch (KinescopeException failure) when (failure.ErrorId is ErrorIds.DownloadRefused or ErrorIds.AnswerInvalid)
        {
            return new(false, failure.Message);
        }
    }
}
