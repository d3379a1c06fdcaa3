using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>Finds video files on disk that no lesson of any manifest names.</summary>
internal sealed class OrphanFiles(VideoFiles videoFiles)
{
    private readonly Dictionary<string, string> _manifestOfFolder = [];
    private readonly HashSet<string> _claimed = [];

    /// <summary>Adds a folder to those that are looked through.</summary>
    public void LookBelow(string basePath, string manifestPath) => _manifestOfFolder.TryAdd(basePath, manifestPath);

    /// <summary>Notes that a lesson names this file.</summary>
    public void Claim(string path) => _claimed.Add(FilePaths.KeyOf(path));

    /// <summary>The files that nobody claimed, folder by folder and by name. Links to folders are not followed.</summary>
    /// <param name="problem">Told of each folder that cannot be listed: <c>LessonFolderUnreadable</c>.</param>
    public IEnumerable<LessonVideo> Find(Action<KinescopeException, string> problem)
    {
        foreach (var (basePath, manifestPath) in _manifestOfFolder)
        {
            foreach (var file in FilesBelow(new DirectoryInfo(basePath), problem))
            {
                if (!videoFiles.IsVideo(file.Name) || DiskFile.At(file.FullName) is not { IsRegular: true } found || !_claimed.Add(FilePaths.KeyOf(file.FullName)))
                    continue;
                yield return new LessonVideo
                {
                    LessonId = null,
                    Title = videoFiles.TitleOf(file.Name),
                    Path = file.FullName,
                    Exists = true,
                    Length = found.Length,
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
        foreach (var file in entries.OfType<FileInfo>().Where(file => file.Exists))
            yield return file;
        foreach (var below in entries.OfType<DirectoryInfo>().Where(below => below.LinkTarget is null))
        {
            foreach (var file in FilesBelow(below, problem))
                yield return file;
        }
    }
}
