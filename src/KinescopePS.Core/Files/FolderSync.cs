using System.Runtime.InteropServices;

namespace KinescopePS.Files;

/// <summary>The names in a folder, written through to the disk.</summary>
internal static class FolderSync
{
    private const int ReadOnly = 0, CloseOnExec = 0x10;

    /// <summary>
    /// Makes the names of a folder outlive a loss of power, where the system does not do it by itself. A disk that cannot is left at that:
    /// the names are right all the same.
    /// </summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            var handle = Open(folder, ReadOnly | CloseOnExec, 0);
            if (handle < 0)
                return;
            _ = Sync(handle);
            _ = Close(handle);
        }
        catch (Exception failure) when (failure is DllNotFoundException or EntryPointNotFoundException)
        {
            // Another .NET, which names its functions otherwise.
        }
    }

    /// <remarks>Source: .NET's own open, fsync and close, src/native/libs/System.Native/pal_io.h.</remarks>
    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Open")]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_FSync")]
    private static extern int Sync(nint handle);

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_Close")]
    private static extern int Close(nint handle);
}
