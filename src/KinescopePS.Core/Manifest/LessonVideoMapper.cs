using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>Turns lessons of a manifest into lesson videos on disk.</summary>
/// <param name="manifestPath">Named in messages.</param>
/// <param name="basePath">Where the files are, in the disk's spelling.</param>
/// <param name="videoFiles">Which files count as videos.</param>
internal sealed class LessonVideoMapper(string manifestPath, string basePath, VideoFiles videoFiles)
{
    private readonly LessonFileLocator _locator = new(basePath);
    private readonly LineIndex _files = new();

    /// <summary>Looks the lesson's file up on disk.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="sharesFileWithLine">The line of an earlier lesson that has the same file, or null.</param>
    /// <exception cref="KinescopeException">See <see cref="LessonFileLocator.Locate"/>; the place is added.</exception>
    public LessonVideo Map(ManifestLesson lesson, out long? sharesFileWithLine)
    {
        FileInfo file;
        try
        {
            file = _locator.Locate(lesson.FilePath);
        }
        catch (KinescopeException failure)
        {
            throw failure.About(lesson.PlaceIn(manifestPath));
        }

        sharesFileWithLine = _files.Note(FilePaths.KeyOf(file.FullName), lesson.Line, lesson.Share);
        return new LessonVideo
        {
            LessonId = lesson.Id,
            Title = videoFiles.TitleOf(lesson.Title),
            Course = lesson.Header.Course,
            Module = lesson.Header.Module,
            Submodule = lesson.Header.Submodule,
            Category = lesson.Header.Category,
            Order = lesson.Order,
            Path = file.FullName,
            Exists = file.Exists,
            Length = file.Exists ? file.Length : null,
            Extension = file.Extension.ToLowerInvariant(),
            State = videoFiles.StateOf(file),
            BasePath = basePath,
            ManifestPath = manifestPath,
        };
    }

    /// <summary>The file that a lesson's path names, whether it is there or not; null where the path is refused or names several.</summary>
    public string? FileAt(string filePath)
    {
        try
        {
            return _locator.Locate(filePath).FullName;
        }
        catch (KinescopeException)
        {
            return null;
        }
    }
}
