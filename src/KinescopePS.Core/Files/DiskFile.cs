using System.Runtime.InteropServices;

namespace KinescopePS.Files;

/// <summary>A file as it stands on the disk under a name; of a symbolic link, the file that it leads to.</summary>
/// <param name="Length">Unit: bytes.</param>
/// <param name="Modified">The last write time, UTC.</param>
/// <param name="IsRegular">False for a pipe, a socket or a device: opening one may wait for ever.</param>
internal sealed record DiskFile(long Length, DateTime Modified, bool IsRegular)
{
    private const int KindMask = 0xF000, RegularKind = 0x8000;

    /// <summary>Looks a file up; null where nothing is there, a folder, or a link that leads nowhere.</summary>
    public static DiskFile? At(string path)
    {
        // No file has such a name.
        if (path.Contains('\0'))
            return null;
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint))
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return file.Exists ? new DiskFile(file.Length, file.LastWriteTimeUtc, IsRegularFile(file.FullName)) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Links that go round in a circle, or vanished meanwhile.
            return null;
        }
    }

    /// <summary>Refuses what can be opened but is no file. What is not there passes: whoever opens it says so.</summary>
    /// <exception cref="UnauthorizedAccessException">It is a folder, a pipe, a socket or a device.</exception>
    public static void RequireRegular(string path)
    {
        if (Directory.Exists(path))
            throw new UnauthorizedAccessException("It is a folder.");
        if (At(path) is { IsRegular: false })
            throw new UnauthorizedAccessException("It is a pipe, a socket or a device, and no file.");
    }

    // .NET tells the kind of what is open, and a pipe that nobody writes to cannot be opened.
    private static bool IsRegularFile(string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        try
        {
            return Stat(path, out var status) != 0 || (status.Mode & KindMask) == RegularKind;
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            return true;
        }
    }

    /// <remarks>Source: .NET's own stat, src/native/libs/System.Native/pal_io.h; its first members are the same in every version.</remarks>
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Stat")]
    private static extern int Stat([MarshalAs(UnmanagedType.LPUTF8Str)] string path, out FileStatus status);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(4)]
        public int Mode;
    }
}
