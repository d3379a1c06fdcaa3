using KinescopePS.Files;
using KinescopePS.Matching;

namespace KinescopePS.Manifest;

/// <summary>A lesson without a path: its title is to lead to its file.</summary>
/// <param name="Id">The lesson's id.</param>
/// <param name="Title">Its title, with or without the extension of a video.</param>
internal sealed record TitledLesson(string Id, string Title)
{
    public string? Course { get; init; }

    public string? CourseTitle { get; init; }

    public string? Module { get; init; }

    public string? Submodule { get; init; }

    public string? Category { get; init; }

    public long? Order { get; init; }

    public string? VideoId { get; init; }

    public string? ManifestPath { get; init; }
}

/// <summary>Finds the files of lessons by their titles, below one folder.</summary>
/// <param name="basePath">The folder, in the disk's spelling.</param>
/// <param name="videoFiles">Says which files count as videos.</param>
/// <param name="options">The caution.</param>
internal sealed class TitledLessons(string basePath, VideoFiles videoFiles, TitleMatchOptions options)
{
    private readonly List<TitledLesson> _lessons = [];
    private readonly CompanionFinder _companions = new();

    public int Count => _lessons.Count;

    public void Add(TitledLesson lesson) => _lessons.Add(lesson);

    /// <summary>The lessons with their files, in the order in which they were added.</summary>
    /// <param name="files">Finds the files: those that a lesson names by its path are claimed.</param>
    /// <param name="note">Receives what else is to be known of a file.</param>
    /// <param name="problem">Told of each folder that cannot be listed.</param>
    /// <param name="cancellation">Cancels.</param>
    public IEnumerable<LessonVideo> Find(
        OrphanFiles files, Action<string> note, Action<KinescopeException, string> problem, CancellationToken cancellation)
    {
        var found = new List<LessonVideo>();
        foreach (var file in files.Find(note, problem))
        {
            cancellation.ThrowIfCancellationRequested();
            if (file.Exists)
                found.Add(file);
        }

        if (found.Count == 0)
            note($"There is no video file below {basePath} that could be a lesson's.");
        var matches = TitleMatcher.Match(_lessons.ConvertAll(Name), found.ConvertAll(Name), options, cancellation);
        return _lessons.Zip(matches, (lesson, match) => VideoOf(lesson, match, found));
    }

    private Named Name(TitledLesson lesson) => new(videoFiles.TitleOf(lesson.Title))
    {
        Id = lesson.Id,
        Order = lesson.Order,
        Group = [.. new[] { lesson.Course, lesson.CourseTitle, lesson.Module, lesson.Submodule }.OfType<string>()],
    };

    private Named Name(LessonVideo file) => new(file.Title)
    {
        Group = Path.GetRelativePath(basePath, Path.GetDirectoryName(file.Path)!) is var folder and not "."
            ? folder.Split(Path.DirectorySeparatorChar)
            : [],
    };

    private LessonVideo VideoOf(TitledLesson lesson, TitleMatch match, List<LessonVideo> files)
    {
        var file = match.Candidate is { } at ? files[at] : null;
        var companions = file is null ? CompanionFiles.None : _companions.Of(file.Path);
        return new LessonVideo
        {
            LessonId = lesson.Id,
            Title = videoFiles.TitleOf(lesson.Title),
            Course = lesson.Course,
            Module = lesson.Module,
            Submodule = lesson.Submodule,
            Category = lesson.Category,
            Order = lesson.Order,
            Path = file?.Path ?? "",
            Exists = file is not null,
            Length = file?.Length,
            Extension = file?.Extension ?? "",
            State = file is null ? LessonVideoState.Unmatched : videoFiles.StateOf(file.Path, DiskFile.At(file.Path)),
            MatchedBy = match.By,
            Confidence = Math.Floor(100 * match.Confidence) / 100,
            RunnerUp = match.RunnerUp is { } next ? files[next].Path : null,
            PosterPath = companions.Poster,
            SubtitlePath = companions.SubtitlePaths,
            ChapterPath = companions.Chapters,
            VideoId = lesson.VideoId,
            BasePath = basePath,
            ManifestPath = lesson.ManifestPath,
        };
    }
}
