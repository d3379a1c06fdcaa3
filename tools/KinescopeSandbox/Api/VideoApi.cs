using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/videos`.</summary>
public sealed class VideoApi(SandboxState state, TimeProvider clock, VideoView view)
{
    private const string All = "/v1/videos";
    private const string One = All + "/{videoId}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, (RequestDelegate)ListAsync);
        routes.MapGet(One, (RequestDelegate)(context => Answer.DataAsync(context, view.Full(Find(context)))));
        routes.MapPatch(One, (RequestDelegate)PatchAsync);
        routes.MapPut(One + "/move", (RequestDelegate)MoveAsync);
        routes.MapDelete(One, (RequestDelegate)Delete);
    }

    /// <summary>Filters narrow each other. `folder_id` means that folder alone, `project_id` all its levels.</summary>
    private Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var videos = state.Videos.All.Where(video => video.DeletedAt is null);
        if (query["project_id"].ToString() is { Length: > 0 } project)
            videos = Where(videos, Parse.Uuid(project), (video, id) => video.ProjectId == id);
        if (query["folder_id"].ToString() is { Length: > 0 } folder)
            videos = Where(videos, Parse.Uuid(folder), (video, id) => video.FolderId == id);
        if (query["without_folder"] is [("true" or "1"), ..])
            videos = videos.Where(video => video.FolderId is null);
        if (ListQuery.Many(context, "status[]") is { Count: > 0 } statuses)
            videos = videos.Where(video => statuses.Contains(view.StatusOf(video)));
        if (ListQuery.Many(context, "video_ids[]") is { Count: > 0 } texts)
            videos = Where(videos, texts.Select(Parse.VideoId).ToHashSet(), (video, ids) => ids.Contains(video.Id));
        if (query["q"].ToString() is { Length: > 0 } words)
            videos = videos.Where(video => Mentions(video.Title, words) || Mentions(video.Description, words));

        return ListQuery.AnswerAsync(context, videos, OrderFields(), "created_at.desc", view.Full);
    }

    private async Task PatchAsync(HttpContext context)
    {
        var video = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        var changed = state.Update(video.Id, current => current with
        {
            Title = fields.Text("title") ?? current.Title,
            Description = fields.Text("description") ?? current.Description,
            PrivacyType = fields.Text("privacy_type") ?? current.PrivacyType,
            PrivacyDomains = fields.Texts("privacy_domains") ?? current.PrivacyDomains,
            AdditionalMaterialsEnabled = fields.Flag("additional_materials_enabled") ?? current.AdditionalMaterialsEnabled,
            Tags = fields.Texts("tags") ?? current.Tags,
            UpdatedAt = clock.GetUtcNow(),
        });
        await Answer.DataAsync(context, view.Changed(changed!));
    }

    /// <summary>Without a `folder_id` the video moves to the project's root.</summary>
    private async Task MoveAsync(HttpContext context)
    {
        var video = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        var projectId = fields.Uuid("project_id");
        var folderId = fields.Uuid("folder_id");
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
        return Answer.DataAsync(context, new { success = true });
    }

    private Video Find(HttpContext context) =>
        state.FindVideo(Parse.VideoId(Parse.Route(context, "videoId"))) ?? throw ApiError.NoSuchEntity("video");

    private static IEnumerable<Video> Where<T>(IEnumerable<Video> videos, T value, Func<Video, T, bool> holds) =>
        videos.Where(video => holds(video, value));

    private static bool Mentions(string text, string words) => text.Contains(words, StringComparison.OrdinalIgnoreCase);

    private Dictionary<string, Comparison<Video>> OrderFields() => new()
    {
        ["title"] = (left, right) => string.CompareOrdinal(left.Title, right.Title),
        ["description"] = (left, right) => string.CompareOrdinal(left.Description, right.Description),
        ["created_at"] = (left, right) => left.CreatedAt.CompareTo(right.CreatedAt),
        ["updated_at"] = (left, right) => Nullable.Compare(left.UpdatedAt, right.UpdatedAt),
        ["duration"] = (left, right) => view.DurationOf(left).CompareTo(view.DurationOf(right)),
    };
}
