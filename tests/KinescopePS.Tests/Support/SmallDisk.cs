using System.Diagnostics;

namespace KinescopePS.Tests.Support;

/// <summary>A file system of 64 KiB, for tests that fill it. Only root may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    private SmallDisk(string path) => _path = path;

    /// <summary>The full path of a file on it.</summary>
    public string this[string relative] => Path.Combine(_path, relative);

    /// <summary>Mounts one, or skips the test with the reason.</summary>
    /// <param name="path">The folder that it is mounted on.</param>
    /// <param name="files">The number of files and folders that it takes, its own folder included; null for more than any test makes.</param>
    public static SmallDisk Mount(string path, int? files = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root on Linux mounts a file system that can be filled.");
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", files is null ? "size=64k" : $"size=64k,nr_inodes={files}", "tmpfs", path), "tmpfs cannot be mounted here.");
        return new SmallDisk(path);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(this["filler"], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(new byte[512]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(this["filler"]);

    public void Dispose() => Run("umount", "--lazy", _path);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
