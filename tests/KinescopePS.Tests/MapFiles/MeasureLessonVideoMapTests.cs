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
        SqliteLessons.Create(_folder["lessons.db"], ["l0", "l3"]);
        _session.Run("Set-LessonVideoId l0 v -DatabaseUrl file:./lessons.db").RequireNoErrors();

        var summary = _session.Run("Get-LessonVideoMap -IncludeOrphan -CheckDatabase -DatabaseUrl file:./lessons.db | Measure-LessonVideoMap").RequireNoErrors();

        Assert.Equal(
            [5, 2, 1, 1, 1, 1, 405L, 1, 7L],
            new[] { "Lessons", "Ready", "Missing", "Empty", "NotVideo", "WithVideoId", "Length", "Orphans", "OrphanLength" }.Select(name => summary.Values(name).Single()));
        Assert.Equal(["x MARKETING 3 1 1 100", "y  2 0 0 305"], Lines("Courses", "{0} {1} {2} {3} {4} {5}", "Course", "Category", "Lessons", "Missing", "WithVideoId", "Length"));
        Assert.Equal([".mp4 3 100", ".mov 1 300", ".txt 1 5"], Lines("Extensions", "{0} {1} {2}", "Extension", "Lessons", "Length"));
        Assert.Equal([_folder["gone.mp4"]], (IEnumerable<string>)summary.Values("MissingPaths").Single()!);
    }

    private IEnumerable<string?> Lines(string list, string format, params string[] properties) =>
        _session.Run($"(Get-LessonVideoMap -IncludeOrphan -CheckDatabase -DatabaseUrl file:./lessons.db | Measure-LessonVideoMap).{list}").RequireNoErrors()
            .Output.Select(item => string.Format(format, [.. properties.Select(property => item.Properties[property].Value)]));
}
