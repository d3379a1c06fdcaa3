using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/videos/{v}/subtitles` and `/chapters`.</summary>
public sealed class CaptionApi(SandboxState state, TimeProvider clock)
{
    private const string Subtitles = "/v1/videos/{videoId}/subtitles";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Subtitles, (RequestDelegate)(context => Answer.DataAsync(context, Shown(Find(context)))));
        routes.MapPost(Subtitles, (RequestDelegate)AddAsync);
        routes.MapDelete(Subtitles + "/{subtitleId}", (RequestDelegate)DeleteAsync);
        routes.MapPut("/v1/videos/{videoId}/chapters", (RequestDelegate)SetChaptersAsync);
    }

    /// <summary>The subtitles, as the video's object shows them.</summary>
    public static object Shown(Video video) => video.Extras.Subtitles.Select(View);

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

        var subtitle = new Subtitle(Guid.NewGuid(), language, form["description"].ToString(), file!.FileName, file.Length, clock.GetUtcNow());
        Change(video, extras => extras with { Subtitles = [.. extras.Subtitles, subtitle] });
        await Answer.DataAsync(context, View(subtitle), StatusCodes.Status201Created);
    }

    private Task DeleteAsync(HttpContext context)
    {
        var (video, id) = (Find(context), Parse.Uuid(Parse.Route(context, "subtitleId")));
        if (video.Extras.Subtitles.All(subtitle => subtitle.Id != id))
            throw ApiError.NoSuchEntity("subtitle");
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

    private static object View(Subtitle subtitle) => new
    {
        subtitle.Id,
        subtitle.Language,
        subtitle.Description,
        subtitle.FileName,
        subtitle.CreatedAt,
    };
}
