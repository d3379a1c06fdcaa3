namespace KinescopeSandbox.Sample;

/// <summary>Writes the invented library into a folder, and leaves alone what an earlier run wrote.</summary>
public static class SampleLibrary
{
    /// <param name="scale">1: about 200 MB in all.</param>
    public static void Write(string folder, double scale)
    {
        Directory.CreateDirectory(folder);
        foreach (var lesson in Curriculum.Courses.SelectMany(course => course.Lessons))
            LessonFiles.Write(lesson, folder, scale);
        LessonDatabase.Write(Path.Combine(folder, "lessons.db"), Curriculum.Courses);

        // Last, so that a folder with a manifest is a whole library.
        var manifest = Path.Combine(folder, "manifest.json");
        if (!File.Exists(manifest))
            File.WriteAllText(manifest, Manifest.Write(Curriculum.Courses));
    }
}
