using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.MapFiles;

/// <summary>Measure-LessonVideoMap: the figures of a map.</summary>
public sealed class MeasureLessonVideoMapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PowerShellSession _session;

    public MeasureLessonVideoMapTests() => _session = new PowerShellSession(_folder.Path);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_counts_lessons_by_state_course_and_extension_and_orphans_apart()
    {
        _folder.WriteVideo("a.mp4", 100);
        _folder.WriteVideo("b.mov", 300);
        _folder.Write("empty.mp4", "");
        _folder.Write("text.txt", "12345");
        _folder.WriteVideo("orphan.mp4", 7);
        _folder.Write("manifest.json", """
            {"courses":[
            {"id":"x","skill_category":"MARKETING","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"a.mp4"},{"id":"l1","filepath":"gone.mp4"},{"id":"l2","filepath":"empty.mp4"}]}]},
            {"id":"y","modules":[{"id":"m","lessons":[{"id":"l3","filepath":"b.mov"},{"id":"l4","filepath":"text.txt"}]}]}]}
            """);
        LessonDatabase.Create(_folder["lessons.db"], ["l0", "l3"]);
        _session.Run("Set-LessonVideoId l0 v -DatabaseUrl file:./lessons.db").RequireNoErrors();

        var summary = _session.Run("Get-LessonVideoMap -IncludeOrphan -CheckDatabase -DatabaseUrl file:./lessons.db | Measure-LessonVideoMap").RequireNoErrors();

        Assert.Equal(
            [5, 2, 1, 1, 1, 1, 405L, 1, 7L],
            new[] { "Lessons", "Ready", "Missing", "Empty", "NotVideo", "WithVideoId", "Length", "Orphans", "OrphanLength" }.Select(name => summary.Values(name).Single()));
        Assert.Equal(["x MARKETING 3 1 1 100", "y  2 0 0 305"], Lines("Courses", "{0} {1} {2} {3} {4} {5}", "Course", "Category", "Lessons", "Missing", "WithVideoId", "Length"));
        Assert.Equal([".mp4 3 100", ".mov 1 300", ".txt 1 5"], Lines("Extensions", "{0} {1} {2}", "Extension", "Lessons", "Length"));
        Assert.Equal([_folder["gone.mp4"]], (IEnumerable<string>)summary.Values("MissingPaths").Single()!);
    }

    [Fact]
    public void An_empty_map_is_counted_too()
    {
        var summary = _session.Run("@() | Measure-LessonVideoMap").RequireNoErrors();

        Assert.Equal([0], summary.Values("Lessons"));
    }

    [Fact]
    public void The_reference_course_is_405_lessons_of_217271_MiB_also_from_files()
    {
        var data = Path.Combine(Built.Repository, "..", "shared", "data");
        Assert.SkipUnless(File.Exists(Path.Combine(data, "course-sizes.csv")), "The reference course is not beside the repository (../shared/data).");
        foreach (var line in File.ReadLines(Path.Combine(data, "course-sizes.csv")).Skip(1))
        {
            var comma = line.LastIndexOf(',');
            var path = _folder[line[..comma].Trim('"')];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = File.Create(path);
            file.SetLength(long.Parse(line[(comma + 1)..]));
        }

        var result = _session.Run(
            """
            param($manifest, $base)
            $map = Get-LessonVideoMap $manifest -BasePath $base -IncludeOrphan
            $map | Export-LessonVideoMap map.json
            $map | Export-LessonVideoMap map.csv
            $map | Measure-LessonVideoMap
            Import-LessonVideoMap map.json | Measure-LessonVideoMap
            Import-LessonVideoMap map.csv | Measure-LessonVideoMap
            """,
            Path.Combine(data, "course-manifest.json"),
            _folder.Path).RequireNoErrors();

        Assert.Equal([405, 405, 405], result.Values("Lessons"));
        Assert.Equal([0, 0, 0], result.Values("Orphans"));
        Assert.All(result.Values("Length"), length => Assert.Equal(217_271.03, Math.Round((long)length! / 1048576.0, 2)));
    }

    private IEnumerable<string?> Lines(string list, string format, params string[] properties) =>
        _session.Run($"(Get-LessonVideoMap -IncludeOrphan -CheckDatabase -DatabaseUrl file:./lessons.db | Measure-LessonVideoMap).{list}").RequireNoErrors()
            .Output.Select(item => string.Format(format, [.. properties.Select(property => item.Properties[property].Value)]));
}
