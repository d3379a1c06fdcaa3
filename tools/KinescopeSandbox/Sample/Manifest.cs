using System.Text.Encodings.Web;
using System.Text.Json;

namespace KinescopeSandbox.Sample;

/// <summary>`manifest.json` of a library.</summary>
public static class Manifest
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IReadOnlyList<Course> courses) => JsonSerializer.Serialize(
        new
        {
            version = "1.0",
            generated = "2026-01-15T12:00:00Z",
            // A folder of the machine that wrote the manifest; the files lie beside the manifest.
            base_path = "D:\\Courses",
            stats = new
            {
                courses = courses.Count,
                modules = courses.Sum(course => course.Modules.Count),
                lessons = courses.Sum(course => course.Lessons.Count()),
            },
            courses = courses.Select(course => new
            {
                id = course.Id,
                title_original = course.Title,
                title_en = course.TitleEnglish,
                order = course.Order,
                skill_category = course.SkillCategory,
                modules = course.Modules.Select(Module),
            }),
        },
        Json);

    private static object Module(CourseModule module) => new
    {
        id = module.Id,
        folder = module.Folder,
        title_original = module.Title,
        order = module.Order,
        lessons = module.Lessons.Select(Lesson).Concat(module.Submodule is { } submodule ? [new { submodule = Module(submodule) }] : []),
    };

    private static object Lesson(Lesson lesson) => new
    {
        id = lesson.Id,
        filename = lesson.FileName,
        filepath = lesson.FilePath,
        title_original = lesson.Title,
        order = lesson.Order,
        duration_seconds = lesson.DurationSeconds,
        transcription_status = "completed",
    };
}
