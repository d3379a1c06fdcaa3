namespace KinescopePS.Manifest;

/// <summary>Turns lessons of a manifest into lesson videos on disk.</summary>
/// <param name="manifestPath">Named in messages.</param>
/// <param name="basePath">Where the files are.</param>
/// <param name="videoFiles">Which files count as videos.</param>
internal sealed class LessonVideoMapper(string manifestPath, string basePath, VideoFiles videoFiles)
{
    private readonly LessonFileLocator _locator = new(basePath);
    private readonly LineIndex _lessons = new();
    private readonly LineIndex _files = new();

    /// <summary>Notes a lesson's id.</summary>
    /// <exception cref="KinescopeException"><c>LessonIdDuplicate</c>: an earlier lesson has this id. <c>LessonIdInvalid</c>: it holds a control character.</exception>
    public void Register(in ManifestLesson lesson)
    {
        if (!PrintableText.Is(lesson.Id))
            throw new KinescopeException(ErrorIds.LessonIdInvalid, $"{Place(lesson)}: the id holds a control character; this lesson was left out.");
        if (_lessons.Note(lesson.Id, lesson.Line, lesson.Share) is { } taken)
            throw new KinescopeException(ErrorIds.LessonIdDuplicate, $"{Place(lesson)}: the id is taken by the lesson on line {taken}. Ids must be unique; this lesson was left out.");
    }

    /// <summary>Looks the lesson's file up on disk.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="sharesFileWithLine">The line of an earlier lesson that has the same file, or null.</param>
    /// <exception cref="KinescopeException">See <see cref="LessonFileLocator.Locate"/>; the place is added.</exception>
    public LessonVideo Map(in ManifestLesson lesson, out long? sharesFileWithLine)
    {
        FileInfo file;
        try
        {
            file = _locator.Locate(lesson.FilePath);
        }
        catch (KinescopeException failure)
        {
            throw new KinescopeException(failure.ErrorId, $"{Place(lesson)}: {failure.Message}", failure);
        }

        sharesFileWithLine = _files.Note(file.FullName, lesson.Line, lesson.Share);
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

    /// <summary>The file that the lesson names, whether it is there or not; null where its path is refused or names several.</summary>
    public string? FileNamedBy(in ManifestLesson lesson)
    {
        try
        {
            return _locator.Locate(lesson.FilePath).FullName;
        }
        catch (KinescopeException)
        {
            return null;
        }
    }

    /// <summary>Where a lesson stands, for messages.</summary>
    public string Place(in ManifestLesson lesson) => $"{manifestPath}, line {lesson.Line}, lesson '{lesson.Id}'";
}
