using KinescopePS.Kinescope;
using KinescopePS.Matching;

namespace KinescopePS.Commands;

/// <summary>Finds the projects and folders that a cmdlet's parameters name: by id, by a link from the dashboard, by name or path.</summary>
internal sealed class KinescopePlaces(AsyncCmdlet cmdlet, KinescopeConnection connection)
{
    private readonly Dictionary<string, IReadOnlyList<KinescopeFolder>> _folders = [];
    private IReadOnlyList<KinescopeProject>? _projects;

    /// <summary>The id of a project; null for none. An id is not asked for.</summary>
    /// <exception cref="KinescopeException"><c>ProjectNotFound</c> or <c>NameAmbiguous</c>.</exception>
    public string? ProjectOf(string? given)
    {
        if (given is null)
            return null;
        if (PlaceNames.IdsIn(given) is [var id, ..])
            return id;
        _projects ??= cmdlet.Await(stop => Paging.ForwardAsync(
            connection.Client.ListProjectsAsync, project => project.ProjectId, connection.Retries, stop).CollectAsync());
        return PlaceNames.Choose(
            given, [.. _projects.Select(project => (project.ProjectId, (string[])[project.Name]))], "project", ErrorIds.ProjectNotFound);
    }

    /// <summary>The id of a folder; null for none. An id is not asked for.</summary>
    /// <param name="given">Its id, a link, its name, or its path from the project's top.</param>
    /// <param name="project">The project, as it was given.</param>
    /// <exception cref="KinescopeException">
    /// <c>FolderNotFound</c>, <c>ProjectNotFound</c>, <c>NameAmbiguous</c>, or <c>ParentMissing</c> where no project is named.
    /// </exception>
    public string? FolderOf(string? given, string? project)
    {
        if (given is null)
            return null;
        if (PlaceNames.IdsIn(given) is [.., var id])
            return id;
        var projectId = connection.RequireProjectId(ProjectOf(project));
        if (!_folders.TryGetValue(projectId, out var folders))
            _folders[projectId] = folders = ReadFolders(projectId);
        return PlaceNames.Choose(
            given.Trim('/'),
            [.. folders.Select(folder => (folder.FolderId, (string[])[folder.Name, folder.Path]))],
            "folder",
            ErrorIds.FolderNotFound);
    }

    /// <summary>The folders of a project, with their paths.</summary>
    public IReadOnlyList<KinescopeFolder> ReadFolders(string projectId) => FolderTree.Of(cmdlet.Await(stop => Paging.ForwardAsync(
        (page, token) => connection.Client.ListFoldersAsync(projectId, null, page, token),
        folder => folder.FolderId, connection.Retries, stop).CollectAsync()));
}
