using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/videos`.</summary>
public sealed class VideoApi(SandboxState state, TimeProvider clock, Platform platform, VideoView view)
{
    private const string All = "/v1/videos";
    private const string One = All + "/{videoId}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, (RequestDelegate)ListAsync);
        routes.MapGet(One, (RequestDelegate)(context => Answer.DataAsync(context, view.Full(FindOrBin(context)))));
        routes.MapPatch(One, (RequestDelegate)PatchAsync);
        routes.MapPut(One + "/move", (RequestDelegate)MoveAsync);
        routes.MapDelete(One, (RequestDelegate)Delete);
    }

    /// <summary>Filters narrow each other.</summary>
    private Task ListAsync(HttpContext context)
    {
        var (query, ways) = (context.Request.Query, platform.Ways);
        var videos = state.Videos.All.Where(video => (video.DeletedAt is null || ways.DeletedVideo == "in-bin-and-lists") && IsOlder(video.CreatedAt, ways.ListDelay));
        if (query["project_id"].ToString() is { Length: > 0 } project)
            videos = Where(videos, Parse.Uuid(project), (video, id) => video.ProjectId == id && (ways.ProjectFilter == "all" || video.FolderId is null));
        if (query["folder_id"].ToString() is { Length: > 0 } folder)
            videos = Where(videos, FoldersOf(Parse.Uuid(folder), ways), (video, ids) => video.FolderId is { } id && ids.Contains(id));
        if (query["without_folder"] is [("true" or "1"), ..])
            videos = videos.Where(video => video.FolderId is null);
        if (ListQuery.Many(context, "status[]") is { Count: > 0 } statuses)
            videos = videos.Where(video => statuses.Contains(view.StatusOf(video)));
        if (ListQuery.Many(context, "video_ids[]") is { Count: > 0 } texts)
        {
            if (texts.Count > ways.VideoIdsCap && ways.VideoIdsOverCap == "refused")
                throw ApiError.Validation(new InvalidParam("video_ids", "max", $"{ways.VideoIdsCap}"));
            videos = Where(videos, texts.Take((int)ways.VideoIdsCap).Select(Parse.VideoId).ToHashSet(), (video, ids) => ids.Contains(video.Id));
        }
        if (query["q"].ToString() is { Length: > 0 } words)
            videos = videos.Where(video => IsOlder(video.UpdatedAt ?? video.CreatedAt, ways.SearchDelay) && Search.Finds(words, video, ways));

        return ListQuery.AnswerAsync(context, ways, videos, OrderFields(), "created_at.desc", view.Full);
    }

    private async Task PatchAsync(HttpContext context)
    {
        var video = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        var title = TextRules.Title(fields.Text("title"), platform.Ways);
        if (fields.Text("privacy_type") is not (null or "anywhere" or "nowhere" or "custom"))
            fields.Invalid("privacy_type", "oneof", "anywhere nowhere custom");
        fields.ThrowIfInvalid();
        var changed = state.Update(video.Id, current => current with
        {
            Title = title ?? current.Title,
            Description = TextRules.Description(fields.Text("description"), platform.Ways) ?? current.Description,
            PrivacyType = fields.Text("privacy_type") ?? current.PrivacyType,
            PrivacyDomains = fields.Texts("privacy_domains") ?? current.PrivacyDomains,
            AdditionalMaterialsEnabled = fields.Flag("additional_materials_enabled") ?? current.AdditionalMaterialsEnabled,
            Tags = fields.Texts("tags") ?? current.Tags,
            UpdatedAt = clock.GetUtcNow(),
        });
        await Answer.DataAsync(context, view.Changed(changed!));
    }

    private async Task MoveAsync(HttpContext context)
    {
        var video = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        var ways = platform.Ways;
        if (ways.MoveNeedsProject == "yes")
            fields.Required("project_id");
        if (ways.MoveToRoot == "refused")
            fields.Required("folder_id");
        fields.ThrowIfInvalid();
        var projectId = fields.Uuid("project_id");
        var folderId = fields.Uuid("folder_id") ?? (ways.MoveToRoot == "ignored" ? video.FolderId : null);
        var folder = folderId is { } id ? state.Folders.Find(id) ?? throw ApiError.NoSuchEntity("folder") : null;
        var target = projectId ?? folder?.ProjectId ?? video.ProjectId;
        if (state.Projects.Find(target) is null)
            throw ApiError.NoSuchEntity("project");
        if (folder is not null && folder.ProjectId != target)
            throw ApiError.NoSuchEntity("folder");

        var moved = state.Update(video.Id, current => current with { ProjectId = target, FolderId = folderId, UpdatedAt = clock.GetUtcNow() });
        await Answer.DataAsync(context, view.Changed(moved!));
    }

    private Task Delete(HttpContext context)
    {
        state.Delete(Find(context), clock.GetUtcNow());
        if (platform.Ways.DeleteAnswers == "200")
            return Answer.DataAsync(context, new { success = true });
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private Video Find(HttpContext context) =>
        state.FindVideo(Parse.VideoId(Parse.Route(context, "videoId"))) ?? throw ApiError.NoSuchEntity("video");

    private Video FindOrBin(HttpContext context) =>
        platform.Ways.DeletedVideo != "gone" && state.Videos.Find(Parse.VideoId(Parse.Route(context, "videoId"))) is { } video ? video : Find(context);

    private bool IsOlder(DateTimeOffset moment, double seconds) => moment.AddSeconds(seconds) <= clock.GetUtcNow();

    private HashSet<Guid> FoldersOf(Guid folder, PlatformWays ways)
    {
        var folders = new HashSet<Guid> { folder };
        while (ways.FolderFilter == "subfolders"
            && state.Folders.All.Where(child => child.ParentId is { } parent && folders.Contains(parent)).Count(child => folders.Add(child.Id)) > 0)
        {
        }
        return folders;
    }

    private static IEnumerable<Video> Where<T>(IEnumerable<Video> videos, T value, Func<Video, T, bool> holds) =>
        videos.Where(video => holds(video, value));

    private Dictionary<string, Comparison<Video>> OrderFields() => new()
    {
        ["title"] = (left, right) => string.CompareOrdinal(left.Title, right.Title),
        ["description"] = (left, right) => string.CompareOrdinal(left.Description, right.Description),
        ["created_at"] = (left, right) => left.CreatedAt.CompareTo(right.CreatedAt),
        ["updated_at"] = (left, right) => Nullable.Compare(left.UpdatedAt, right.UpdatedAt),
        ["duration"] = (left, right) => view.DurationOf(left).CompareTo(view.DurationOf(right)),
    };
}
