using System.Text;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>The folder that a lesson's video goes to.</summary>
/// <param name="Id">Its id, where that is known.</param>
/// <param name="Path">Else the names from the run's project or folder down to it; none for that itself.</param>
internal sealed record LessonFolder(string? Id, IReadOnlyList<string> Path)
{
    public static readonly LessonFolder Top = new(null, []);

    public override string ToString() => Id ?? string.Join('/', Path);
}

/// <summary>
/// Finds or makes a run's folders, each once. Kinescope takes equal names, so of several the oldest is taken, and it is looked for again
/// after one was made: runs that do this at the same time agree on it. Nothing is deleted.
/// </summary>
/// <param name="projectId">The project.</param>
/// <param name="parentId">The folder to begin in; null for the project's top.</param>
internal sealed class LessonFolders(KinescopeClient kinescope, ResiliencePipeline retry, string projectId, string? parentId, IUploadLog log)
{
    private readonly Dictionary<(string? Parent, string Name), string> _ids = [];

    /// <summary>The folder's id. One call at a time.</summary>
    public async Task<string> FindOrCreateAsync(LessonFolder folder, CancellationToken cancellation)
    {
        if (folder.Id is not null)
            return folder.Id;

        var id = parentId;
        foreach (var name in folder.Path)
        {
            if (!_ids.TryGetValue((id, name), out var found))
            {
                var above = id;
                found = await retry.CallAsync(token => FindOrCreateAsync(above, name, token), cancellation).ConfigureAwait(false);
                _ids[(id, name)] = found;
            }

            id = found;
        }

        return id ?? projectId;
    }

    private async Task<string> FindOrCreateAsync(string? above, string name, CancellationToken cancellation)
    {
        // Also where an earlier attempt's answer was lost.
        if (await FindAsync(above, name, cancellation).ConfigureAwait(false) is [var oldest, ..])
            return oldest.FolderId;

        var made = await kinescope.CreateFolderAsync(projectId, above, name, cancellation).ConfigureAwait(false);
        log.Verbose($"Made the folder '{name}' ({made.FolderId}) at Kinescope.");
        if (await FindAsync(above, name, cancellation).ConfigureAwait(false) is not [var first, ..] || first.FolderId == made.FolderId)
            return made.FolderId;
        log.Warning($"Another run made a folder '{name}' at the same time; {first.FolderId} is used, and {made.FolderId} stays empty. "
            + "Delete it in the dashboard.");
        return first.FolderId;
    }

    private async Task<IReadOnlyList<KinescopeFolder>> FindAsync(string? above, string name, CancellationToken cancellation)
    {
        var listed = await Paging.ForwardAsync(
            (page, token) => kinescope.ListFoldersAsync(projectId, above, page, token),
            folder => folder.FolderId,
            ResiliencePipeline.Empty,
            cancellation).CollectAsync().ConfigureAwait(false);
        var folders = listed.Where(IsIt).ToList();
        if (folders.Count == 0 && above is not null)
            folders = [.. (await kinescope.NamedFoldersAsync(projectId, cancellation).ConfigureAwait(false)).Where(IsIt)];
        return [.. folders.OrderBy(folder => folder.CreatedAt ?? DateTimeOffset.MaxValue)
            .ThenBy(folder => folder.FolderId, StringComparer.Ordinal)];

        bool IsIt(KinescopeFolder folder) => folder.ParentId == above && Key(folder.Name) == Key(name);
    }

    // What a server may do to a name: nobody would tell such folders apart.
    private static string Key(string name) => name.Trim().Normalize(NormalizationForm.FormC);
}
