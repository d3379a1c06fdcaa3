using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>Finds video files on disk that no lesson of any manifest names.</summary>
internal sealed class OrphanFiles(VideoFiles videoFiles)
{
    private readonly Dictionary<string, string?> _manifestOfFolder = [];
    private readonly HashSet<string> _claimed = [];

    /// <summary>Adds a folder to those that are looked through.</summary>
    /// <param name="basePath">The folder.</param>
    /// <param name="manifestPath">The manifest whose files are there, or null.</param>
    public void LookBelow(string basePath, string? manifestPath) => _manifestOfFolder.TryAdd(basePath, manifestPath);

    /// <summary>Notes that a lesson names this file.</summary>
    public void Claim(string path) => _claimed.Add(FilePaths.KeyOf(path));

    /// <summary>The files that nobody claimed, folder by folder and by name. Links to folders are not followed.</summary>
    /// <param name="note">Receives what else is to be known of a file.</param>
    /// <param name="problem">Told of each folder that cannot be listed: <c>LessonFolderUnreadable</c>.</param>
    public IEnumerable<LessonVideo> Find(Action<string> note, Action<KinescopeException, string> problem)
    {
        foreach (var (basePath, manifestPath) in _manifestOfFolder)
        {
            foreach (var file in FilesBelow(new DirectoryInfo(basePath), problem))
            {
                var found = DiskFile.At(file.FullName);
                var isUnreadable = found is null && FolderListing.IsUnreadable(file.FullName);
                if (!videoFiles.IsVideo(file.Name) || found is not { IsRegular: true } && !isUnreadable)
                    continue;
                // Names that cannot be read may look the same.
                if (!_claimed.Add(FilePaths.KeyOf(file.FullName)) && !isUnreadable)
                    continue;
                if (isUnreadable)
                    note($"{file.FullName}: its name is not UTF-8. Nothing can open it until it is renamed.");
                yield return new LessonVideo
                {
                    LessonId = null,
                    Title = videoFiles.TitleOf(file.Name),
                    Path = file.FullName,
                    Exists = found is not null,
                    Length = found?.Length,
                    Extension = file.Extension.ToLowerInvariant(),
                    State = LessonVideoState.Orphan,
                    BasePath = basePath,
                    ManifestPath = manifestPath,
                };
            }
        }
    }

    private static IEnumerable<FileInfo> FilesBelow(DirectoryInfo folder, Action<KinescopeException, string> problem)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem(new KinescopeException(
                ErrorIds.LessonFolderUnreadable,
                $"The folder {folder.FullName} cannot be listed: {failure.Message}",
                failure), folder.FullName);
            yield break;
        }

        Array.Sort(entries, (one, other) => string.CompareOrdinal(one.Name, other.Name));
        foreach (var file in entries.OfType<FileInfo>())
            yield return file;
        foreach (var below in entries.OfType<DirectoryInfo>().Where(below => below.LinkTarget is null))
        {
            foreach (var file in FilesBelow(below, problem))
                yield return file;
        }
    }
}
