using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/videos/{v}/subtitles` and `/chapters`.</summary>
public sealed class CaptionApi(SandboxState state, TimeProvider clock, Platform platform)
{
    private const string Subtitles = "/v1/videos/{videoId}/subtitles";
    private const string Links = AssetApi.Root + "/subtitles";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Subtitles, (RequestDelegate)ListAsync);
        routes.MapGet(Links + "/{videoId}/{subtitleId}", (RequestDelegate)SendTextAsync);
        routes.MapPost(Subtitles, (RequestDelegate)AddAsync);
        routes.MapDelete(Subtitles + "/{subtitleId}", (RequestDelegate)DeleteAsync);
        routes.MapPut("/v1/videos/{videoId}/chapters", (RequestDelegate)SetChaptersAsync);
    }

    /// <summary>The subtitles, as the video's object shows them.</summary>
    public static object Shown(Video video, SandboxState state, Platform platform) =>
        video.Extras.Subtitles.Select(subtitle => View(video, subtitle, state, platform));

    /// <summary>The chapters, as the video's object shows them.</summary>
    public static object Chapters(Video video) => new
    {
        items = video.Extras.Chapters,
        enabled = video.Extras.ChaptersEnabled,
        show_on_load = video.Extras.ChaptersShownOnLoad,
    };

    /// <summary>Multipart: `language`, `description`, `file` (WebVTT or SRT).</summary>
    private async Task AddAsync(HttpContext context)
    {
        var video = Find(context);
        if (!context.Request.HasFormContentType)
            throw ApiError.Validation(new InvalidParam("file", "required", "must be sent as multipart/form-data"));
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (language, file) = (form["language"].ToString(), form.Files["file"]);
        var invalid = new List<InvalidParam>();
        if (language.Length == 0)
            invalid.Add(new InvalidParam("language", "required", "must not be empty"));
        if (file is null || Path.GetExtension(file.FileName).ToLowerInvariant() is not (".vtt" or ".srt"))
            invalid.Add(new InvalidParam("file", "required", "must be a .vtt or .srt file"));
        if (invalid.Count > 0)
            throw ApiError.Validation(invalid);

        using var text = new StreamReader(file!.OpenReadStream());
        var subtitle = new Subtitle(Guid.NewGuid(), language, form["description"].ToString(), file.FileName, file.Length, clock.GetUtcNow())
        {
            Text = await text.ReadToEndAsync(context.RequestAborted),
        };
        Change(video, extras => extras with { Subtitles = [.. extras.Subtitles, subtitle] });
        await Answer.CreatedAsync(context, View(video, subtitle, state, platform), platform.Ways.SubtitlesAnswer);
    }

    private Task DeleteAsync(HttpContext context)
    {
        var (video, id) = (Find(context), Parse.Uuid(Parse.Route(context, "subtitleId")));
        if (video.Extras.Subtitles.All(subtitle => subtitle.Id != id))
            throw ApiError.NoSuchEntity("subtitle");
        if (platform.Ways.SubtitleDeletion == "refused")
            throw new ApiError(StatusCodes.Status403Forbidden, 100103, "access denied");
        Change(video, extras => extras with { Subtitles = [.. extras.Subtitles.Where(subtitle => subtitle.Id != id)] });
        return Answer.DataAsync(context, new { success = true });
    }

    private async Task SetChaptersAsync(HttpContext context)
    {
        var video = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        var chapters = new List<Chapter>();
        foreach (var item in fields.Items("items") ?? [])
        {
            if (item.Integer("time") is >= 0 and var time && item.Text("title") is { Length: > 0 } title)
                chapters.Add(new Chapter(time, title));
            else
                fields.Invalid("items", "dive", "each needs a time in milliseconds and a title");
        }

        if (platform.Ways.UnsortedChapters == "refused" && !chapters.Select(chapter => chapter.Time).SequenceEqual(chapters.Select(chapter => chapter.Time).Order()))
            fields.Invalid("items", "order", "must be in the order of their times");
        fields.ThrowIfInvalid();
        var changed = Change(video, extras => extras with
        {
            Chapters = chapters,
            ChaptersEnabled = fields.Flag("enabled") ?? extras.ChaptersEnabled,
            ChaptersShownOnLoad = fields.Flag("show_on_load") ?? extras.ChaptersShownOnLoad,
        });
        await Answer.DataAsync(context, Chapters(changed));
    }

    private Video Change(Video video, Func<VideoExtras, VideoExtras> change) =>
        state.Update(video.Id, current => current with { Extras = change(current.Extras) }) ?? video;

    private Video Find(HttpContext context) =>
        state.FindVideo(Parse.VideoId(Parse.Route(context, "videoId"))) ?? throw ApiError.NoSuchEntity("video");

    private Task ListAsync(HttpContext context)
    {
        var video = Find(context);
        return platform.Ways.SubtitleList == "plain"
            ? Answer.DataAsync(context, Shown(video, state, platform))
            : Answer.WriteAsync(context, new { meta = new { pagination = new { page = 1, per_page = 10, total = video.Extras.Subtitles.Count } }, data = Shown(video, state, platform) });
    }

    /// <summary>The file behind a link, which needs no token.</summary>
    private async Task SendTextAsync(HttpContext context)
    {
        var id = Parse.Uuid(Parse.Route(context, "subtitleId"));
        var subtitle = Find(context).Extras.Subtitles.FirstOrDefault(known => known.Id == id) ?? throw ApiError.NoSuchEntity("subtitle");
        if (platform.Ways.SubtitleLink == "refused")
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        context.Response.ContentType = "text/vtt";
        await context.Response.WriteAsync(platform.Ways.SubtitleLink == "webvtt" ? WebVttOf(subtitle) : subtitle.Text, context.RequestAborted);
    }

    private static string WebVttOf(Subtitle subtitle) => subtitle.Text.StartsWith("WEBVTT", StringComparison.Ordinal)
        ? subtitle.Text
        : "WEBVTT\n\n" + string.Join('\n', subtitle.Text.Split('\n').Select(line => line.Contains("-->") ? line.Replace(',', '.') : line));

    private static object View(Video video, Subtitle subtitle, SandboxState state, Platform platform) => new
    {
        subtitle.Id,
        VideoId = video.Id,
        subtitle.Language,
        subtitle.Description,
        FileName = $"{subtitle.Id:D}.vtt",
        Url = platform.Ways.SubtitleLink == "absent" ? "" : $"http://127.0.0.1:{state.Workspace.ApiPort}{Links}/{video.Id:D}/{subtitle.Id:D}?expires=1",
        subtitle.CreatedAt,
    };
}
