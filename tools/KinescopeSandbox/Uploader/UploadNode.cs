using KinescopeSandbox.Api;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Uploader;

/// <summary>The endpoint that init hands out: tus 1.0.0 and plain POST, without authorization.</summary>
public sealed class UploadNode(SandboxState state, UploadSessions sessions, VideoView view, TimeProvider clock, Platform platform)
{
    private const string Route = "/v2/upload/{uploadId}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Route, ["OPTIONS"], (RequestDelegate)Options);
        routes.MapMethods(Route, ["HEAD"], (RequestDelegate)Head);
        routes.MapMethods(Route, ["PATCH"], (RequestDelegate)PatchAsync);
        routes.MapMethods(Route, ["POST"], (RequestDelegate)PostAsync);
    }

    private static Task Options(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers[Tus.Resumable] = Tus.Version;
        context.Response.Headers["Tus-Version"] = Tus.Version;
        context.Response.Headers["Tus-Extension"] = "creation";
        return Task.CompletedTask;
    }

    private Task Head(HttpContext context)
    {
        Tus.CheckVersion(context);
        context.Response.Headers[Tus.Resumable] = Tus.Version;
        context.Response.Headers.CacheControl = "no-store";
        var upload = Find(context).Upload;
        context.Response.Headers[Tus.UploadOffset] = state.Bytes.Length(upload.Id).ToString();
        if (upload.Length is { } length)
            context.Response.Headers[Tus.UploadLength] = length.ToString();
        return Task.CompletedTask;
    }

    private async Task PatchAsync(HttpContext context)
    {
        Tus.CheckVersion(context);
        context.Response.Headers[Tus.Resumable] = Tus.Version;
        var upload = Find(context).Upload;
        if (context.Request.ContentType != Tus.ContentType)
            throw ApiError.Tus(StatusCodes.Status415UnsupportedMediaType, $"Content-Type must be {Tus.ContentType}");
        if (Tus.Bytes(context.Request, Tus.UploadOffset) is not { } offset)
            throw ApiError.Tus(StatusCodes.Status400BadRequest, $"{Tus.UploadOffset} is missing or no number");

        var end = await sessions.ReceiveAsync(context, upload.Id, offset, upload.Length);
        context.Response.StatusCode = int.Parse(platform.Ways.BytesAnswer);
        context.Response.Headers[Tus.UploadOffset] = end.ToString();
    }

    /// <summary>The whole file in one request. The length announced at init is not compared, as on the platform.</summary>
    private async Task PostAsync(HttpContext context)
    {
        var video = Find(context);
        if (video.Upload.CompletedAt is not null)
            throw ApiError.Tus(StatusCodes.Status409Conflict, "the upload is complete");
        try
        {
            await sessions.ReceiveAsync(context, video.Upload.Id, offset: null, length: null);
        }
        catch (Exception exception) when (exception is not ApiError)
        {
            MarkInterrupted(state, video.Id, video.Upload.Id);
            throw;
        }
        await Answer.DataAsync(context, view.Created(state.FindVideo(video.Id) ?? video));
    }

    /// <summary>A single request that broke off leaves its entry behind as `suspended`.</summary>
    internal static void MarkInterrupted(SandboxState state, Guid videoId, Guid uploadId) =>
        state.Update(videoId, video => video.Upload.Id == uploadId ? video with { Upload = video.Upload with { Interrupted = true } } : video);

    /// <exception cref="ApiError">404 unknown or deleted; after a fault, at the end of its life or once it is complete, what is asked for.</exception>
    private Video Find(HttpContext context)
    {
        var video = Guid.TryParse(Parse.Route(context, "uploadId"), out var id) ? state.FindByUpload(id) : null;
        if (video?.Upload.ForgottenStatus is { } status)
            throw ApiError.Tus(status, "the upload is gone");
        var ways = platform.Ways;
        if (video is not null && ways.UploadLifetime > 0 && video.CreatedAt.AddSeconds(ways.UploadLifetime) <= clock.GetUtcNow())
            throw ApiError.Tus(int.Parse(ways.ExpiredUpload), "the upload has expired");
        if (video?.Upload.CompletedAt is not null && ways.HeadAfterCompletion != "200")
            throw ApiError.Tus(int.Parse(ways.HeadAfterCompletion), "the upload is complete");
        return video ?? throw ApiError.NoSuchEntity("upload");
    }
}
