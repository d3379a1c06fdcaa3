using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>How many videos, and how many bytes, lie in each project (all levels) and folder (that level), counted in one pass.</summary>
public sealed class FolderContents
{
    private readonly Dictionary<Guid, (long Size, int Count)> _sums = [];

    public static FolderContents Of(SandboxState state)
    {
        var contents = new FolderContents();
        foreach (var video in state.Videos.All)
        {
            if (video.DeletedAt is not null)
                continue;
            var size = video.Upload.CompletedAt is null ? 0 : video.Upload.Length ?? 0;
            contents.Add(video.ProjectId, size);
            if (video.FolderId is { } folderId)
                contents.Add(folderId, size);
        }
        return contents;
    }

    public (long Size, int Count) In(Guid projectOrFolder) => _sums.GetValueOrDefault(projectOrFolder);

    private void Add(Guid id, long size)
    {
        var (sum, count) = _sums.GetValueOrDefault(id);
        _sums[id] = (sum + size, count + 1);
    }
}
