namespace KinescopePS.Files;

/// <summary>A file that is exported, while it is written.</summary>
internal sealed class ExportFile : IDisposable
{
    private readonly string _path;
    private readonly bool _mayReplace;
    private readonly bool _isLog;
    private readonly AtomicFile _file;

    /// <param name="path">A full path.</param>
    /// <param name="mayReplace">True where a file of that name gives way.</param>
    /// <param name="create">Creates it under the name that it is given; null for a file with the usual rights.</param>
    /// <param name="isLog">True for a log of this module's, which may take the place of another.</param>
    /// <exception cref="KinescopeException"><c>ExportFileExists</c> or <c>ExportFileNotWritable</c>.</exception>
    public ExportFile(string path, bool mayReplace, Func<string, FileStream>? create = null, bool isLog = false)
    {
        _isLog = isLog;
        // A symbolic link stays, and the file that it leads to is written.
        _path = path = Try(() => FilePaths.TargetOf(path), path);
        _mayReplace = mayReplace;
        RequireFree(path, mayReplace, isLog);
        _file = Try(() => new AtomicFile(
            path,
            $"{path}.{Guid.NewGuid():N}.tmp",
            mayReplace,
            create ?? (name => new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None))), path);
    }

    public FileStream Stream => _file.Stream;

    /// <exception cref="KinescopeException"><c>ExportFileExists</c>, or <c>ExportFileNotWritable</c>: it is no file.</exception>
    public static void RequireFree(string path, bool mayReplace, bool isLog = false)
    {
        if (Directory.Exists(path))
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{path} is a folder. Name a file.");
        if (DiskFile.At(path) is { IsRegular: false })
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{path} is a pipe, a socket or a device. Name a file.");
        if (!mayReplace && File.Exists(path))
            throw new KinescopeException(ErrorIds.ExportFileExists, $"{path} is there already, and was left as it is. -Force replaces it.");
        if (mayReplace && !isLog && CheckedLogFormat.IsOfAny(path))
            throw new KinescopeException(
                ErrorIds.ExportFileExists,
                $"{path} is a log that this module keeps, of uploads, changes or saved videos. It was left as it is, and -Force does not "
                + "replace it either: name another file.");
    }

    /// <summary>Gives the file its name. It is on the disk by then.</summary>
    /// <exception cref="KinescopeException"><c>ExportFileExists</c> or <c>ExportFileNotWritable</c>.</exception>
    public void Complete()
    {
        RequireFree(_path, _mayReplace, _isLog);
        Do(_file.Complete);
    }

    /// <summary>Writes to the stream.</summary>
    /// <exception cref="KinescopeException"><c>ExportFileNotWritable</c>.</exception>
    public void Do(Action write) => Try(
        () =>
        {
            write();
            return true;
        },
        _path);

    public void Dispose() => _file.Dispose();

    private static T Try<T>(Func<T> action, string path)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{path} cannot be written: {failure.Message}", failure);
        }
    }
}
