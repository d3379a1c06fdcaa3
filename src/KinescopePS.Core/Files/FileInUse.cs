using System.Diagnostics;

namespace KinescopePS.Files;

/// <summary>
/// Files that other programs hold open: readers, virus scanners, editors. On Windows such a file may refuse to be opened, and it refuses
/// to be replaced or deleted unless its holder allows it. Most let go soon.
/// </summary>
internal static class FileInUse
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Opens a file as soon as no other program holds it, or fails after two seconds.</summary>
    public static FileStream Open(Func<FileStream> open) => Repeat(open, IsRefusal);

    /// <summary>Gives a complete file its name at once: a file of that name is there before, and the new one after.</summary>
    /// <param name="from">The file. It may be open, where it may be deleted meanwhile.</param>
    /// <param name="to">Its name, in the same folder.</param>
    /// <param name="mayReplace">Lets a file of that name give way.</param>
    /// <exception cref="IOException">Also: another program held one of them for longer than two seconds.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be written.</exception>
    public static void Move(string from, string to, bool mayReplace)
    {
        try
        {
            // Windows says "access denied" of a file that would be replaced and is open.
            Repeat(() =>
            {
                File.Move(from, to, mayReplace);
                return true;
            }, failure => IsRefusal(failure) || failure is UnauthorizedAccessException);
        }
        catch (UnauthorizedAccessException failure) when (Refuses(() => new FileStream(to, FileMode.Open, FileAccess.Read, FileShare.None)))
        {
            throw new IOException("The file is open in another program.", failure);
        }
    }

    /// <summary>Tells whether another program keeps this one from reading a file.</summary>
    public static bool Is(string path) => Refuses(() => SharedFile.OpenRead(path));

    private static bool Refuses(Func<FileStream> open)
    {
        try
        {
            // A part that is locked shows only when it is read.
            using var file = open();
            _ = file.ReadByte();
            return false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return IsRefusal(failure);
        }
    }

    private static T Repeat<T>(Func<T> action, Func<Exception, bool> mayPass)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return action();
            }
            catch (Exception failure) when (OperatingSystem.IsWindows() && mayPass(failure) && Stopwatch.GetElapsedTime(start) < Patience)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    /// <remarks>Source: Windows' system error codes, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION, ERROR_USER_MAPPED_FILE.</remarks>
    private static bool IsRefusal(Exception failure) =>
        OperatingSystem.IsWindows() && failure is IOException && (failure.HResult & 0xFFFF) is 32 or 33 or 1224;
}
