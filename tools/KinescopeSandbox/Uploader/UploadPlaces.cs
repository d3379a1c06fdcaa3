using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Uploader;

/// <summary>Where a new video goes, and the address its bytes go to.</summary>
public sealed class UploadPlaces(SandboxState state, Platform platform)
{
    private int _turn;

    /// <summary>Resolves `parent_id`, which names a project or a folder.</summary>
    /// <exception cref="ApiError">404404 unknown parent; 100103 the token is limited to other projects.</exception>
    public (Guid ProjectId, Guid? FolderId) Resolve(Guid parentId, ApiToken token)
    {
        var folder = state.Folders.Find(parentId);
        var projectId = folder?.ProjectId ?? state.Projects.Find(parentId)?.Id ?? throw ApiError.NoSuchEntity("parent");
        if (!token.MayUploadTo(projectId))
            throw ApiError.AccessDenied("upload");
        return (projectId, folder?.Id);
    }

    /// <summary>The absolute address of an upload on an upload node.</summary>
    public string EndpointOf(Guid uploadId)
    {
        var (host, port) = platform.Ways.UploadHosts switch
        {
            "other-name" => ("localhost", state.Workspace.UploadPort),
            "several" when Interlocked.Increment(ref _turn) % 2 == 0 => ("127.0.0.1", state.Workspace.SecondUploadPort),
            _ => ("127.0.0.1", state.Workspace.UploadPort),
        };
        return $"http://{host}:{port}/v2/upload/{uploadId:D}";
    }
}
