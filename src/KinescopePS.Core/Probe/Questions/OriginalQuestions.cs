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
                // As Send-KinescopeVideo -Replace makes it.
                content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                var headers = new Dictionary<string, string>
                {
                    ["X-Video-Title"] = Title,
                    ["X-Replace-Video-ID"] = run.Video!.VideoId,
                };
                run.Scratch.HasLostVideos = true;
                run.BeforeReplacing = await run.Kinescope.GetDetailsAsync(run.Video.VideoId, run.Stop);
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
        new("replace-keeps", "Does all stay that the video had beside its file?")
        {
            Subject = "Replacing",
            Expected = "description, tags, privacy, poster, chapters and subtitles are as before",
            Matters = "Send-KinescopeVideo -Replace puts back what goes",
            IfOther = "it is put back, but for subtitles and a poster that is not listed any more, which are named",
            Without = Replaced,
            AskAsync = async run =>
            {
                var now = await run.Kinescope.GetDetailsAsync(run.Video!.VideoId, run.Stop);
                List<string> gone = [.. Gone(run.BeforeReplacing!, now)];
                return new(gone.Count == 0, gone.Count == 0 ? "all" : $"other than before: {string.Join(", ", gone)}");
            },
        },
        new("replace-ready", "Are the new files told from the old ones?")
        {
            Subject = "Replacing",
            Expected = "once the video is processed, each of its files has another id, size or date",
            Matters = "Send-KinescopeVideo -Replace takes the new content for ready by that, with -Wait and -Verify too",
            IfOther = "-Wait and -Verify find no end, and later runs tell that it is processed yet: look at the video",
            Without = Replaced,
            AskAsync = async run =>
            {
                var (old, seen) = (run.BeforeReplacing!.Video.Assets.Select(FileOf).ToHashSet(), 0);
                var time = await run.WaitAsync(run.Patience.Patience, async () =>
                {
                    var video = await run.Retry.CallAsync(token => run.Kinescope.GetVideoAsync(run.Video!.VideoId, token), run.Stop);
                    seen = video.Assets.Select(FileOf).Count(old.Contains);
                    return video.IsReady && video.Assets.Count > 0 && seen == 0;
                });
                return new(time is not null, time is { } wait ? $"after {wait.TotalSeconds:0} s" : $"{seen} of them are as before");
            },
        },
    ];

    private static string? Replaced(ProbeRun run) =>
        Without.PlayableVideo(run) ?? (run.IsReplaced ? null : "the file was not replaced (see replace)");

    private static (string?, string?, long?, DateTimeOffset?) FileOf(KinescopeAsset asset) =>
        (asset.AssetId, asset.Quality, asset.Length, asset.CreatedAt);

    private static IEnumerable<string> Gone(VideoDetails before, VideoDetails now)
    {
        (string Name, bool IsSame)[] parts =
        [
            ("description", before.Video.Description == now.Video.Description),
            ("tags", before.Video.Tags.SequenceEqual(now.Video.Tags)),
            ("privacy", before.Video.PrivacyType == now.Video.PrivacyType
                && before.Video.PrivacyDomains.SequenceEqual(now.Video.PrivacyDomains)),
            ("poster", before.PosterId == now.PosterId),
            ("chapters", before.Chapters.SequenceEqual(now.Chapters)),
            ("subtitles", before.Subtitles.SequenceEqual(now.Subtitles)),
        ];
        return parts.Where(part => !part.IsSame).Select(part => part.Name);
    }

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
