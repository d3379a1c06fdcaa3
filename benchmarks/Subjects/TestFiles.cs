using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Files to upload, made at the first use.</summary>
internal static class TestFiles
{
    private const int BlockSize = 16 << 20;

    /// <summary>A file of random bytes.</summary>
    public static string Random(Lab lab, long length) => Make(Path.Combine(lab.Data, $"random-{length}.mp4"), length);

    /// <summary>So many files of a size each.</summary>
    public static IReadOnlyList<string> Equal(Lab lab, int count, long length)
    {
        var folder = Directory.CreateDirectory(Path.Combine(lab.Data, $"equal-{length}")).FullName;
        return [.. Enumerable.Range(1, count).Select(number => Make(Path.Combine(folder, $"lesson-{number:0000}.mp4"), length))];
    }

    /// <summary>A file without bytes on the disk.</summary>
    public static string Sparse(Lab lab, long length) => MakeSparse(Path.Combine(lab.Data, "sparse.mp4"), length);

    /// <summary>The folder of the sandbox's invented course library: 405 lessons with the proportions of a real one.</summary>
    public static async Task<string> SampleAsync(Lab lab)
    {
        var scale = FormattableString.Invariant($"{lab.Sizes.SampleScale}");
        var folder = Path.Combine(lab.Data, $"sample-{scale}");
        await Lab.RunAsync(["dotnet", Built.Sandbox, "sample", folder, "--scale", scale], lab.Data);
        return folder;
    }

    /// <summary>The videos of the sample library, in the course's order.</summary>
    public static async Task<IReadOnlyList<string>> SampleVideosAsync(Lab lab) =>
        [.. Directory.EnumerateFiles(await SampleAsync(lab), "*.m*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".mp4" or ".mov").Order(StringComparer.Ordinal).Where((_, index) => index % lab.Sizes.SampleShare == 0)];

    /// <summary>Files without bytes on the disk, in the sample library's proportions.</summary>
    /// <param name="length">Of all together. Unit: bytes.</param>
    public static async Task<IReadOnlyList<string>> CourseAsync(Lab lab, long length)
    {
        var sizes = (await SampleVideosAsync(lab)).Select(file => new FileInfo(file).Length).ToList();
        var scale = (double)length / sizes.Sum();
        var folder = Directory.CreateDirectory(Path.Combine(lab.Data, $"course-{sizes.Count}-{length}")).FullName;
        return [.. sizes.Select((size, index) => MakeSparse(Path.Combine(folder, $"lesson-{index + 1:0000}.mp4"), Math.Max(1, (long)(size * scale))))];
    }

    private static string MakeSparse(string path, long length)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate);
        if (file.Length != length)
            file.SetLength(length);
        return path;
    }

    private static string Make(string path, long length)
    {
        if (new FileInfo(path) is { Exists: true } file && file.Length == length)
            return path;
        var block = new byte[Math.Min(BlockSize, length)];
        new Random(1).NextBytes(block);
        using var stream = File.Create(path);
        for (long left = length; left > 0; left -= block.Length)
            stream.Write(block, 0, (int)Math.Min(block.Length, left));
        return path;
    }
}
