using System.Net.Http.Headers;
using System.Text;
using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about what belongs to a video beside its file.</summary>
internal static class ExtraQuestions
{
    private const string Subject = "Poster, subtitles, chapters";
    private const string WithIt = "Send-KinescopeVideo -WithCompanions, and the command of its own";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("poster-moment", "Can a poster be made from a moment of the video?")
        {
            Subject = Subject,
            Expected = "POST /v1/videos/{id}/posters with from_time in seconds is taken",
            Matters = "Set-KinescopePoster -At",
            IfOther = "the command says so: send a JPEG, or choose the moment in the dashboard",
            Without = Without.PlayableVideo,
            AskAsync = async run =>
            {
                var made = await run.CallAsync(HttpMethod.Post, $"/v1/videos/{run.Video!.VideoId}/posters", new { from_time = 1 });
                var list = await run.GetAsync($"/v1/videos/{run.Video.VideoId}/posters");
                return new(
                    made.IsSuccess,
                    made.Or(
                        $"status {made.Data.Text("status") ?? "is not told"}; "
                        + $"the list: {list.Or($"{list.Body.Items("data").Count} posters")}"));
            },
        },
        new("poster-file", "Can a poster be sent as a JPEG?")
        {
            Subject = Subject,
            Expected = "POST /v2/poster at the uploader with X-Video-ID is taken",
            Matters = WithIt,
            IfOther = "an error names each poster, and the videos are uploaded all the same: set them in the dashboard",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                using var picture = new ByteArrayContent(ProbePicture.Create());
                picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
                var headers = new Dictionary<string, string> { ["X-Video-ID"] = run.Video!.VideoId };
                var made = await run.TryAsync(run.Kinescope.UploadAsync("/v2/poster", picture, headers, run.Stop));
                var poster = (await run.GetVideoAsync()).Data.Field("poster");
                return new(
                    made.IsSuccess,
                    made.Or(poster.ValueKind == System.Text.Json.JsonValueKind.Object ? "GET shows a poster" : "GET shows no poster yet"));
            },
        },
        new("poster-delete", "Can a poster be deleted?")
        {
            Subject = Subject,
            Expected = "yes, by its id in the list",
            Matters = "a wrong poster can be taken back",
            IfOther = "delete it in the dashboard",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos/{run.Video!.VideoId}/posters");
                var posters = list.Body.Items("data");
                var poster = posters.FirstOrDefault(item => item.Field("active").ValueKind != System.Text.Json.JsonValueKind.True);
                if (posters.Count == 0 || (poster.Id("id") ?? posters[0].Id("id")) is not { } id)
                    return ProbeAnswer.Noted(list.Or("there is no poster"));
                var gone = await run.CallAsync(HttpMethod.Delete, $"/v1/videos/{run.Video.VideoId}/posters/{id}");
                return new(gone.IsSuccess, gone.ToString());
            },
        },
        new("subtitles", "Are subtitles taken (multipart: language, description, file)?")
        {
            Subject = Subject,
            Expected = "a WebVTT file is taken, and GET shows it",
            Matters = $"{WithIt}; no public success is known",
            IfOther = "an error names the subtitles, and the videos are uploaded all the same: add them in the dashboard",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                using var form = new MultipartFormDataContent
                {
                    { new StringContent("ru"), "language" },
                    { new StringContent("probe"), "description" },
                };
                var file = new ByteArrayContent(Encoding.UTF8.GetBytes("WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nПроба\n"));
                file.Headers.ContentType = new MediaTypeHeaderValue("text/vtt");
                form.Add(file, "file", "probe.vtt");
                var made = await run.CallAsync(HttpMethod.Post, $"/v1/videos/{run.Video!.VideoId}/subtitles", form);
                var shown = (await run.GetVideoAsync()).Data.Items("subtitles").Count;
                return new(made.IsSuccess && shown > 0, made.Or($"GET shows {shown}"));
            },
        },
        new("subtitles-list", "Does the list of subtitles show them with their language and a link to the file?")
        {
            Subject = Subject,
            Expected = "each has an id, its language, and a link that gives what was sent, or the same as WebVTT",
            Matters = "without a record, subtitles that are there are known by their text, so that none is there twice",
            IfOther = "without a record Set-KinescopeSubtitle replaces them each time, and -WithCompanions leaves them",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos/{run.Video!.VideoId}/subtitles");
                var item = list.Body.Items("data").FirstOrDefault();
                var link = item.Address("url");
                var text = link is null ? null : await DownloadAsync(run, link);
                var gives = link is null ? "there is no link"
                    : text is null ? "the link gives nothing"
                    : text.StartsWith("WEBVTT", StringComparison.Ordinal) ? "the link gives WebVTT" : "the link gives another file";
                var languages = string.Join(", ", list.Body.Items("data").Select(each => each.Text("language")));
                return new(
                    item.Text("language") == "ru" && text?.Contains("Проба") == true,
                    list.Or($"{list.Body.Items("data").Count} with the languages {languages}; {gives}"));
            },
        },
        new("subtitles-delete", "Can subtitles be deleted?")
        {
            Subject = Subject,
            Expected = "yes, by their id in the list",
            Matters = "subtitles that were corrected take the place of the old ones",
            IfOther = "the new ones are added, the error SubtitleNotRemoved names the video: delete the old ones in the dashboard",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos/{run.Video!.VideoId}/subtitles");
                if (list.Body.Items("data").FirstOrDefault().Id("id") is not { } id)
                    return ProbeAnswer.Noted(list.Or("there are no subtitles"));
                var gone = await run.CallAsync(HttpMethod.Delete, $"/v1/videos/{run.Video.VideoId}/subtitles/{id}");
                var left = (await run.GetAsync($"/v1/videos/{run.Video.VideoId}/subtitles")).Body.Items("data").Count;
                return new(gone.IsSuccess && left == 0, gone.Or($"{gone}; the list then has {left}"));
            },
        },
        new("chapters", "Are chapters kept, with times in milliseconds?")
        {
            Subject = Subject,
            Expected = "PUT /v1/videos/{id}/chapters is taken, and GET shows the same numbers",
            Matters = WithIt,
            IfOther = "an error names the chapters, and the videos are uploaded all the same: make them in the dashboard",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                var chapters = new
                {
                    items = new[] { new { time = 0, title = "Начало" }, new { time = 1500, title = "Конец" } },
                    enabled = true,
                    show_on_load = false,
                };
                var put = await run.CallAsync(HttpMethod.Put, $"/v1/videos/{run.Video!.VideoId}/chapters", chapters);
                var times = (await run.GetVideoAsync()).Data.Field("chapters").Items("items").Select(item => item.Number("time")).ToList();
                return new(
                    put.IsSuccess && times is [0, 1500],
                    put.Or($"GET shows the times {(times.Count == 0 ? "of none" : string.Join(", ", times))}"));
            },
        },
    ];

    /// <summary>The text behind a link; null where it is refused.</summary>
    private static async Task<string?> DownloadAsync(ProbeRun run, string link)
    {
        const int Most = 100_000;
        try
        {
            return Encoding.UTF8.GetString(await run.Kinescope.DownloadAsync(new Uri(link), Most, run.Stop));
        }
        catch (KinescopeException)
        {
            return null;
        }
    }
}
