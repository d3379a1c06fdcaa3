using System.CommandLine;
using KinescopeSandbox.Sample;

namespace KinescopeSandbox.Commands;

/// <summary>`sample`: writes a course library to try things with.</summary>
public static class SampleCommand
{
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "where the library goes; what is there already stays" };
        var scale = NumberOption.Create("--scale", 1, "size of the files; 1 is about 200 MB in all");
        var command = new Command("sample", "Writes an invented course library: 405 lesson videos, manifest.json and lessons.db.") { folder, scale };
        command.SetAction(parsed =>
        {
            var library = parsed.GetRequiredValue(folder).FullName;
            SampleLibrary.Write(library, parsed.GetValue(scale));
            var lessons = Curriculum.Courses.SelectMany(course => course.Lessons).ToList();
            var bytes = lessons.Sum(lesson => new FileInfo(LessonFiles.PathOf(lesson, library)).Length);
            Console.WriteLine($"sample: {Curriculum.Courses.Count} courses, {lessons.Count} lessons, {bytes / 1e6:0.0} MB in {library}");
        });
        return command;
    }
}
