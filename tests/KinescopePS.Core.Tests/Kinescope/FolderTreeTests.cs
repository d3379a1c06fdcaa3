using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Folders as a tree, whatever Kinescope says of their parents.</summary>
public sealed class FolderTreeTests
{
    [Fact]
    public void Folders_that_lie_in_each_other_or_in_none_are_shown_once()
    {
        var tree = FolderTree.Of([Folder("a", "b"), Folder("b", "a"), Folder("c", "c"), Folder("d", "gone"), Folder("e", "d")]);

        Assert.Equal(["c", "d", "d/e", "a", "a/b"], tree.Select(folder => folder.Path));
    }

    private static KinescopeFolder Folder(string id, string parent) => new() { FolderId = id, Name = id, Path = id, ProjectId = "p", ParentId = parent };
}
