namespace KinescopePS.Saving;

/// <summary>A disk that has no room left.</summary>
internal static class DiskFull
{
    /// <remarks>
    /// Sources: Windows' ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL; errno's ENOSPC and EDQUOT, of Linux and of macOS, which .NET hands on.
    /// </remarks>
    public static bool Is(Exception failure) => failure is IOException && (OperatingSystem.IsWindows()
        ? (failure.HResult & 0xFFFF) is 112 or 39
        : failure.HResult is 28 or 122 or 69);

    /// <summary>The failure, which stops a run: what follows would meet the same.</summary>
    /// <param name="path">The file that was written.</param>
    /// <param name="cause">The failure of the system.</param>
    public static KinescopeException Of(string path, Exception cause) => new(
        ErrorIds.DiskRoomShort,
        $"The disk of {path} is full. What is there is kept, and the same command goes on with it once there is room.",
        cause)
    {
        StopsRun = true,
    };
}
