using KinescopePS.Files;
using Microsoft.Win32.SafeHandles;

namespace KinescopePS.Content;

/// <summary>A file that is being uploaded: opened once, read at any offset, and watched for change.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SourceFile(string path, SafeFileHandle handle)
    {
        _handle = handle;
        Path = path;
        Length = RandomAccess.GetLength(handle);
        Modified = File.GetLastWriteTimeUtc(handle);
    }

    public string Path { get; }

    /// <summary>The size when it was opened. Unit: bytes.</summary>
    public long Length { get; }

    /// <summary>The last write time when it was opened, UTC.</summary>
    public DateTimeOffset Modified { get; }

    /// <summary>Opens a file so that, where the system can enforce it, nobody writes to it meanwhile.</summary>
    /// <exception cref="KinescopeException"><c>LessonFileNotFound</c>, <c>LessonFileUnreadable</c> or <c>LessonFileEmpty</c>.</exception>
    public static SourceFile Open(string path)
    {
        SourceFile file;
        try
        {
            DiskFile.RequireRegular(path);
            const FileOptions Options = FileOptions.Asynchronous | FileOptions.SequentialScan;
            file = new SourceFile(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, Options));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(ErrorIds.LessonFileNotFound, $"There is no file {path}.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, failure);
        }

        if (file.Length > 0)
            return file;
        file.Dispose();
        throw new KinescopeException(ErrorIds.LessonFileEmpty, $"{path} has no bytes.");
    }

    /// <summary>Reads what is at an offset.</summary>
    /// <returns>The bytes read; 0 at the end of the file.</returns>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation)
    {
        try
        {
            return await RandomAccess.ReadAsync(_handle, buffer, offset, cancellation).ConfigureAwait(false);
        }
        catch (IOException failure)
        {
            throw Unreadable(Path, failure);
        }
    }

    /// <inheritdoc cref="ReadAsync" />
    public int Read(Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(_handle, buffer, offset);
        }
        catch (IOException failure)
        {
            throw Unreadable(Path, failure);
        }
    }

    /// <summary>Makes sure that the file still has the size and date that it was opened with, both by its handle and by its path.</summary>
    /// <exception cref="KinescopeException">
    /// <c>FileChangedDuringUpload</c>, or <c>LessonFileNotFound</c>: it may come back, with the disk that it is on.
    /// </exception>
    public void RequireUnchanged()
    {
        if (DiskFile.At(Path) is not { } now)
            throw new KinescopeException(
                ErrorIds.LessonFileNotFound,
                $"{Path} vanished while it was being uploaded. What was sent is kept: run again once the file is back.");
        if (RandomAccess.GetLength(_handle) != Length || now.Length != Length || now.Modified != Modified)
            throw Changed();
    }

    /// <summary>The failure of a file that became another one.</summary>
    public KinescopeException Changed() =>
        new(
            ErrorIds.FileChangedDuringUpload,
            $"{Path} was changed while it was being uploaded. Its video is not used; run again once the file is at rest.");

    public void Dispose() => _handle.Dispose();

    private static KinescopeException Unreadable(string path, Exception cause) =>
        new(ErrorIds.LessonFileUnreadable, $"{path} cannot be read: {cause.Message}", cause);
}
