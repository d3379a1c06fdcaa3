using System.Globalization;
using System.Text.Json.Nodes;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Manifest;

/// <summary>The reference course with its paths hidden: no lesson gets another's file, and nearly all get their own.</summary>
public sealed class ReferenceTitleMapTests(ITestOutputHelper output) : IDisposable
{
    /// <summary>Five titles of one module differ in a number that is cut off their files' names: nothing tells which is which.</summary>
    private const int LeastFound = 400;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _files = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_manifest_without_paths()
    {
        var manifest = ReadManifest();
        foreach (var (lesson, _, _) in Lessons(manifest))
            (_, _) = (lesson.Remove("filepath"), lesson.Remove("filename"));
        _folder.Write("manifest.json", manifest.ToJsonString());

        using var session = new PowerShellSession(_folder.Path);
        Check(session.Run("Get-LessonVideoMap -BasePath videos"));
    }

    [Fact]
    public void The_lesson_table_and_the_folder()
    {
        SqliteLessons.CreateCourses(
            _folder["site.db"],
            Lessons(ReadManifest()).Select(lesson => ((string)lesson.Lesson["id"]!, (string)lesson.Lesson["title_original"]!, (string)lesson.Course["id"]!, lesson.Order)));

        using var session = new PowerShellSession(_folder.Path);
        Check(session.Run("Get-LessonVideoMap -FromDatabase -BasePath videos -DatabaseUrl file:./site.db"));
    }

    private void Check(ScriptResult result)
    {
        var map = result.RequireNoErrors().Texts("LessonId").Zip(result.Texts("Path"), result.Texts("State")).ToList();
        var found = map.Where(lesson => lesson.Third != "Unmatched").ToList();
        var right = found.Count(lesson => lesson.Second == _folder[_files[lesson.First!]]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"precision {(double)right / found.Count:P2}, recall {(double)right / map.Count:P2} ({right} of {map.Count} lessons)"));

        Assert.Equal(405, map.Count);
        Assert.Equal(found.Count, right);
        Assert.True(right >= LeastFound, $"{right} lessons have their file.");
    }

    /// <summary>The manifest; its files are made below <c>videos</c>.</summary>
    private JsonNode ReadManifest()
    {
        var path = Path.Combine(Built.Repository, "..", "shared", "data", "course-manifest.json");
        Assert.SkipUnless(File.Exists(path), "The reference course is not beside the repository (../shared/data).");
        var manifest = JsonNode.Parse(File.ReadAllText(path))!;
        foreach (var (lesson, _, _) in Lessons(manifest))
        {
            var file = _files[(string)lesson["id"]!] = $"videos/{lesson["filepath"]}";
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[file])!);
            File.WriteAllText(_folder[file], "video");
        }

        return manifest;
    }

    private static IEnumerable<(JsonObject Lesson, JsonNode Course, long Order)> Lessons(JsonNode manifest) =>
        from course in manifest["courses"]!.AsArray()
        from module in course["modules"]!.AsArray()
        from lesson in Lessons(module!.AsObject())
        select (lesson, course, (long)lesson["order"]!);

    private static IEnumerable<JsonObject> Lessons(JsonObject holder) =>
        holder["lessons"]!.AsArray().SelectMany(entry => entry!["submodule"] is JsonObject below ? Lessons(below) : [entry.AsObject()]);
}
