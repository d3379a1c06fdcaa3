using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`/v1/projects`.</summary>
public sealed class ProjectApi(SandboxState state, TimeProvider clock, Platform platform)
{
    private static readonly Dictionary<string, Comparison<Project>> OrderFields = new()
    {
        ["name"] = (left, right) => string.CompareOrdinal(left.Name, right.Name),
        ["created_at"] = (left, right) => left.CreatedAt.CompareTo(right.CreatedAt),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/projects", (RequestDelegate)ListAsync);
        routes.MapGet("/v1/projects/{projectId}", (RequestDelegate)GetAsync);
        routes.MapPost("/v1/projects", (RequestDelegate)CreateAsync);
        routes.MapPut("/v1/projects/{projectId}", (RequestDelegate)UpdateAsync);
        routes.MapDelete("/v1/projects/{projectId}", (RequestDelegate)DeleteAsync);
    }

    /// <summary>The project named in the path.</summary>
    /// <exception cref="ApiError">400301, 404404.</exception>
    public static Project Find(SandboxState state, HttpContext context) =>
        state.Projects.Find(Parse.Uuid(Parse.Route(context, "projectId"))) ?? throw ApiError.NoSuchEntity("project");

    private Task ListAsync(HttpContext context)
    {
        var catalog = context.Request.Query["catalog_type"].ToString() is { Length: > 0 } type ? type : "vod";
        var contents = FolderContents.Of(state);
        return ListQuery.AnswerAsync(
            context, platform.Ways, state.Projects.All.Where(project => project.CatalogType == catalog), OrderFields, "name", project => View(project, contents));
    }

    private Task GetAsync(HttpContext context) => Answer.DataAsync(context, View(Find(state, context), FolderContents.Of(state)));

    private async Task CreateAsync(HttpContext context)
    {
        var fields = await JsonFields.ReadAsync(context);
        var name = fields.Required("name");
        fields.ThrowIfInvalid();
        var project = new Project
        {
            Id = Guid.NewGuid(),
            Name = name,
            PrivacyType = fields.Text("privacy_type") ?? "anywhere",
            PrivacyDomains = fields.Texts("privacy_domains") ?? [],
            PlayerId = fields.Uuid("player_id"),
            Encrypted = fields.Flag("encrypted") ?? false,
            CatalogType = fields.Text("catalog_type") ?? "vod",
            CreatedAt = clock.GetUtcNow(),
        };
        state.Projects.TryAdd(project);
        await Answer.DataAsync(context, View(project, FolderContents.Of(state)), StatusCodes.Status201Created);
    }

    private async Task UpdateAsync(HttpContext context)
    {
        var project = Find(state, context);
        var fields = await JsonFields.ReadAsync(context);
        var privacy = fields.Required("privacy_type");
        if (privacy is not ("" or "anywhere" or "nowhere" or "custom"))
            fields.Invalid("privacy_type", "oneof", "anywhere nowhere custom");
        fields.ThrowIfInvalid();
        var keeps = platform.Ways.ProjectUnsent == "kept";
        var changed = state.Projects.Update(project.Id, current => current with
        {
            Name = fields.Text("name") ?? current.Name,
            PrivacyType = privacy,
            PrivacyDomains = fields.Texts("privacy_domains") ?? (keeps ? current.PrivacyDomains : []),
            PlayerId = fields.Uuid("player_id") ?? (keeps ? current.PlayerId : null),
            UpdatedAt = clock.GetUtcNow(),
        })!;
        if (fields.Flag("apply_to_videos") == true && platform.Ways.ProjectApplies == "yes")
            ApplyToVideos(changed);
        await Answer.DataAsync(context, View(changed, FolderContents.Of(state)));
    }

    private void ApplyToVideos(Project project)
    {
        foreach (var video in state.Videos.All.Where(video => video.ProjectId == project.Id && video.DeletedAt is null).ToList())
        {
            state.Update(video.Id, current => current with
            {
                PrivacyType = project.PrivacyType,
                PrivacyDomains = project.PrivacyDomains,
                UpdatedAt = clock.GetUtcNow(),
            });
        }
    }

    /// <summary>Deletes the project with all its folders and videos.</summary>
    private Task DeleteAsync(HttpContext context)
    {
        var project = Find(state, context);
        foreach (var video in state.Videos.All.Where(video => video.ProjectId == project.Id && video.DeletedAt is null).ToList())
            state.Delete(video, clock.GetUtcNow());
        foreach (var folder in state.Folders.All.Where(folder => folder.ProjectId == project.Id).ToList())
            state.Folders.Remove(folder.Id);
        state.Projects.Remove(project.Id);
        return Answer.DataAsync(context, new { success = true });
    }

    private object View(Project project, FolderContents contents)
    {
        var (size, count) = contents.In(project.Id);
        return new
        {
            project.Id,
            project.Name,
            Folders = state.Folders.All.Where(folder => folder.ProjectId == project.Id)
                .OrderBy(folder => folder.Name, StringComparer.Ordinal).Select(folder => FolderApi.View(folder, contents)).ToList(),
            project.PrivacyType,
            project.PrivacyDomains,
            PrivacyEmailDomains = Array.Empty<string>(),
            PrivacyShare = (object?)null,
            project.PlayerId,
            Favorite = false,
            Size = size,
            ItemsCount = count,
            project.Encrypted,
            project.CreatedAt,
            project.UpdatedAt,
        };
    }
}
