using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Subjects;

/// <summary>
/// Files that are nothing but a hole, in a memory file system where there is one: reading them makes no page, so that they may be larger
/// than the machine's memory. Elsewhere they lie in the data folder, without bytes on the disk.
/// </summary>
internal sealed class FileHoles(Lab lab) : IDisposable
{
    private const string MemoryFileSystem = "/dev/shm";

    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists(MemoryFileSystem) ? MemoryFileSystem : lab.Data, "kinescope-benchmarks")).FullName;

    public string Make(long length)
    {
        var path = Path.Combine(_folder, $"hole-{length}.mp4");
        using var file = new FileStream(path, FileMode.Create);
        file.SetLength(length);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
