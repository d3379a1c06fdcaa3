using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace KinescopePS.Files;

/// <summary>Files that only their owner may read or write, on every system.</summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode OwnersMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// Opens for reading and writing through to the disk. A file that is made here is its owner's from its first moment; one that was
    /// there keeps its rights.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">Also: it is no file.</exception>
    public static FileStream Open(string path, FileMode mode, FileShare share)
    {
        DiskFile.RequireRegular(path);
        if (OperatingSystem.IsWindows())
        {
            const FileSystemRights ReadAndWrite = FileSystemRights.Read | FileSystemRights.Write;
            return new FileInfo(path).Create(mode, ReadAndWrite, share, 1, FileOptions.WriteThrough, OwnersRights());
        }

        return new FileStream(path, new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
            BufferSize = 0,
            Options = FileOptions.WriteThrough,
            UnixCreateMode = OwnersMode,
        });
    }

    /// <summary>As <see cref="Open"/>, making the file where it is absent, for one writer at a time.</summary>
    /// <remarks>
    /// On Windows, where a refusal counts for every program, one that only reads (a virus scanner, an editor) is let in. Elsewhere only
    /// a file that is shared with nobody is locked against a second writer of ours, and other programs do not ask.
    /// </remarks>
    /// <exception cref="IOException">Also: another writer has it.</exception>
    public static FileStream OpenAlone(string path) =>
        Open(path, FileMode.OpenOrCreate, OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None);

    /// <summary>Takes everybody else's rights away.</summary>
    public static void Restrict(string path)
    {
        if (OperatingSystem.IsWindows())
            new FileInfo(path).SetAccessControl(OwnersRights());
        else if (File.GetUnixFileMode(path) != OwnersMode)
            File.SetUnixFileMode(path, OwnersMode);
    }

    [SupportedOSPlatform("windows")]
    private static FileSecurity OwnersRights()
    {
        using var user = WindowsIdentity.GetCurrent();
        var rights = new FileSecurity();
        rights.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        rights.AddAccessRule(new FileSystemAccessRule(user.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return rights;
    }
}
