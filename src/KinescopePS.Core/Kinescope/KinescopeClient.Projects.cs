using System.Globalization;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>The fields of a project that can be changed.</summary>
/// <param name="Name">The name.</param>
/// <param name="PrivacyType">Where the player may be shown.</param>
/// <param name="PrivacyDomains">The domains that may embed its videos.</param>
/// <param name="PlayerId">The player; null where Kinescope tells of none.</param>
internal sealed record ProjectFields(string Name, string PrivacyType, string[] PrivacyDomains, string? PlayerId);

/// <content>Projects, their folders, and what is billed.</content>
internal sealed partial class KinescopeClient
{
    /// <summary>A page of the projects that the token may see, by name.</summary>
    public Task<Page<KinescopeProject>> ListProjectsAsync(long page, CancellationToken cancellation) =>
        PageAsync("/v1/projects", page, ProjectOf, cancellation);

    /// <summary>The project of an id.</summary>
    /// <exception cref="KinescopeException"><c>ProjectNotFound</c>.</exception>
    public Task<KinescopeProject> GetProjectAsync(string projectId, CancellationToken cancellation) =>
        GetAsync(PathOfProject(projectId), ProjectOf, ErrorIds.ProjectNotFound, cancellation);

    /// <summary>Makes a project. Not idempotent.</summary>
    public async Task<KinescopeProject> CreateProjectAsync(
        string name, string privacyType, string[] privacyDomains, CancellationToken cancellation)
    {
        var fields = new { name, privacy_type = privacyType, privacy_domains = privacyDomains };
        return ProjectOf(await DataAsync(HttpMethod.Post, "/v1/projects", fields, cancellation).ConfigureAwait(false));
    }

    /// <summary>Gives a project all of its fields: whether those that are not sent would stay is the platform's secret.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="project">The fields.</param>
    /// <param name="appliesToVideos">True where the videos in it are to have its privacy.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task ChangeProjectAsync(string projectId, ProjectFields project, bool appliesToVideos, CancellationToken cancellation)
    {
        var fields = new Dictionary<string, object>
        {
            ["name"] = project.Name,
            ["privacy_type"] = project.PrivacyType,
            ["privacy_domains"] = project.PrivacyDomains,
            ["apply_to_videos"] = appliesToVideos,
        };
        if (project.PlayerId is { } player)
            fields["player_id"] = player;
        return InvokeAsync(HttpMethod.Put, PathOfProject(projectId), fields, cancellation);
    }

    /// <summary>A page of a project's folders, the oldest first.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="parentId">
    /// Asks for the folders in this one; a server that does not know the filter shows others too. Null for no filter.
    /// </param>
    /// <param name="page">From 1.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Page<KinescopeFolder>> ListFoldersAsync(string projectId, string? parentId, long page, CancellationToken cancellation) =>
        PageAsync(
            $"{PathOfProject(projectId)}/folders?order=created_at.asc{One("parent_id", parentId)}",
            page, data => FolderOf(data, projectId), cancellation);

    /// <summary>The folders that the project itself names: of all levels, where the list of folders may have the top one alone.</summary>
    public async Task<IReadOnlyList<KinescopeFolder>> NamedFoldersAsync(string projectId, CancellationToken cancellation)
    {
        var project = await DataAsync(HttpMethod.Get, PathOfProject(projectId), null, cancellation).ConfigureAwait(false);
        return [.. project.Items("folders").Select(folder => FolderOf(folder, projectId))];
    }

    /// <summary>The folder of an id.</summary>
    /// <exception cref="KinescopeException"><c>FolderNotFound</c>.</exception>
    public Task<KinescopeFolder> GetFolderAsync(string projectId, string folderId, CancellationToken cancellation) =>
        GetAsync(
            $"{PathOfProject(projectId)}/folders/{Uri.EscapeDataString(folderId)}",
            data => FolderOf(data, projectId), ErrorIds.FolderNotFound, cancellation);

    /// <summary>The folder of an id, or null where the project has none that this token may see.</summary>
    public async Task<KinescopeFolder?> FindFolderAsync(string projectId, string folderId, CancellationToken cancellation)
    {
        try
        {
            return await GetFolderAsync(projectId, folderId, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException missing) when (missing.ErrorId is ErrorIds.FolderNotFound or ErrorIds.EntityNotFound)
        {
            return null;
        }
    }

    /// <summary>Makes a folder. Not idempotent: equal names are taken.</summary>
    public async Task<KinescopeFolder> CreateFolderAsync(string projectId, string? parentId, string name, CancellationToken cancellation)
    {
        var fields = new Dictionary<string, string> { ["name"] = name };
        if (parentId is not null)
            fields["parent_id"] = parentId;
        var folder = await DataAsync(HttpMethod.Post, $"{PathOfProject(projectId)}/folders", fields, cancellation).ConfigureAwait(false);
        return FolderOf(folder, projectId);
    }

    /// <summary>The usage, by day and product.</summary>
    /// <param name="from">The first day.</param>
    /// <param name="to">The last day.</param>
    /// <param name="byProject">True for one row a project.</param>
    /// <param name="projectId">Only this project; null for all.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<KinescopeUsage>> GetUsageAsync(
        DateOnly from, DateOnly to, bool byProject, string? projectId, CancellationToken cancellation)
    {
        var path = $"/v1/billing/usage?from={Day(from)}&to={Day(to)}"
            + $"{One("group_by", byProject ? "project_id" : null)}{One("project_id", projectId)}";
        var response = await InvokeAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        return [.. response.Items("data").Select(UsageOf)];
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string PathOfProject(string projectId) => $"/v1/projects/{Uri.EscapeDataString(projectId)}";

    private KinescopeProject ProjectOf(JsonElement data) => new()
    {
        ProjectId = IdOf(data),
        Name = data.Text("name") ?? "",
        PrivacyType = data.Text("privacy_type"),
        PrivacyDomains = data.Texts("privacy_domains"),
        PlayerId = data.Id("player_id"),
        Items = data.Whole("items_count"),
        Length = data.Whole("size"),
        IsEncrypted = data.Field("encrypted").ValueKind == JsonValueKind.True,
        CreatedAt = data.Time("created_at"),
        UpdatedAt = data.Time("updated_at"),
    };

    private KinescopeFolder FolderOf(JsonElement data, string projectId) => new()
    {
        FolderId = IdOf(data),
        Name = data.Text("name") ?? "",
        Path = data.Text("name") ?? "",
        ProjectId = data.Id("project_id") ?? projectId,
        ParentId = data.Id("parent_id") is { } parent && parent != projectId && parent != Guid.Empty.ToString()
            ? parent
            : null,
        Items = data.Whole("items_count"),
        Length = data.Whole("size"),
        CreatedAt = data.Time("created_at"),
        UpdatedAt = data.Time("updated_at"),
    };

    private static KinescopeUsage UsageOf(JsonElement data)
    {
        var product = data.Text("product") ?? "";
        return new KinescopeUsage
        {
            Date = data.Time("date"),
            Product = product,
            Usage = data.Number("usage") ?? 0,
            // Source: kinescope-api section 8.
            Unit = product switch
            {
                "storage" or "cdn" => "bytes",
                "encoding" => "minutes",
                _ => null,
            },
            ProjectId = data.Id("project_id"),
        };
    }
}
