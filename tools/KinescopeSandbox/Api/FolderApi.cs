using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/projects/{p}/folders`.</summary>
public sealed class FolderApi(SandboxState state, TimeProvider clock, Platform platform)
{
    private const string All = "/v1/projects/{projectId}/folders";
    private const string One = All + "/{folderId}";

    private static readonly Dictionary<string, Comparison<Folder>> OrderFields = new()
    {
        ["name"] = (left, right) => string.CompareOrdinal(left.Name, right.Name),
        ["created_at"] = (left, right) => left.CreatedAt.CompareTo(right.CreatedAt),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(All, (RequestDelegate)ListAsync);
        routes.MapGet(One, (RequestDelegate)(context => Answer.DataAsync(context, View(Find(context), FolderContents.Of(state)))));
        routes.MapPost(All, (RequestDelegate)CreateAsync);
        routes.MapPut(One, (RequestDelegate)RenameAsync);
        routes.MapDelete(One, (RequestDelegate)DeleteAsync);
    }

    /// <param name="deletedAt">Set only in the answer to DELETE.</param>
    public static object View(Folder folder, FolderContents contents, DateTimeOffset? deletedAt = null)
    {
        var (size, count) = contents.In(folder.Id);
        return new
        {
            folder.Id,
            folder.Name,
            folder.ProjectId,
            folder.ParentId,
            Size = size,
            ItemsCount = count,
            folder.CreatedAt,
            folder.UpdatedAt,
            DeletedAt = deletedAt,
        };
    }

    private Task ListAsync(HttpContext context)
    {
        var project = ProjectApi.Find(state, context);
        var folders = state.Folders.All.Where(folder => folder.ProjectId == project.Id);
        var ways = platform.Ways;
        if (ways.FolderListTakesParent == "yes" && context.Request.Query["parent_id"].ToString() is { Length: > 0 } text)
        {
            var parentId = Parse.Uuid(text);
            folders = folders.Where(folder => folder.ParentId == parentId);
        }
        else if (ways.FolderList == "top-level")
            folders = folders.Where(folder => folder.ParentId is null);
        var contents = FolderContents.Of(state);
        return ListQuery.AnswerAsync(context, ways, folders, OrderFields, "name", folder => View(folder, contents));
    }

    private async Task CreateAsync(HttpContext context)
    {
        var project = ProjectApi.Find(state, context);
        var fields = await JsonFields.ReadAsync(context);
        var name = fields.Required("name");
        fields.ThrowIfInvalid();
        var parentId = fields.Uuid("parent_id");
        if (parentId is { } id && state.Folders.Find(id)?.ProjectId != project.Id)
            throw ApiError.NoSuchEntity("parent");
        if (platform.Ways.SameFolderName == "refused"
            && state.Folders.All.Any(other => other.ProjectId == project.Id && other.ParentId == parentId && other.Name == name))
            throw ApiError.NameTaken();

        var folder = new Folder { Id = Guid.NewGuid(), ProjectId = project.Id, ParentId = parentId, Name = name, CreatedAt = clock.GetUtcNow() };
        state.Folders.TryAdd(folder);
        await Answer.DataAsync(context, View(folder, FolderContents.Of(state)), StatusCodes.Status201Created);
    }

    private async Task RenameAsync(HttpContext context)
    {
        var folder = Find(context);
        var fields = await JsonFields.ReadAsync(context);
        var name = fields.Required("name");
        fields.ThrowIfInvalid();
        var renamed = state.Folders.Update(folder.Id, current => current with { Name = name, UpdatedAt = clock.GetUtcNow() });
        await Answer.DataAsync(context, View(renamed!, FolderContents.Of(state)));
    }

    /// <summary>Deletes the folder with those in it.</summary>
    private Task DeleteAsync(HttpContext context)
    {
        var folder = Find(context);
        var contents = FolderContents.Of(state);
        var doomed = new HashSet<Guid> { folder.Id };
        while (state.Folders.All.Where(child => child.ParentId is { } parent && doomed.Contains(parent)).Count(child => doomed.Add(child.Id)) > 0)
        {
        }
        foreach (var video in state.Videos.All.Where(video => video.FolderId is { } id && doomed.Contains(id)).ToList())
        {
            state.Update(video.Id, current => current with { FolderId = null });
            if (platform.Ways.VideosOfDeletedFolder == "deleted")
                state.Delete(video, clock.GetUtcNow());
        }
        foreach (var id in doomed)
            state.Folders.Remove(id);
        return Answer.DataAsync(context, View(folder, contents, clock.GetUtcNow()));
    }

    private Folder Find(HttpContext context)
    {
        var project = ProjectApi.Find(state, context);
        var folder = state.Folders.Find(Parse.Uuid(Parse.Route(context, "folderId")));
        return folder?.ProjectId == project.Id ? folder : throw ApiError.NoSuchEntity("folder");
    }
}
