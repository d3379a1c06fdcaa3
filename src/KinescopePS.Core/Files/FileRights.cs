using System.Runtime.InteropServices;

namespace KinescopePS.Files;

/// <summary>Rights that are asked for without being used: nothing is opened, made or changed.</summary>
internal static class FileRights
{
    private const int Write = 2;

    /// <summary>
    /// False where this user surely may not write a file, or make one in a folder. Windows tells by opening only; there the attribute
    /// counts.
    /// </summary>
    public static bool MayWrite(string path)
    {
        try
        {
            return OperatingSystem.IsWindows()
                ? !File.Exists(path) || !File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)
                : Access(path, Write) == 0;
        }
        catch (Exception failure)
            when (failure is DllNotFoundException or EntryPointNotFoundException or IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The room for this user on the disk of a folder. Unit: bytes; null where the system does not tell.</summary>
    public static long? RoomIn(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A share without a letter, or a disk that is gone.
            return null;
        }
    }

    /// <remarks>Source: .NET's own access, src/native/libs/System.Native/pal_io.h.</remarks>
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Access")]
    private static extern int Access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);
}
