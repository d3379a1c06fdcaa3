using KinescopePS.Files;

namespace KinescopePS.MapFiles;

/// <summary>A file that takes its name only when it is complete: until then, and where it is given up, the old one stays.</summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _mayReplace;
    private bool _isComplete;

    /// <param name="path">A full path.</param>
    /// <param name="mayReplace">Whether a file of that name gives way.</param>
    /// <exception cref="KinescopeException"><c>ExportFileExists</c> or <c>ExportFileNotWritable</c>.</exception>
    public AtomicFile(string path, bool mayReplace)
    {
        _path = path;
        _mayReplace = mayReplace;
        _temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        RequireFree(path, mayReplace);
        Stream = Try(() => new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None));
    }

    public FileStream Stream { get; }

    /// <exception cref="KinescopeException"><c>ExportFileExists</c>, or <c>ExportFileNotWritable</c>: it is a folder.</exception>
    public static void RequireFree(string path, bool mayReplace)
    {
        if (Directory.Exists(path))
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{path} is a folder. Name a file.");
        if (!mayReplace && File.Exists(path))
            throw new KinescopeException(ErrorIds.ExportFileExists, $"{path} is there already, and was left as it is. -Force replaces it.");
    }

    /// <summary>Gives the file its name. It is on the disk by then.</summary>
    /// <exception cref="KinescopeException"><c>ExportFileExists</c> or <c>ExportFileNotWritable</c>.</exception>
    public void Complete()
    {
        Try(() =>
        {
            Stream.Flush(flushToDisk: true);
            Stream.Dispose();
            RequireFree(_path, _mayReplace);
            FileInUse.Move(_temporary, _path, _mayReplace);
            return true;
        });
        _isComplete = true;
    }

    /// <summary>Writes to the stream.</summary>
    /// <exception cref="KinescopeException"><c>ExportFileNotWritable</c>.</exception>
    public void Do(Action write) => Try(() =>
    {
        write();
        return true;
    });

    private T Try<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{_path} cannot be written: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        if (_isComplete)
            return;
        try
        {
            Stream.Dispose();
            File.Delete(_temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk that could not be written: the reason has been told.
        }
    }
}
