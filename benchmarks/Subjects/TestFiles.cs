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
    public static string Sparse(Lab lab, long length)
    {
        var path = Path.Combine(lab.Data, "sparse.mp4");
        using var file = new FileStream(path, FileMode.OpenOrCreate);
        file.SetLength(length);
        return path;
    }

    /// <summary>The folder of the sandbox's invented course library: 405 lessons with the proportions of a real one.</summary>
    public static async Task<string> SampleAsync(Lab lab)
    {
        var scale = FormattableString.Invariant($"{lab.Sizes.SampleScale}");
        var folder = Path.Combine(lab.Data, $"sample-{scale}");
        await Lab.RunAsync(["dotnet", Built.Sandbox, "sample", folder, "--scale", scale], lab.Data);
        return folder;
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
