using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>
/// The progress file: one checksummed JSON line a step, appended and written through to the disk. Readable by its owner only,
/// because it holds upload URLs. One run at a time holds it, by an OS lock on the file beside it.
/// </summary>
internal sealed class ProgressFileRecord : IUploadRecord, IDisposable
{
    public const string DefaultName = "kinescope-upload-progress.jsonl";

    /// <summary>The version that this module writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    /// <summary>A file of more lines than this, most of them overtaken, is rewritten when it is opened.</summary>
    private const int CompactAbove = 10_000;

    private readonly object _gate = new();
    private readonly string _path;
    private readonly FileStream? _lock;
    private readonly FileStream? _file;
    private readonly RecordedUploads _states;

    private ProgressFileRecord(string path, FileStream? runLock, FileStream? file, ProgressFileContents contents)
    {
        _path = path;
        _lock = runLock;
        _file = file;
        _states = contents.States;
    }

    /// <summary>What the user should know of the file's condition, or null.</summary>
    public string? Warning { get; private init; }

    /// <summary>Opens the file for a run, creating it where it is absent, and takes its lock.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileLocked</c>, <c>ProgressFileNotWritable</c>, <c>ProgressFileInvalid</c> or <c>ProgressFileVersionUnsupported</c>.
    /// </exception>
    public static ProgressFileRecord Open(string path)
    {
        FileStream? runLock = null, file = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            runLock = TakeLock(path);
            var isNew = !File.Exists(path);
            file = OpenToWrite(path);
            var contents = ProgressFileContents.Read(file, path);
            RequireOurs(contents, path);
            OwnerOnlyFile.Restrict(path);
            var warning = isNew || file.Length > 0 ? null : $"{path} is empty. What earlier runs uploaded is looked for at Kinescope.";
            if (contents.IsDamaged)
                warning = $"{path} is damaged: {contents.DamagedLines} of its {contents.Lines} lines cannot be read. Its original is kept as {KeepAside(file, path)}; what is intact is used.";
            FileStream? rewritten = null;
            if (contents.IsDamaged || contents.Lines > CompactAbove && contents.Lines > 2 * ProgressFileCompaction.CountLines(contents))
            {
                // Windows replaces no file that is open.
                file.Dispose();
                rewritten = ProgressFileCompaction.Rewrite(path, contents);
                file = rewritten ?? OpenToWrite(path);
            }

            if (rewritten is null)
            {
                file.SetLength(contents.IntactLength);
                file.Position = contents.IntactLength;
            }

            var record = new ProgressFileRecord(path, runLock, file, contents) { Warning = warning };
            if (file.Position == 0)
                record.Append(ProgressFileCompaction.Header());
            record.Append(new UploadEvent(UploadEventKind.Run, DateTimeOffset.UtcNow) { Owner = $"{Environment.ProcessId}@{Environment.MachineName}" });
            return record;
        }
        catch (Exception failure)
        {
            file?.Dispose();
            runLock?.Dispose();
            throw failure is IOException or UnauthorizedAccessException or NotSupportedException ? NotWritable(path, failure) : failure;
        }
    }

    /// <exception cref="KinescopeException"><c>ProgressFileNotFound</c>.</exception>
    public static void RequireExists(string path)
    {
        if (!File.Exists(path))
            throw new KinescopeException(ErrorIds.ProgressFileNotFound, $"There is no progress file {path}. Go to the folder where the uploads were started, or give -ProgressFile.");
    }

    /// <summary>Reads the file as it is, without lock or change: for a preview or a look. An absent file is an empty one.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileUnreadable</c>, <c>ProgressFileInvalid</c> or <c>ProgressFileVersionUnsupported</c>.</exception>
    public static ProgressFileRecord OpenReadOnly(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new ProgressFileRecord(path, null, null, new ProgressFileContents());
            using var file = SharedFile.OpenRead(path);
            var contents = ProgressFileContents.Read(file, path);
            RequireOurs(contents, path);
            return new ProgressFileRecord(path, null, null, contents)
            {
                Warning = contents.IsDamaged ? $"{path} is damaged: {contents.DamagedLines} of its {contents.Lines} lines cannot be read." : null,
            };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.ProgressFileUnreadable, $"The progress file {path} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>All lessons' uploads as they stand now.</summary>
    public IReadOnlyList<RecordedUpload> List()
    {
        lock (_gate)
            return [.. _states.All];
    }

    public ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation)
    {
        lock (_gate)
            return new(_states.TryFind(lesson, out var state) ? state : null);
    }

    public ValueTask<RecordedUpload?> FindFileAsync(string path, CancellationToken cancellation)
    {
        lock (_gate)
            return new(_states.FindFile(path));
    }

    public ValueTask<RecordedUpload> RecordAsync(UploadEvent happened)
    {
        lock (_gate)
        {
            Append(happened);
            return new(_states.Apply(happened) ?? new RecordedUpload(happened.Lesson!));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _lock?.Dispose();
        }
    }

    private void Append(UploadEvent record)
    {
        var file = _file ?? throw new InvalidOperationException("A preview records nothing.");
        long? start = null;
        try
        {
            start = file.Position;
            file.Write(ProgressFileLine.Write(record));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            TakeBack(file, start);
            throw NotWritable(_path, failure);
        }
    }

    // A half-written line would hide the next one.
    private static void TakeBack(FileStream file, long? start)
    {
        try
        {
            if (start is { } length)
            {
                file.SetLength(length);
                file.Position = length;
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // Nothing can be written here any more; reading drops a torn tail.
        }
    }

    private static FileStream OpenToWrite(string path) =>
        FileInUse.Open(() => OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete));

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
            var owner = OwnerOf(path);
            throw new KinescopeException(
                ErrorIds.ProgressFileLocked,
                $"Another run{(owner is null ? "" : $" (process {owner})")} is using the progress file {path}. Wait for it to end, or give this run a -ProgressFile of its own for other lessons.",
                failure);
        }
    }

    private static string? OwnerOf(string path)
    {
        try
        {
            using var file = SharedFile.OpenRead(path);
            return ProgressFileContents.Read(file, path).LastOwner;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KinescopeException)
        {
            return null;
        }
    }

    private static void RequireOurs(ProgressFileContents contents, string path)
    {
        if (contents.IsForeign)
            throw new KinescopeException(ErrorIds.ProgressFileInvalid, $"{path} is not a progress file. It was left as it is; give -ProgressFile another name.");
    }

    private static string KeepAside(FileStream file, string path)
    {
        var aside = $"{path}.damaged-{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
        using var copy = OwnerOnlyFile.Open(aside, FileMode.CreateNew, FileShare.Read);
        file.Position = 0;
        file.CopyTo(copy);
        return aside;
    }

    private static KinescopeException NotWritable(string path, Exception cause) =>
        new(ErrorIds.ProgressFileNotWritable, $"The progress file {path} cannot be written: {cause.Message} Nothing is done without it.", cause);
}
