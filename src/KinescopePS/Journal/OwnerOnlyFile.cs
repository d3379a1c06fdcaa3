using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace KinescopePS.Journal;

/// <summary>Files that only their owner may read or write, on every system.</summary>
internal static class OwnerOnlyFile
{
    /// <summary>Opens for reading and writing through to the disk. A file that is made here is its owner's only.</summary>
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

        var isNew = !File.Exists(path);
        var file = new FileStream(path, options);
        if (isNew)
            Restrict(file);
        return file;
    }

    /// <summary>Takes everybody else's rights away.</summary>
    public static void Restrict(FileStream file)
    {
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (OperatingSystem.IsWindows())
            RestrictOnWindows(file.Name);
        else if (File.GetUnixFileMode(file.SafeFileHandle) != OwnerOnly)
            File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
    }

    [SupportedOSPlatform("windows")]
    private static void RestrictOnWindows(string path)
    {
        var info = new FileInfo(path);
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(WindowsIdentity.GetCurrent().User!, FileSystemRights.FullControl, AccessControlType.Allow));
        info.SetAccessControl(security);
    }
}
