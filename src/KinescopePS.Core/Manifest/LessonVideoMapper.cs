using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>Turns lessons of a manifest into lesson videos on disk.</summary>
internal sealed class LessonVideoMapper
{
    private readonly string _manifestPath;
    private readonly string _basePath;
    private readonly VideoFiles _videoFiles;
    private readonly LessonFileLocator _locator;
    private readonly LineIndex _files;
    private readonly CompanionFinder _companions = new();

    /// <param name="manifestPath">Named in messages.</param>
    /// <param name="basePath">The folder of the files, in the disk's spelling.</param>
    /// <param name="videoFiles">Says which files count as videos.</param>
    public LessonVideoMapper(string manifestPath, string basePath, VideoFiles videoFiles)
    {
        (_manifestPath, _basePath, _videoFiles) = (manifestPath, basePath, videoFiles);
        _locator = new LessonFileLocator(basePath);
        _files = new LineIndex(position =>
            ManifestText.ValueAt(manifestPath, position, "filepath"u8) is { } filePath && FileAt(filePath) is { } file
                ? FilePaths.KeyOf(file)
                : null);
    }

    public string BasePath => _basePath;

    /// <summary>Looks the lesson's file up on disk.</summary>
    /// <param name="lesson">The lesson, with its path.</param>
    /// <param name="sharesFileWithLine">The line of an earlier lesson that has the same file, or null.</param>
    /// <exception cref="KinescopeException">See <see cref="LessonFileLocator.Locate"/>; the position is added.</exception>
    public LessonVideo Map(ManifestLesson lesson, out long? sharesFileWithLine)
    {
        FileInfo file;
        try
        {
            file = _locator.Locate(lesson.FilePath!);
        }
        catch (KinescopeException failure)
        {
            throw failure.About(lesson.PositionIn(_manifestPath));
        }

        var found = DiskFile.At(file.FullName);
        var companions = found is null ? CompanionFiles.None : _companions.Of(file.FullName);
        sharesFileWithLine = _files.Note(FilePaths.KeyOf(file.FullName), lesson.Line, lesson.Position, lesson.Share);
        return new LessonVideo
        {
            LessonId = lesson.Id,
            Title = _videoFiles.TitleOf(lesson.Title),
            Course = lesson.Header.Course,
            Module = lesson.Header.Module,
            Submodule = lesson.Header.Submodule,
            Category = lesson.Header.Category,
            Order = lesson.Order,
            Path = file.FullName,
            Exists = found is not null,
            Length = found?.Length,
            Extension = file.Extension.ToLowerInvariant(),
            State = _videoFiles.StateOf(file.FullName, found),
            MatchedBy = MatchedBy.Path,
            Confidence = 1,
            PosterPath = companions.Poster,
            SubtitlePath = companions.SubtitlePaths,
            ChapterPath = companions.Chapters,
            BasePath = _basePath,
            ManifestPath = _manifestPath,
        };
    }

    /// <inheritdoc cref="LessonFileLocator.LooksLike" />
    public string? LooksLike(ManifestLesson lesson) => _locator.LooksLike(lesson.FilePath!);

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
