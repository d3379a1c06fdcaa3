using KinescopeSandbox.Api;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Uploader;

/// <summary>`POST /v2/video`: the raw bytes in one request, with all else in headers.</summary>
public sealed class SingleRequestApi(SandboxState state, TimeProvider clock, Platform platform, UploadPlaces places, UploadSessions sessions, VideoView view)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v2/video", (RequestDelegate)UploadAsync);

    private async Task UploadAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.ContainsKey("X-Video-URL"))
            throw ApiError.Unexpected("X-Video-URL: the sandbox cannot import from an address");
        var title = headers["X-Video-Title"].ToString();
        if (title.Length == 0)
            throw ApiError.Validation(new InvalidParam("X-Video-Title", "required", "must not be empty"));
        title = TextRules.Title(title, platform.Ways)!;
        var upload = new Upload
        {
            Id = Guid.NewGuid(),
            Length = context.Request.ContentLength,
            FileName = headers["X-File-Name"].ToString() is { Length: > 0 } name ? name : title,
        };

        var replaced = headers["X-Replace-Video-ID"].ToString();
        var video = replaced.Length > 0 && platform.Ways.ReplaceId == "kept" ? Replace(Parse.VideoId(replaced), upload, title) : Create(context, upload, title);
        try
        {
            await sessions.ReceiveAsync(context, upload.Id, offset: null, length: null);
        }
        catch (Exception exception) when (exception is not ApiError)
        {
            // An interrupted replacement leaves the old file in place.
            if (video.ReplacedUpload is null)
                UploadNode.MarkInterrupted(state, video.Id, upload.Id);
            else
                state.Update(video.Id, current => current with { Upload = video.ReplacedUpload, ReplacedUpload = null });
            throw;
        }
        if (video.ReplacedUpload is not null)
            state.Update(video.Id, current => Without(current, platform.Ways.ReplaceTakes));
        await Answer.DataAsync(context, view.Created(state.FindVideo(video.Id) ?? video));
    }

    private Video Create(HttpContext context, Upload upload, string title)
    {
        var parent = context.Request.Headers["X-Parent-ID"].ToString();
        var parentId = parent.Length > 0 ? Parse.Uuid(parent) : state.Workspace.DefaultProjectId;
        var (projectId, folderId) = places.Resolve(parentId, TokenGate.TokenOf(context));
        var video = new Video
        {
            Id = Guid.NewGuid(),
            ProjectId = projectId,
            FolderId = folderId,
            Title = title,
            Description = TextRules.DescriptionAtInit(context.Request.Headers["X-Video-Description"].ToString(), platform.Ways),
            CreatedAt = clock.GetUtcNow(),
            Upload = upload,
        };
        state.TryAdd(video);
        return video;
    }

    /// <summary>The title is overwritten too, as on the platform; the rest of the entry stays, unless the way is another one.</summary>
    private Video Replace(Guid videoId, Upload upload, string title)
    {
        var video = state.FindVideo(videoId) ?? throw ApiError.NoSuchEntity("video");
        return state.Update(video.Id, current => current with
        {
            Title = platform.Ways.ReplaceTitle == "header" ? title : current.Title,
            Upload = upload with { FailsAs = platform.Ways.ReplaceEnds == "done" ? null : platform.Ways.ReplaceEnds },
            ReplacedUpload = view.Visible(current),
            UpdatedAt = clock.GetUtcNow(),
        })!;
    }

    private static Video Without(Video video, string taken)
    {
        bool Takes(string name) => taken == name || taken == "everything";
        var extras = video.Extras;
        return video with
        {
            Description = Takes("description") ? "" : video.Description,
            Tags = Takes("tags") ? [] : video.Tags,
            PrivacyType = Takes("privacy") ? "anywhere" : video.PrivacyType,
            PrivacyDomains = Takes("privacy") ? [] : video.PrivacyDomains,
            Extras = extras with
            {
                // The pictures stay in the list.
                Posters = Takes("poster") ? [.. extras.Posters.Select(poster => poster with { Active = false })] : extras.Posters,
                Chapters = Takes("chapters") ? [] : extras.Chapters,
                Subtitles = Takes("subtitles") ? [] : extras.Subtitles,
            },
        };
    }
}
