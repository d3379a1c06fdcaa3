using KinescopeSandbox.Api;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Uploader;

/// <summary>`POST /v2/init`: announces a file and hands out the endpoint for its bytes.</summary>
public sealed class InitApi(SandboxState state, TimeProvider clock, Platform platform, VideoView view, UploadPlaces places)
{
    private int Success => int.Parse(platform.Ways.InitAnswers);

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v2/init", (RequestDelegate)(context =>
        context.Request.Headers.ContainsKey("Tus-Resumable") ? TusCreationAsync(context) : InitAsync(context)));

    /// <summary>JSON init: every call makes a new entry under an id of the server's choice.</summary>
    private async Task InitAsync(HttpContext context)
    {
        var fields = await JsonFields.ReadAsync(context);
        var type = fields.Required("type");
        var parent = fields.Required("parent_id");
        var fileName = fields.Required("filename");
        var length = fields.Integer("filesize");
        if (length is null)
            fields.Invalid("filesize", "required", "must not be empty");
        else if (length < 1)
            fields.Invalid("filesize", "min", "1");
        fields.ThrowIfInvalid();
        if (type != "video")
            throw ApiError.Unexpected($"type '{type}': the sandbox takes videos only");

        var (projectId, folderId) = places.Resolve(Parse.Uuid(parent), TokenGate.TokenOf(context));
        var video = new Video
        {
            Id = Guid.NewGuid(),
            ProjectId = projectId,
            FolderId = folderId,
            Title = TextRules.Title(fields.Text("title") is { Length: > 0 } title ? title : fileName, platform.Ways)!,
            Description = TextRules.DescriptionAtInit(fields.Text("description"), platform.Ways),
            CreatedAt = clock.GetUtcNow(),
            Upload = new Upload { Id = Guid.NewGuid(), Length = length, FileName = fileName },
        };
        state.TryAdd(video);
        await Answer.DataAsync(context, new { id = view.IdOf(video), endpoint = places.EndpointOf(video.Upload.Id) }, Success);
    }

    /// <summary>tus creation, as the dashboard does it: the client's `init_id` becomes the video's id and can be used once.</summary>
    private Task TusCreationAsync(HttpContext context)
    {
        var creation = TusCreation.Read(context.Request, state.Workspace.Id);
        var (projectId, folderId) = places.Resolve(creation.ParentId, TokenGate.TokenOf(context));
        var video = new Video
        {
            Id = creation.InitId,
            ProjectId = projectId,
            FolderId = folderId,
            Title = TextRules.Title(creation.Title, platform.Ways)!,
            CreatedAt = clock.GetUtcNow(),
            Upload = new Upload { Id = Guid.NewGuid(), Length = creation.Length, FileName = creation.FileName },
        };
        if (!state.TryAdd(video))
            throw ApiError.AlreadyExists();

        context.Response.StatusCode = Success;
        context.Response.Headers.Location = places.EndpointOf(video.Upload.Id);
        context.Response.Headers[Tus.Resumable] = Tus.Version;
        return Task.CompletedTask;
    }
}
