namespace KinescopePS.TestSupport;

/// <summary>A folder of its own for a test, removed with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kinescopeps-").FullName;

    /// <summary>The full path of a file in it.</summary>
    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    /// <summary>Writes a text file, and the folders above it.</summary>
    public string Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
        return this[relative];
    }

    /// <summary>Writes a file of pseudo-random bytes, the same for the same seed.</summary>
    public string WriteVideo(string relative, int length, int seed = 1)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(this[relative], bytes);
        return this[relative];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
