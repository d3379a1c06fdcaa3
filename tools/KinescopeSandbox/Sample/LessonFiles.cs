using System.Text;

namespace KinescopeSandbox.Sample;

/// <summary>The files of a library: a video's first bytes, then noise that is the same in every run.</summary>
public static class LessonFiles
{
    /// <summary>Size of the smallest lesson at scale 1, in bytes. All 405 come to about 200 MB.</summary>
    private const double SmallestLesson = 58_000;
    private const int SmallestFile = 512;

    /// <summary>Size in bytes.</summary>
    public static long SizeOf(Lesson lesson, double scale) => Math.Max(SmallestFile, (long)(SmallestLesson * lesson.Weight * scale));

    /// <summary>Where the lesson's file lies; a few lie under another normal form than the manifest has.</summary>
    public static string PathOf(Lesson lesson, string library)
    {
        var path = lesson.FilePath;
        if (Titles.DecomposedOnDisk.Contains(lesson.Number))
            path = path[..^lesson.FileName.Length] + lesson.FileName.Normalize(NormalizationForm.FormD);
        return Path.Combine(library, path.Replace('/', Path.DirectorySeparatorChar));
    }

    /// <summary>Writes the file unless there is one.</summary>
    public static void Write(Lesson lesson, string library, double scale)
    {
        var path = PathOf(lesson, library);
        if (File.Exists(path))
            return;

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A name of its own: that of the lesson may leave no room for another extension.
        var unfinished = Path.Combine(library, $"unfinished-{lesson.Number}.tmp");
        using (var stream = File.Create(unfinished))
        {
            stream.Write(FirstBytes(path));
            var noise = new Random(lesson.Number);
            var buffer = new byte[64 * 1024];
            for (var left = SizeOf(lesson, scale) - stream.Position; left > 0; left -= buffer.Length)
            {
                noise.NextBytes(buffer);
                stream.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
            }
        }
        File.Move(unfinished, path);
    }

    /// <summary>The `ftyp` box that MP4 and MOV files begin with.</summary>
    private static byte[] FirstBytes(string path)
    {
        var brand = path.EndsWith(".mov", StringComparison.Ordinal) ? "qt  " : "isom";
        return [0, 0, 0, 20, .. Encoding.ASCII.GetBytes($"ftyp{brand}"), 0, 0, 2, 0, .. Encoding.ASCII.GetBytes(brand)];
    }
}
