using System.Net.Http.Headers;
using System.Text;
using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about what belongs to a video beside its file.</summary>
internal static class ExtraQuestions
{
    private const string Subject = "Poster, subtitles, chapters";
    private const string NotYet = "the module has no command for it yet: use Invoke-KinescopeApi, or the dashboard";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("poster-moment", "Can a poster be made from a moment of the video?")
        {
            Subject = Subject,
            Expected = "POST /v1/videos/{id}/posters with from_time in seconds is taken",
            Matters = "posters for a whole course by script",
            IfOther = NotYet,
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
            Matters = "posters for a whole course by script",
            IfOther = NotYet,
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
            Matters = "no public success is known",
            IfOther = NotYet,
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
        new("chapters", "Are chapters kept, with times in milliseconds?")
        {
            Subject = Subject,
            Expected = "PUT /v1/videos/{id}/chapters is taken, and GET shows the same numbers",
            Matters = "chapters for a whole course by script",
            IfOther = NotYet,
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
}
