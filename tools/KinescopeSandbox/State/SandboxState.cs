using System.Collections.Concurrent;
using System.Text.Json;

namespace KinescopeSandbox.State;

/// <summary>Everything a sandbox knows, kept in one folder. A sandbox that was killed continues from it.</summary>
public sealed class SandboxState : IDisposable
{
    private readonly string _workspaceFile;
    private readonly FileStream _ownership;
    private readonly Lock _workspaceChange = new();
    private readonly ConcurrentDictionary<Guid, Guid> _videoOfUpload = new();
    private readonly (Project[] Projects, Folder[] Folders, Video[] Videos) _atStart;

    /// <exception cref="IOException">Another sandbox holds this folder.</exception>
    public SandboxState(string path, bool discardBytes, DateTimeOffset now)
    {
        Directory.CreateDirectory(path);
        _ownership = new FileStream(Path.Combine(path, "owner.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _workspaceFile = Path.Combine(path, "workspace.json");
        Projects = new(Path.Combine(path, "projects"));
        Folders = new(Path.Combine(path, "folders"));
        Videos = new(Path.Combine(path, "videos"));
        Bytes = new(Path.Combine(path, "bytes"), discardBytes);
        foreach (var video in Videos.All)
            Index(video);
        Workspace = File.Exists(_workspaceFile) ? ReadWorkspace() : CreateWorkspace(now);
        _atStart = ([.. Projects.All], [.. Folders.All], [.. Videos.All]);
    }

    public Workspace Workspace { get; private set; }
    public EntityFolder<Project> Projects { get; }
    public EntityFolder<Folder> Folders { get; }
    public EntityFolder<Video> Videos { get; }
    public ByteStore Bytes { get; }

    public void ChangeWorkspace(Func<Workspace, Workspace> change)
    {
        lock (_workspaceChange)
        {
            var changed = change(Workspace);
            StateFiles.WriteAtomically(_workspaceFile, changed);
            Workspace = changed;
        }
    }

    /// <summary>Adds a video unless its id was ever used.</summary>
    public bool TryAdd(Video video)
    {
        if (!Videos.TryAdd(video))
            return false;
        Index(video);
        return true;
    }

    /// <summary>Changes a video, deleted ones included; null when there is none.</summary>
    public Video? Update(Guid videoId, Func<Video, Video> change)
    {
        var video = Videos.Update(videoId, change);
        if (video is not null)
            Index(video);
        return video;
    }

    /// <summary>A video that was not deleted.</summary>
    public Video? FindVideo(Guid id) => Videos.Find(id) is { DeletedAt: null } video ? video : null;

    /// <summary>The video whose current upload this is; null when unknown, deleted or replaced.</summary>
    public Video? FindByUpload(Guid uploadId) =>
        _videoOfUpload.TryGetValue(uploadId, out var videoId) && FindVideo(videoId) is { } video && video.Upload.Id == uploadId
            ? video
            : null;

    /// <summary>Deletes a video and its bytes; the entry stays as a tombstone.</summary>
    public void Delete(Video video, DateTimeOffset now)
    {
        Update(video.Id, current => current with { DeletedAt = now });
        Bytes.Delete(video.Upload.Id);
        if (video.ReplacedUpload is { } replaced)
            Bytes.Delete(replaced.Id);
    }

    /// <summary>Puts projects, folders and videos back to those at the start; the bytes of later uploads are deleted.</summary>
    public void Rewind()
    {
        var later = Videos.All.Select(video => video.Upload.Id).Except(_atStart.Videos.Select(video => video.Upload.Id)).ToList();
        Projects.Replace(_atStart.Projects);
        Folders.Replace(_atStart.Folders);
        Videos.Replace(_atStart.Videos);
        foreach (var video in _atStart.Videos)
            Index(video);
        later.ForEach(Bytes.Delete);
    }

    public void Dispose() => _ownership.Dispose();

    private void Index(Video video) => _videoOfUpload[video.Upload.Id] = video.Id;

    private Workspace ReadWorkspace() =>
        JsonSerializer.Deserialize<Workspace>(File.ReadAllBytes(_workspaceFile), StateFiles.Json)
            ?? throw new InvalidDataException($"'{_workspaceFile}' holds no workspace.");

    private Workspace CreateWorkspace(DateTimeOffset now)
    {
        var project = new Project { Id = Guid.NewGuid(), Name = "Sandbox", CreatedAt = now };
        Projects.TryAdd(project);
        var token = new ApiToken(Guid.NewGuid().ToString("D"), ApiToken.AllPermissions);
        var workspace = new Workspace(Guid.NewGuid(), project.Id, 0, 0, 0, [token]);
        StateFiles.WriteAtomically(_workspaceFile, workspace);
        return workspace;
    }
}
