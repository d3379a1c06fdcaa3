namespace KinescopePS.Kinescope;

/// <summary>The tree that a project's folders are, from their <c>parent_id</c>.</summary>
internal static class FolderTree
{
    /// <summary>
    /// The folders with their paths, each before those in it, by name. One whose parent is not listed counts as at the top.
    /// </summary>
    public static IReadOnlyList<KinescopeFolder> Of(IReadOnlyCollection<KinescopeFolder> folders)
    {
        var ids = folders.Select(folder => folder.FolderId).ToHashSet();
        var children = folders.ToLookup(
            folder => folder.ParentId is { } parent && ids.Contains(parent) && parent != folder.FolderId ? parent : "");
        var tree = new List<KinescopeFolder>(folders.Count);
        Add("", "", 0);
        return tree;

        void Add(string parentId, string path, int depth)
        {
            var sorted = children[parentId].OrderBy(folder => folder.Name, StringComparer.Ordinal).ThenBy(folder => folder.CreatedAt);
            foreach (var folder in sorted)
            {
                tree.Add(folder.At(path + folder.Name, depth));
                Add(folder.FolderId, $"{path}{folder.Name}/", depth + 1);
            }
        }
    }
}
