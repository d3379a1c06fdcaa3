using System.Buffers.Binary;
using System.Text;

namespace KinescopeSandbox.Sample;

/// <summary>The files of a library: whole containers, with noise for a picture that is the same in every run.</summary>
public static class LessonFiles
{
    /// <summary>Size of the smallest lesson at scale 1, in bytes. All 405 come to about 200 MB.</summary>
    private const double SmallestLesson = 58_000;
    private const int SmallestFile = 512;

    /// <summary>Of the videos, whatever the scale. Unit: bytes per second.</summary>
    private const double Rate = 125_000;

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
            var size = SizeOf(lesson, scale);
            stream.Write(FirstBytes(path, size));
            var noise = new Random(lesson.Number);
            var buffer = new byte[64 * 1024];
            for (var left = size - stream.Position; left > 0; left -= buffer.Length)
            {
                noise.NextBytes(buffer);
                stream.Write(buffer, 0, (int)Math.Min(left, buffer.Length));
            }
        }
        File.Move(unfinished, path);
    }

    /// <summary>What stands before the picture of an MP4 or MOV file: its kind, its index, and the size of what follows.</summary>
    private static byte[] FirstBytes(string path, long size)
    {
        var brand = Encoding.ASCII.GetBytes(path.EndsWith(".mov", StringComparison.Ordinal) ? "qt  " : "isom");
        var milliseconds = (uint)Math.Max(1, 1000 * size / Rate);
        var header = Box("mvhd", Numbers(0, 0, 0, 1000, milliseconds), new byte[80]);
        var track = Box("trak", Box("mdia", Box("hdlr", Numbers(0, 0), "vide"u8.ToArray(), new byte[13])));
        byte[] before = [.. Box("ftyp", brand, Numbers(512), brand), .. Box("moov", header, track)];
        return [.. before, .. Numbers((uint)(size - before.Length)), .. "mdat"u8];
    }

    private static byte[] Box(string type, params byte[][] parts) =>
        [.. Numbers((uint)(8 + parts.Sum(part => part.Length))), .. Encoding.ASCII.GetBytes(type), .. parts.SelectMany(part => part)];

    private static byte[] Numbers(params uint[] numbers)
    {
        var bytes = new byte[numbers.Length * sizeof(uint)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(i * sizeof(uint)), numbers[i]);
        return bytes;
    }
}
