using System.Globalization;
using System.Text;
using System.Text.Json;
using KinescopeSandbox.Commands;
using KinescopeSandbox.Sample;
using KinescopeSandbox.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KinescopeSandbox.Tests.Commands;

/// <summary>The invented library.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SampleTests() => SampleLibrary.Write(_folder.Path, scale: 0.01);

    private static IReadOnlyList<Lesson> Lessons => [.. Curriculum.Courses.SelectMany(course => course.Lessons)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HasTheProportionsOfARealLibrary()
    {
        Assert.Equal([82, 67, 92, 24, 76, 64], Curriculum.Courses.Select(course => course.Lessons.Count()));
        Assert.Contains("02_ads", Curriculum.Courses.Select(course => course.Id));
        Assert.Equal((393, 12), (Lessons.Count(lesson => lesson.FileName.EndsWith(".mp4")), Lessons.Count(lesson => lesson.FileName.EndsWith(".mov"))));
        Assert.Equal(16, Curriculum.Courses.SelectMany(course => course.Modules).Count(module => module.Submodule is not null));
        Assert.InRange(Lessons.Sum(lesson => LessonFiles.SizeOf(lesson, 1)), 190_000_000, 210_000_000);
        Assert.InRange(Lessons.Max(lesson => lesson.Weight) / Lessons.Min(lesson => lesson.Weight), 25, 30);
    }

    [Theory]
    [InlineData("0.01", true)]
    [InlineData("0,01", false)]
    public void TakesItsScaleWithAPointInEveryCulture(string scale, bool fits)
    {
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ru-RU");

        Assert.Equal(fits, SampleCommand.Create().Parse([_folder.Path, "--scale", scale]).Errors.Count == 0);
    }

    [Fact]
    public void HasAwkwardNames()
    {
        Assert.Equal(3, Lessons.GroupBy(lesson => lesson.PlainTitle).Count(group => group.Count() == 2));
        Assert.Equal(Lessons.Count, Lessons.Select(lesson => lesson.Id).Distinct().Count());
        Assert.Equal(140, Lessons.Max(lesson => lesson.PlainTitle.Length));
        Assert.InRange(Lessons.Max(lesson => Encoding.UTF8.GetByteCount(lesson.FileName)), 248, 255);
        Assert.Contains(Lessons, lesson => lesson.FileName.EndsWith("..mp4"));
        Assert.Contains(Lessons, lesson => lesson.PlainTitle.EndsWith("2.0"));
        Assert.All(Lessons, lesson => Assert.True(lesson.Title.IsNormalized(NormalizationForm.FormC)));
        var decomposed = Lessons.Where(lesson => !Path.GetFileName(LessonFiles.PathOf(lesson, "")).IsNormalized()).ToList();
        Assert.Equal(4, decomposed.Count);
    }

    [Fact]
    public void EveryLessonHasItsFile()
    {
        Assert.All(Lessons, lesson => Assert.Equal(LessonFiles.SizeOf(lesson, 0.01), new FileInfo(LessonFiles.PathOf(lesson, _folder.Path)).Length));
        Assert.Equal(405, Directory.EnumerateFiles(_folder.Path, "*.m??", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void ManifestNamesThemAll()
    {
        var manifest = JsonDocument.Parse(File.ReadAllText(_folder["manifest.json"])).RootElement;

        Assert.Equal(@"D:\Courses", manifest.GetProperty("base_path").GetString());
        Assert.Equal(405, manifest.GetProperty("stats").GetProperty("lessons").GetInt32());
        var paths = manifest.GetProperty("courses").EnumerateArray()
            .SelectMany(course => course.GetProperty("modules").EnumerateArray())
            .SelectMany(LessonsOf)
            .Select(lesson => lesson.GetProperty("filepath").GetString());
        Assert.Equal(Lessons.Select(lesson => lesson.FilePath), paths);
    }

    [Fact]
    public void SecondRunLeavesWhatIsThere()
    {
        Execute("""UPDATE "Lesson" SET "videoId" = 'linked' WHERE "courseId" = '02_ads'""");
        var file = LessonFiles.PathOf(Lessons[0], _folder.Path);
        File.WriteAllText(file, "changed");
        File.Delete(LessonFiles.PathOf(Lessons[1], _folder.Path));

        SampleLibrary.Write(_folder.Path, scale: 0.02);

        Assert.Equal(67L, Execute("""SELECT count(*) FROM "Lesson" WHERE "videoId" = 'linked'"""));
        Assert.Equal(405L, Execute("""SELECT count(*) FROM "Lesson" """));
        Assert.Equal("changed", File.ReadAllText(file));
        Assert.True(File.Exists(LessonFiles.PathOf(Lessons[1], _folder.Path)));
    }

    private static IEnumerable<JsonElement> LessonsOf(JsonElement module) =>
        module.GetProperty("lessons").EnumerateArray()
            .SelectMany(entry => entry.TryGetProperty("submodule", out var submodule) ? LessonsOf(submodule) : [entry]);

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder["lessons.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
