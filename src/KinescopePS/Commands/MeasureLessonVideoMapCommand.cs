using System.Management.Automation;
using KinescopePS.Manifest;
using KinescopePS.Matching;

namespace KinescopePS.Commands;

/// <summary>Counts what a lesson video map holds.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "LessonVideoMap")]
[OutputType(typeof(LessonVideoMapSummary))]
public sealed class MeasureLessonVideoMapCommand : AsyncCmdlet
{
    private readonly List<LessonVideo> _lessons = [];
    private readonly List<LessonVideo> _orphans = [];

    /// <summary>The lessons. Default: those of the manifest that Get-LessonVideoMap would read.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    public LessonVideo[] InputObject { get; set; } = [];

    private protected override void Process()
    {
        if (!MyInvocation.ExpectingInput && !IsTyped(nameof(InputObject)))
            new ManifestMap(this, new VideoFiles(), new TitleMatchOptions(), null)
                .Read(ManifestMap.Find(this, null, Settings), null, _lessons.Add);
        foreach (var lesson in InputObject)
            (lesson.State == LessonVideoState.Orphan ? _orphans : _lessons).Add(lesson);
    }

    private protected override void End()
    {
        int Count(LessonVideoState state) => _lessons.Count(lesson => lesson.State == state);
        var length = LengthOf(_lessons);
        WriteObject(new LessonVideoMapSummary
        {
            Lessons = _lessons.Count,
            Ready = Count(LessonVideoState.Ready),
            Missing = Count(LessonVideoState.Missing),
            Empty = Count(LessonVideoState.Empty),
            NotVideo = Count(LessonVideoState.NotVideo),
            Changing = Count(LessonVideoState.Changing),
            Unmatched = Count(LessonVideoState.Unmatched),
            WithVideoId = _lessons.Count(HasVideoId),
            Length = length,
            Orphans = _orphans.Count,
            OrphanLength = LengthOf(_orphans),
            Courses = [.. _lessons.GroupBy(lesson => lesson.Course).Select(course => CourseOf(course.Key, [.. course], length))],
            Extensions =
            [
                .. _lessons.Where(lesson => lesson.State != LessonVideoState.Unmatched).GroupBy(lesson => lesson.Extension)
                    .Select(ExtensionOf).OrderByDescending(extension => extension.Lessons),
            ],
            MissingPaths = [.. _lessons.Where(IsMissing).Select(lesson => lesson.Path)],
        });
    }

    private static LessonVideoMapCourse CourseOf(string? course, IReadOnlyList<LessonVideo> lessons, long all) => new()
    {
        Course = course,
        Category = string.Join(
            ", ", lessons.Select(lesson => lesson.Category).Where(category => !string.IsNullOrEmpty(category)).Distinct()),
        Lessons = lessons.Count,
        Missing = lessons.Count(IsMissing),
        WithVideoId = lessons.Count(HasVideoId),
        Length = LengthOf(lessons),
        Percent = all > 0 ? 100.0 * LengthOf(lessons) / all : 0,
    };

    private static LessonVideoMapExtension ExtensionOf(IGrouping<string, LessonVideo> extension) =>
        new() { Extension = extension.Key, Lessons = extension.Count(), Length = LengthOf(extension) };

    private static long LengthOf(IEnumerable<LessonVideo> lessons) => lessons.Sum(lesson => lesson.Length ?? 0);

    private static bool IsMissing(LessonVideo lesson) => lesson.State == LessonVideoState.Missing;

    private static bool HasVideoId(LessonVideo lesson) => !string.IsNullOrEmpty(lesson.VideoId);
}
