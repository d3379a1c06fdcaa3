namespace KinescopePS.Kinescope;

/// <summary>The tree that a project's folders are, from their <c>parent_id</c>.</summary>
internal static class FolderTree
{
    /// <summary>
    /// The folders with their paths, each before those in it, by name. One whose parent is not listed, or that lies in itself, counts as at
    /// the top.
    /// </summary>
    public static IReadOnlyList<KinescopeFolder> Of(IReadOnlyCollection<KinescopeFolder> folders)
    {
        var ids = folders.Select(folder => folder.FolderId).ToHashSet();
        var children = folders.ToLookup(
            folder => folder.ParentId is { } parent && ids.Contains(parent) && parent != folder.FolderId ? parent : "");
        var tree = new List<KinescopeFolder>(folders.Count);
        var seen = new HashSet<string>();
        Add(children[""], "", 0);
        foreach (var folder in folders.Where(folder => !seen.Contains(folder.FolderId)))
            Add([folder], "", 0);
        return tree;

        void Add(IEnumerable<KinescopeFolder> among, string path, int depth)
        {
            foreach (var folder in among.OrderBy(folder => folder.Name, StringComparer.Ordinal).ThenBy(folder => folder.CreatedAt))
            {
                if (!seen.Add(folder.FolderId))
                    continue;
                tree.Add(folder.At(path + folder.Name, depth));
                Add(children[folder.FolderId], $"{path}{folder.Name}/", depth + 1);
            }
        }
    }
}
