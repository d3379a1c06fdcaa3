using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace KinescopePS.Journal;

/// <summary>Files that only their owner may read or write, on every system.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>Opens for reading and writing through to the disk, and takes everybody else's rights away.</summary>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
            Options = FileOptions.WriteThrough,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var file = new FileStream(path, options);
        if (OperatingSystem.IsWindows())
            Restrict(path);
        else if (File.GetUnixFileMode(file.SafeFileHandle) != options.UnixCreateMode)
            File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    [SupportedOSPlatform("windows")]
    private static void Restrict(string path)
    {
        var info = new FileInfo(path);
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(WindowsIdentity.GetCurrent().User!, FileSystemRights.FullControl, AccessControlType.Allow));
        info.SetAccessControl(security);
    }
}
