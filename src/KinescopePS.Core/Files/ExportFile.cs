namespace KinescopePS.Files;

/// <summary>A file that is exported, while it is written.</summary>
internal sealed class ExportFile : IDisposable
{
    private readonly string _path;
    private readonly bool _mayReplace;
    private readonly CheckedLogFormat? _format;
    private readonly AtomicFile _file;

    /// <param name="path">A full path.</param>
    /// <param name="mayReplace">True where a file of that name gives way.</param>
    /// <param name="create">Creates it under the name that it is given; null for a file with the usual rights.</param>
    /// <param name="format">The kind of log that is exported, which may take the place of another one of it; null for none.</param>
    /// <exception cref="KinescopeException"><c>ExportFileExists</c> or <c>ExportFileNotWritable</c>.</exception>
    public ExportFile(string path, bool mayReplace, Func<string, FileStream>? create = null, CheckedLogFormat? format = null)
    {
        _format = format;
        // A symbolic link stays, and the file that it leads to is written.
        _path = path = Try(() => FilePaths.TargetOf(path), path);
        _mayReplace = mayReplace;
        RequireFree(path, mayReplace, format);
        _file = Try(() => new AtomicFile(
            path,
            $"{path}.{Guid.NewGuid():N}.tmp",
            mayReplace,
            create ?? (name => new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None))), path);
    }

    public FileStream Stream => _file.Stream;

    /// <exception cref="KinescopeException"><c>ExportFileExists</c>, or <c>ExportFileNotWritable</c>: it is no file.</exception>
    public static void RequireFree(string path, bool mayReplace, CheckedLogFormat? format = null)
    {
        if (Directory.Exists(path))
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{path} is a folder. Name a file.");
        if (DiskFile.At(path) is { IsRegular: false })
            throw new KinescopeException(ErrorIds.ExportFileNotWritable, $"{path} is a pipe, a socket or a device. Name a file.");
        if (!mayReplace && File.Exists(path))
            throw new KinescopeException(ErrorIds.ExportFileExists, $"{path} is there already, and was left as it is. -Force replaces it.");
        if (mayReplace && CheckedLogFormat.IsOfAny(path) && format?.IsOf(path) != true)
            throw new KinescopeException(
                ErrorIds.ExportFileExists,
                $"{path} is a log that this module keeps, of uploads, changes or saved videos. It was left as it is, and -Force does not "
                + "replace it either: name another file.");
    }

    /// <summary>Gives the file its name. It is on the disk by then.</summary>
    /// <exception cref="KinescopeException"><c>ExportFileExists</c> or <c>ExportFileNotWritable</c>.</exception>
    public void Complete()
    {
        RequireFree(_path, _mayReplace, _format);
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
