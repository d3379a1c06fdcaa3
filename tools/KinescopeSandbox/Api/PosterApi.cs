using System.Security.Cryptography;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/videos/{v}/posters`, from a moment of the video, and `POST /v2/poster`, from a JPEG. A new one is active.</summary>
public sealed class PosterApi(SandboxState state, TimeProvider clock, Platform platform, VideoView view)
{
    private const string All = "/v1/videos/{videoId}/posters";
    private const string One = All + "/{posterId}";

    /// <summary>The first three bytes of a JPEG.</summary>
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, (RequestDelegate)(context => Answer.DataAsync(context, Find(context).Extras.Posters.Select(View))));
        routes.MapPost(All, (RequestDelegate)FromMomentAsync);
        routes.MapPost(One + "/active", (RequestDelegate)ActivateAsync);
        routes.MapDelete(One, (RequestDelegate)DeleteAsync);
        routes.MapPost("/v2/poster", (RequestDelegate)FromFileAsync);
    }

    /// <summary>The active poster, as the video's object shows it; null: there is none.</summary>
    public static object? Active(Video video) => video.Extras.Posters.FirstOrDefault(poster => poster.Active) is { } poster ? View(poster) : null;

    private async Task FromMomentAsync(HttpContext context)
    {
        var video = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        if (fields.Number("from_time") is not >= 0)
            fields.Invalid("from_time", "required", "must be a number of seconds");
        fields.ThrowIfInvalid();
        await AddAsync(context, video, fields.Number("from_time"), sha256: null);
    }

    private async Task FromFileAsync(HttpContext context)
    {
        var video = state.FindVideo(Parse.VideoId(context.Request.Headers["X-Video-ID"].ToString())) ?? throw ApiError.NoSuchEntity("video");
        using var picture = new MemoryStream();
        await context.Request.BodyReader.CopyToAsync(picture, context.RequestAborted);
        if (!picture.ToArray().AsSpan().StartsWith(Jpeg))
            throw ApiError.Unexpected("the body is no JPEG");
        if (picture.Length > platform.Ways.PosterCap)
            throw ApiError.Unexpected("the picture is too large");
        await AddAsync(context, video, fromTime: null, Convert.ToHexStringLower(SHA256.HashData(picture.ToArray())));
    }

    private Task AddAsync(HttpContext context, Video video, double? fromTime, string? sha256)
    {
        var ways = platform.Ways;
        if (ways.PosterBeforeDone == "refused" && view.StatusOf(video) != "done")
            throw ApiError.Unexpected("the video is not processed yet");
        var isActive = ways.NewPoster == "active";
        var poster = new Poster(Guid.NewGuid(), fromTime, isActive, clock.GetUtcNow()) { Sha256 = sha256 };
        Change(video, posters => [.. posters.Select(other => isActive ? other with { Active = false } : other), poster]);
        return Answer.CreatedAsync(context, View(poster), ways.PosterAnswers);
    }

    private Task ActivateAsync(HttpContext context)
    {
        var (video, poster) = FindPoster(context);
        Change(video, posters => [.. posters.Select(other => other with { Active = other.Id == poster.Id })]);
        return Answer.DataAsync(context, View(poster with { Active = true }));
    }

    private Task DeleteAsync(HttpContext context)
    {
        var (video, poster) = FindPoster(context);
        Change(video, posters => [.. posters.Where(other => other.Id != poster.Id)]);
        return Answer.DataAsync(context, new { success = true });
    }

    private void Change(Video video, Func<IReadOnlyList<Poster>, IReadOnlyList<Poster>> change) => state.Update(
        video.Id, current => current with { Extras = current.Extras with { Posters = change(current.Extras.Posters) } });

    private Video Find(HttpContext context) =>
        state.FindVideo(Parse.VideoId(Parse.Route(context, "videoId"))) ?? throw ApiError.NoSuchEntity("video");

    private (Video Video, Poster Poster) FindPoster(HttpContext context)
    {
        var (video, id) = (Find(context), Parse.Uuid(Parse.Route(context, "posterId")));
        return (video, video.Extras.Posters.FirstOrDefault(poster => poster.Id == id) ?? throw ApiError.NoSuchEntity("poster"));
    }

    private static object View(Poster poster)
    {
        string Link(string size) => $"https://kinescope.io/poster/{poster.Id:D}/{size}.jpg";
        return new
        {
            poster.Id,
            Status = "done",
            poster.Active,
            Original = Link("original"),
            Md = Link("md"),
            Sm = Link("sm"),
            Xs = Link("xs"),
        };
    }
}
