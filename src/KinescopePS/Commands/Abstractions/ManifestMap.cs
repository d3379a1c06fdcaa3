using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Manifest;
using KinescopePS.Matching;

namespace KinescopePS.Commands;

/// <summary>The map of a manifest, as a cmdlet makes it: read, found on disk and written side by side.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="videoFiles">Tells videos by their extensions.</param>
/// <param name="caution">The caution with which files are found by title.</param>
/// <param name="orphans">Takes the files that lessons name, to find those that none names; null where nobody asks for them.</param>
internal sealed class ManifestMap(AsyncCmdlet cmdlet, VideoFiles videoFiles, TitleMatchOptions caution, OrphanFiles? orphans)
{
    private const string FileName = "manifest.json";

    private readonly HashSet<string> _courses = [];
    private readonly HashSet<string> _lessons = [];
    private HashSet<string>? _unfoundCourses;
    private HashSet<string>? _unfoundLessons;

    /// <summary>Only lessons of these courses, as they were typed; null for all.</summary>
    public string[]? Course { get; init; }

    /// <summary>Only these lessons, as they were typed; null for all.</summary>
    public string[]? LessonId { get; init; }

    /// <summary>
    /// Takes, on the pipeline's thread, what is wrong with an entry, and the lesson's id where it has one. Null for errors of the cmdlet.
    /// </summary>
    public Action<KinescopeException, string?>? Failing { get; init; }

    /// <summary>The manifest that is meant: the one given, else that of the current location, else that of the settings.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="path">The manifest given, or its folder; null for none.</param>
    /// <param name="settings">The settings.</param>
    /// <exception cref="KinescopeException"><c>ManifestNotFound</c>.</exception>
    public static string Find(AsyncCmdlet cmdlet, string? path, EnvironmentSettings settings)
    {
        if (path is not null)
        {
            var given = cmdlet.FilePathOf(path);
            return Directory.Exists(given) ? Path.Combine(given, FileName) : given;
        }

        var here = Path.Combine(cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath, FileName);
        if (File.Exists(here))
            return here;
        if (settings.FindPath("KINESCOPE_MANIFEST") is { } configured)
            return Directory.Exists(configured) ? Path.Combine(configured, FileName) : configured;

        throw new KinescopeException(
            ErrorIds.ManifestNotFound,
            $"There is no manifest at {here}. Give -Path, go to the folder that holds {FileName}, or set the environment "
            + "variable KINESCOPE_MANIFEST.");
    }

    /// <summary>Maps a manifest.</summary>
    /// <param name="manifest">Its path.</param>
    /// <param name="basePath">The folder that its file paths start from; null for its own.</param>
    /// <param name="write">Takes each lesson, on the pipeline's thread.</param>
    /// <exception cref="KinescopeException">The manifest cannot be read, or not to its end: the lessons before were written.</exception>
    public void Read(string manifest, string? basePath, Action<LessonVideo> write)
    {
        // Finding the files takes as long as all else does: reading, finding, and what follows run side by side.
        var entries = cmdlet.Ahead<ManifestEntry>(found => new ManifestReader(manifest, found).Read());
        foreach (var tell in cmdlet.Ahead<Action>(tell => Map(manifest, basePath, entries, tell, write)))
            tell();
    }

    /// <summary>The courses and lessons that were typed without wildcards and stand in none of the manifests.</summary>
    public IEnumerable<(string Name, KinescopeException Failure)> Unfound()
    {
        foreach (var course in _unfoundCourses ?? [])
            yield return (course, CourseNotFound("The manifest", course, _courses));
        foreach (var lesson in _unfoundLessons ?? [])
            yield return (lesson, new KinescopeException(
                ErrorIds.LessonNotFound, $"The manifest has no lesson '{lesson}'. {NearNames.Of(lesson, _lessons)}"));
    }

    /// <summary>The failure for a course of this name that nothing has.</summary>
    /// <param name="where">The place where courses were looked for.</param>
    /// <param name="course">The name.</param>
    /// <param name="courses">The courses that are there.</param>
    public static KinescopeException CourseNotFound(string where, string course, IEnumerable<string?> courses) => new(
        ErrorIds.CourseNotFound, $"{where} has no lesson of a course '{course}'. {NearNames.Of(course, courses)}");

    /// <summary>The files that no lesson of the manifests so far names.</summary>
    public IEnumerable<LessonVideo> Orphans()
    {
        var found = orphans?.Find(cmdlet.WriteWarning, (failure, folder) => cmdlet.WriteError(failure.ToErrorRecord(folder)));
        foreach (var orphan in found ?? [])
        {
            cmdlet.StopToken.ThrowIfCancellationRequested();
            yield return orphan;
        }
    }

    /// <summary>The folder that file paths start from.</summary>
    /// <param name="manifest">The manifest; empty for none.</param>
    /// <param name="given">The folder given; null for none.</param>
    /// <param name="named">The manifest's <c>base_path</c>.</param>
    /// <param name="note">Is told of a folder that is not on this machine.</param>
    /// <exception cref="KinescopeException"><c>BasePathNotFound</c>.</exception>
    public static string ResolveBasePath(string manifest, string? given, string? named, Action<string> note)
    {
        if (given is not null)
        {
            return Directory.Exists(given)
                ? given
                : throw new KinescopeException(
                    ErrorIds.BasePathNotFound,
                    $"There is no folder {given}. -BasePath is the folder that holds the videos.");
        }

        var manifestFolder = Path.GetDirectoryName(manifest)!;
        if (string.IsNullOrWhiteSpace(named))
            return manifestFolder;

        var full = FilePaths.OnDisk(Path.GetFullPath(named, manifestFolder));
        if (Directory.Exists(full))
            return full;

        note($"The manifest's base_path '{named}' does not exist on this machine: files are looked for in {manifestFolder}.");
        return manifestFolder;
    }

    /// <summary>Maps a manifest, not on the pipeline's thread.</summary>
    /// <param name="manifest">Its path.</param>
    /// <param name="basePath">The folder of -BasePath, or null.</param>
    /// <param name="entries">Its entries.</param>
    /// <param name="tell">Takes what is to be done on the pipeline's thread.</param>
    /// <param name="write">Takes each lesson there.</param>
    private void Map(
        string manifest, string? basePath, IEnumerable<ManifestEntry> entries, Action<Action> tell, Action<LessonVideo> write)
    {
        LessonVideoMapper mapper = null!; // The head comes first.
        TitledLessons? titled = null;
        var (courses, lessonIds) = NamesIn(manifest);
        foreach (var entry in entries)
        {
            switch (entry)
            {
                case ManifestHead head:
                    var folder = ResolveBasePath(manifest, basePath, head.BasePath, note => tell(() => cmdlet.WriteVerbose(note)));
                    mapper = new LessonVideoMapper(manifest, folder, videoFiles);
                    orphans?.LookBelow(folder, manifest);
                    break;
                case ManifestLesson { FilePath: null } lesson:
                    titled ??= new TitledLessons(mapper.BasePath, videoFiles, caution);
                    Note(lesson);
                    titled.Add(new TitledLesson(lesson.Id, lesson.Title)
                    {
                        Course = lesson.Header.Course,
                        Module = lesson.Header.Module,
                        Submodule = lesson.Header.Submodule,
                        Category = lesson.Header.Category,
                        Order = lesson.Order,
                        ManifestPath = manifest,
                    });
                    break;
                case ManifestLesson lesson:
                    Claim(mapper, lesson.FilePath);
                    Note(lesson);
                    if (courses.Matches(lesson.Header.Course) & lessonIds.Matches(lesson.Id))
                        MapLesson(manifest, mapper, lesson, tell, write);
                    break;
                case ManifestProblem problem:
                    Claim(mapper, problem.FilePath);
                    lessonIds.Note(problem.LessonId);
                    tell(() => Fail(problem.Failure, problem.LessonId, manifest));
                    break;
            }
        }

        foreach (var video in titled?.Find(
            FilesWithoutPath(manifest, mapper),
            note => tell(() => cmdlet.WriteWarning(note)),
            (failure, folder) => tell(() => Fail(failure, null, folder)),
            cmdlet.StopToken) ?? [])
        {
            if (video.Path.Length > 0)
                orphans?.Claim(video.Path);
            if (courses.Matches(video.Course) & lessonIds.Matches(video.LessonId))
                tell(() => write(video));
        }

        (_unfoundCourses ??= [.. courses.Unfound]).IntersectWith(courses.Unfound);
        (_unfoundLessons ??= [.. lessonIds.Unfound]).IntersectWith(lessonIds.Unfound);
    }

    /// <summary>Keeps the names that a mistyped one may mean.</summary>
    private void Note(ManifestLesson lesson)
    {
        if (Course is not null && lesson.Header.Course is { } course)
            _courses.Add(course);
        if (LessonId is not null)
            _lessons.Add(lesson.Id);
    }

    /// <summary>
    /// The files below a manifest's base path, without those that it names. It is read again for them: only now is it known that there
    /// are lessons whose files are to be looked for.
    /// </summary>
    private OrphanFiles FilesWithoutPath(string manifest, LessonVideoMapper mapper)
    {
        var files = new OrphanFiles(videoFiles);
        files.LookBelow(mapper.BasePath, manifest);
        new ManifestReader(manifest, entry =>
        {
            cmdlet.StopToken.ThrowIfCancellationRequested();
            if (((entry as ManifestLesson)?.FilePath ?? (entry as ManifestProblem)?.FilePath) is { } filePath
                && mapper.FileAt(filePath) is { } file)
                files.Claim(file);
        }).Read();
        return files;
    }

    /// <summary>The names that were typed, once it is known which of them are whole names in this manifest.</summary>
    private (TypedNames Courses, TypedNames LessonIds) NamesIn(string manifest)
    {
        var (courses, lessonIds) = (new TypedNames(Course), new TypedNames(LessonId));
        if (!courses.HasWildcards && !lessonIds.HasWildcards)
            return (courses, lessonIds);
        try
        {
            new ManifestReader(manifest, Note).Read();
        }
        catch (KinescopeException)
        {
            // Whoever maps it comes to that place too.
        }

        return (courses, lessonIds);

        void Note(ManifestEntry entry)
        {
            cmdlet.StopToken.ThrowIfCancellationRequested();
            if (entry is not ManifestLesson lesson)
                return;
            courses.Note(lesson.Header.Course);
            lessonIds.Note(lesson.Id);
        }
    }

    private void MapLesson(
        string manifest, LessonVideoMapper mapper, ManifestLesson lesson, Action<Action> tell, Action<LessonVideo> write)
    {
        try
        {
            var video = mapper.Map(lesson, out var sharesFileWithLine);
            if (sharesFileWithLine is not null)
                tell(() => cmdlet.WriteWarning(
                    $"{lesson.PositionIn(manifest)}: shares its file with the lesson on line {sharesFileWithLine}."));
            if (video.State == LessonVideoState.Missing && mapper.LooksLike(lesson) is { } alike)
                tell(() => cmdlet.WriteWarning($"{lesson.PositionIn(manifest)}: its file is missing. {alike}"));
            tell(() => write(video));
        }
        catch (KinescopeException failure)
        {
            tell(() => Fail(failure, lesson.Id, manifest));
        }
    }

    private void Fail(KinescopeException failure, string? lessonId, string place)
    {
        if (Failing is not null)
            Failing(failure, lessonId);
        else
            cmdlet.WriteError(failure.ToErrorRecord(lessonId ?? place));
    }

    /// <summary>A file that a lesson names is no orphan, whatever else is wrong with the lesson.</summary>
    private void Claim(LessonVideoMapper mapper, string? filePath)
    {
        if (orphans is not null && filePath is not null && mapper.FileAt(filePath) is { } file)
            orphans.Claim(file);
    }
}
