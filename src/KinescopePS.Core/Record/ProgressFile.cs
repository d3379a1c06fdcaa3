using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>
/// An open progress file: one checked JSON line an event, appended and written through to the disk. Readable by its owner only, because it
/// holds upload URLs. One run at a time holds it, whichever symbolic link it was opened by.
/// </summary>
internal sealed class ProgressFile : IDisposable
{
    /// <summary>A file of more lines than this, most of them overtaken, is rewritten when it is opened.</summary>
    private const int CompactAbove = 10_000;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly CheckedLog _log;
    private long? _end;

    private ProgressFile(string path, FileStream runLock, CheckedLog log, ProgressFileContents contents, string? warning)
    {
        _path = path;
        _lock = runLock;
        _log = log;
        Uploads = contents.Uploads;
        Warning = warning;
    }

    /// <summary>The file's full path, behind symbolic links.</summary>
    public string FilePath => _path;

    /// <summary>The uploads that the file knew when it was opened.</summary>
    public RecordedUploads Uploads { get; }

    /// <summary>A condition of the file that its user should know of; null where there is none.</summary>
    public string? Warning { get; }

    /// <summary>Opens the file for a run, creating it where it is absent, and takes its lock.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileLocked</c>, <c>ProgressFileNotWritable</c>, <c>ProgressFileInvalid</c> or <c>ProgressFileVersionUnsupported</c>.
    /// </exception>
    public static ProgressFile Open(string path)
    {
        FileStream? runLock = null;
        CheckedLog? log = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            path = FilePaths.TargetOf(path);
            runLock = TakeLock(path);
            var isNew = !File.Exists(path);
            log = OpenToWrite(path);
            var contents = ProgressFileContents.Read(log);
            OwnerOnlyFile.Restrict(path);
            var warning = isNew || log.Length > 0 ? null : $"{path} is empty. What earlier runs uploaded is looked for at Kinescope.";
            if (contents.Damage is { } damage)
                warning = $"{path} {damage} Its original is kept as {log.KeepAside()}; what is intact is used.";
            var isLong = contents.Size.Lines > CompactAbove && contents.Size.Lines > 2 * ProgressFileCompaction.CountLines(contents);
            if (isLong || contents.Damage is not null)
            {
                // Windows replaces no file that is open.
                log.Dispose();
                ProgressFileCompaction.TryRewrite(path, contents);
                log = OpenToWrite(path);
            }

            var file = new ProgressFile(path, runLock, log, contents, warning);
            file.Append([new UploadEvent(UploadEventKind.Run, DateTimeOffset.UtcNow) { Owner = UploadClaims.Owner }]);
            return file;
        }
        catch (Exception failure)
        {
            log?.Dispose();
            runLock?.Dispose();
            if (failure is IOException or UnauthorizedAccessException or NotSupportedException)
                throw NotWritable(path, failure);
            throw;
        }
    }

    /// <summary>Reads a file as it is, without lock or change. An absent one is empty.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileUnreadable</c>, <c>ProgressFileInvalid</c> or <c>ProgressFileVersionUnsupported</c>.
    /// </exception>
    public static ProgressFileContents Read(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new ProgressFileContents();
            using var log = new CheckedLog(path, SharedFile.OpenRead(path), ProgressFileContents.Format);
            return ProgressFileContents.Read(log);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var message = $"The progress file {path} cannot be read: {failure.Message}";
            throw new KinescopeException(ErrorIds.ProgressFileUnreadable, message, failure);
        }
    }

    /// <summary>Keeps runs away from a file, until what is returned is disposed of.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileLocked</c>, or <c>ProgressFileUnreadable</c>: it cannot be locked.</exception>
    public static IDisposable KeepAlone(string path)
    {
        try
        {
            return TakeLock(FilePaths.TargetOf(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(
                ErrorIds.ProgressFileUnreadable,
                $"The progress file {path} cannot be locked against a run: {failure.Message} Copy it to a folder that you may write in.",
                failure);
        }
    }

    /// <summary>The process that holds a file for a run, as <c>pid@host</c>; null where none does. It is not locked for that.</summary>
    public static string? HolderOf(string path)
    {
        try
        {
            path = FilePaths.TargetOf(path);
            // A run that has ended holds nothing: its lock is not even tried, so that no other run can meet this look at it.
            if (!File.Exists(path + ".lock") || OwnerOf(path) is not { } owner || UploadClaims.HasEnded(owner))
                return null;
            using var seen = new FileStream(path + ".lock", FileMode.Open, FileAccess.Read, FileShare.Read);
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
        catch (IOException)
        {
            return OwnerOf(path);
        }
    }

    /// <summary>Appends events: all of them, or none.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileNotWritable</c> or <c>ProgressFileLost</c>: stops the run.</exception>
    public void Append(IEnumerable<UploadEvent> events)
    {
        // Emptied, or overwritten in place.
        if (_end is { } end && _log.Length != end)
            throw Lost(_path);
        try
        {
            _log.Append([.. events.SelectMany(ProgressFileLine.Write)]);
            _end = _log.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw NotWritable(_path, failure);
        }

        if (!IsUnderItsName())
            throw Lost(_path);
    }

    public void Dispose()
    {
        _log.Dispose();
        _lock.Dispose();
    }

    /// <summary>
    /// Checks that the name still leads to the file that was just written: another one, even a copy, has not grown with it.
    /// </summary>
    private bool IsUnderItsName()
    {
        // A network drive may answer from its cache until the file is opened, and Windows lists a deleted file until it is closed.
        if (!OperatingSystem.IsWindows() && new FileInfo(_path) is { Exists: true } named && named.Length == _log.Length)
            return true;
        try
        {
            using var file = SharedFile.OpenRead(_path);
            return file.Length == _log.Length;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static CheckedLog OpenToWrite(string path)
    {
        var file = FileInUse.Open(() => OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete));
        return new CheckedLog(path, file, ProgressFileContents.Format);
    }

    /// <remarks>
    /// The lock is on a file of its own, which stays: deleting it would let two runs hold two different files of that name.
    /// The OS frees it when the process ends, however it ends.
    /// </remarks>
    private static FileStream TakeLock(string path)
    {
        var lockPath = path + ".lock";
        try
        {
            return OwnerOnlyFile.OpenAlone(lockPath);
        }
        catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException) && File.Exists(lockPath))
        {
            var owner = OwnerOf(path) is { } process ? $" (process {process})" : "";
            throw new KinescopeException(
                ErrorIds.ProgressFileLocked,
                $"Another run{owner} is using the progress file {path}. "
                + "Wait for it to end, or give this run a -ProgressFile of its own for other lessons.",
                failure);
        }
    }

    private static string? OwnerOf(string path)
    {
        try
        {
            return Read(path).LastOwner;
        }
        catch (KinescopeException)
        {
            return null;
        }
    }

    private static KinescopeException NotWritable(string path, Exception cause)
    {
        var message = $"The progress file {path} cannot be written: {cause.Message} Nothing is done without it.";
        return new KinescopeException(ErrorIds.ProgressFileNotWritable, message, cause);
    }

    private static KinescopeException Lost(string path)
    {
        var message = $"The progress file {path} was deleted, moved or replaced during the run: "
            + "what was done since then is in no file. Nothing more is begun.";
        return new KinescopeException(ErrorIds.ProgressFileLost, message);
    }
}
