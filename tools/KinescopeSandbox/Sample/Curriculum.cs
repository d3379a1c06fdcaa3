namespace KinescopeSandbox.Sample;

public sealed record Course(string Id, string Title, string TitleEnglish, int Order, string SkillCategory, IReadOnlyList<CourseModule> Modules)
{
    public IEnumerable<Lesson> Lessons => Modules.SelectMany(module => module.AllLessons);
}

/// <param name="Submodule">Its lessons come after those of the module; null: none.</param>
public sealed record CourseModule(string Id, string Folder, string Title, int Order, IReadOnlyList<Lesson> Lessons, CourseModule? Submodule)
{
    public IEnumerable<Lesson> AllLessons => Lessons.Concat(Submodule?.AllLessons ?? []);
}

/// <param name="FilePath">Below the library's folder, with `/`.</param>
/// <param name="Title">As in the manifest: with the file's extension.</param>
/// <param name="Weight">Size in proportion to the smallest lesson's: 1 to 30.</param>
/// <param name="Number">Position in the whole library, from 0.</param>
public sealed record Lesson(string Id, string FilePath, string Title, int Order, int DurationSeconds, double Weight, int Number)
{
    public string FileName => FilePath[(FilePath.LastIndexOf('/') + 1)..];

    /// <summary>The title without the extension.</summary>
    public string PlainTitle => Title[..^4];
}

/// <summary>An invented school: 6 courses, 405 lessons, the same in every run.</summary>
public static class Curriculum
{
    private const int MostLessonsPerModule = 9;
    private const int LessonsPerSubmodule = 3;
    private const int HeaviestLesson = 30;

    private static readonly (string Id, string Title, string English, string Category, int Lessons)[] Plan =
    [
        ("01_start", "Первые шаги", "First steps", "ANALYTICS", 82),
        ("02_ads", "Реклама", "Advertising", "MARKETING", 67),
        ("03_design", "Оформление", "Design", "CONTENT", 92),
        ("04_warehouse", "Склад", "Warehouse", "OPERATIONS", 24),
        ("05_brand", "Бренд", "Brand", "MARKETING", 76),
        ("06_service", "Забота о покупателе", "Customer care", "OPERATIONS", 64),
    ];

    public static IReadOnlyList<Course> Courses { get; } = [.. Build()];

    private static IEnumerable<Course> Build()
    {
        var number = 0;
        var moduleNumber = 0;
        for (var i = 0; i < Plan.Length; i++)
        {
            var (id, title, english, category, count) = Plan[i];
            var modules = new List<CourseModule>();
            var moduleCount = (count + MostLessonsPerModule - 1) / MostLessonsPerModule;
            for (var m = 0; m < moduleCount; m++)
            {
                var here = count * (m + 1) / moduleCount - count * m / moduleCount;
                modules.Add(Module(id, m + 1, moduleNumber++, ref number, here));
            }
            yield return new Course(id, title, english, i + 1, category, modules);
        }
    }

    private static CourseModule Module(string courseId, int order, int moduleNumber, ref int number, int lessons)
    {
        var title = Titles.Module(moduleNumber);
        var folder = $"m{order:00}_{Titles.Slug(title)}";
        var id = $"{courseId}_m{order:00}";
        var path = $"{courseId}/{folder}";
        // Every third module has a submodule: 16 in all.
        if (moduleNumber % 3 != 1)
            return new CourseModule(id, folder, title, order, Lessons(id, path, ref number, lessons), null);

        var own = Lessons(id, path, ref number, lessons - LessonsPerSubmodule);
        const string SubFolder = "practice";
        var submodule = new CourseModule(
            $"{id}_{SubFolder}", SubFolder, "Практика", own.Count + 1, Lessons($"{id}_{SubFolder}", $"{path}/{SubFolder}", ref number, LessonsPerSubmodule), null);
        return new CourseModule(id, folder, title, order, own, submodule);
    }

    private static List<Lesson> Lessons(string moduleId, string path, ref int number, int count)
    {
        var lessons = new List<Lesson>();
        for (var order = 1; order <= count; order++, number++)
        {
            var extension = number % 34 == 11 ? ".mov" : ".mp4";
            var (title, fileName) = Titles.Lesson(number, order, extension);
            var luck = new Random(number);
            var weight = Math.Pow(HeaviestLesson, luck.NextDouble());
            lessons.Add(new Lesson($"{moduleId}_{order:000}", $"{path}/{fileName}", title, order, (int)(weight * 120), weight, number));
        }
        return lessons;
    }
}
