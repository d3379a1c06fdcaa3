using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Manifest;
using KinescopePS.Matching;

namespace KinescopePS.Commands;

/// <content>The map of the lesson table and a folder, without a manifest.</content>
public sealed partial class GetLessonVideoMapCommand
{
    private void MapTable()
    {
        var folder = ManifestMap.ResolveBasePath("", FilePathOf(BasePath!), null, WriteVerbose);
        // A map by title without titles would be one of guesses.
        var query = new LessonQuery(TitleColumn ?? LessonQuery.DefaultTitleColumn, CourseColumn) { HasOrder = true };
        var lessons = ReadTable(query);
        var (courses, lessonIds) = (new TypedNames(Course), new TypedNames(LessonId));
        courses.Noting(lessons.SelectMany(lesson => new[] { lesson.Course, lesson.CourseTitle }));
        lessonIds.Noting(lessons.Select(lesson => lesson.LessonId));

        // All of them are matched: a lesson that is not asked for may have the likeliest file of one that is.
        var titled = new TitledLessons(folder, _videoFiles, Caution);
        foreach (var lesson in lessons)
        {
            titled.Add(new TitledLesson(lesson.LessonId, lesson.Title ?? "")
            {
                Course = lesson.Course,
                CourseTitle = lesson.CourseTitle,
                Order = lesson.Order,
                VideoId = lesson.VideoId,
            });
        }

        var files = new OrphanFiles(_videoFiles);
        files.LookBelow(folder, null);
        _orphans?.LookBelow(folder, null);
        foreach (var tell in Ahead<Action>(tell =>
        {
            var videos = titled.Find(
                files,
                note => tell(() => WriteWarning(note)),
                (failure, unlisted) => tell(() => WriteError(failure.ToErrorRecord(unlisted))),
                StopToken);
            foreach (var (video, lesson) in videos.Zip(lessons))
            {
                if (video.Path.Length > 0)
                    _orphans?.Claim(video.Path);
                if ((courses.Matches(lesson.Course) | courses.Matches(lesson.CourseTitle)) & lessonIds.Matches(lesson.LessonId))
                    tell(() => WriteObject(video));
            }
        }))
        {
            tell();
        }

        var table = $"The table {_store!.Table.Name}";
        foreach (var course in courses.Unfound)
            WriteError(ManifestMap.CourseNotFound(table, course, lessons.SelectMany(lesson => new[] { lesson.Course, lesson.CourseTitle }))
                .ToErrorRecord(course));
        foreach (var id in lessonIds.Unfound)
            WriteError(new KinescopeException(
                ErrorIds.LessonNotFound, $"{table} has no lesson '{id}'. {NearNames.Of(id, lessons.Select(lesson => lesson.LessonId))}")
                .ToErrorRecord(id));
    }

    private List<SiteLesson> ReadTable(LessonQuery query)
    {
        var lessons = new List<SiteLesson>();
        IReadOnlyList<SiteLesson> page;
        do
        {
            page = Await(stop => _store!.ReadPageAsync(query, lessons.Count > 0 ? lessons[^1].LessonId : null, stop));
            lessons.AddRange(page);
        }
        while (page.Count == LessonQuery.PageSize);

        // An id that commands a terminal is passed over, as when the table is listed.
        lessons.RemoveAll(lesson => !PrintableText.Is(lesson.LessonId));
        return lessons;
    }
}
