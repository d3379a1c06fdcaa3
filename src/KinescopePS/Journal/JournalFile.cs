using System.Diagnostics;

namespace KinescopePS.Journal;

/// <summary>
/// The progress file: one checksummed JSON line a step, appended and written through to the disk. Readable by its owner only,
/// because it holds upload URLs. One run at a time holds it, by an OS lock on the file beside it.
/// </summary>
internal sealed class JournalFile : IUploadJournal, IDisposable
{
    /// <summary>The version that this module writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    private readonly object _gate = new();
    private readonly string _path;
    private readonly FileStream? _lock;
    private readonly FileStream? _file;
    private readonly Dictionary<string, UploadState> _states;

    private JournalFile(string path, FileStream? runLock, FileStream? file, JournalContents contents)
    {
        _path = path;
        _lock = runLock;
        _file = file;
        _states = contents.States;
        Warnings = contents.Warnings;
    }

    /// <summary>What the user should know of the file's condition.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Opens the file for a run, creating it where it is absent, and takes its lock.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileLocked</c>, <c>ProgressFileUnreadable</c>, <c>ProgressFileNotWritable</c> or
    /// <c>ProgressFileVersionUnsupported</c>.
    /// </exception>
    public static JournalFile Open(string path)
    {
        FileStream? runLock = null, file = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            runLock = TakeLock(path);
            file = OwnerOnlyFile.Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite);
            var contents = JournalContents.Read(file, path);
            if (contents.IsDamaged)
                contents.Warnings.Add($"{path} is damaged in places ({contents.DamagedLines} of its lines cannot be read). Its original is kept as {KeepAside(path)}; what is intact is used.");

            file.SetLength(contents.IntactLength);
            file.Position = contents.IntactLength;
            var journal = new JournalFile(path, runLock, file, contents);
            if (contents.IntactLength == 0)
                journal.Append(new JournalRecord(JournalEvent.Journal, DateTimeOffset.UtcNow) { Version = FormatVersion });
            journal.Append(new JournalRecord(JournalEvent.Run, DateTimeOffset.UtcNow) { Owner = $"{Environment.ProcessId}@{Environment.MachineName}" });
            return journal;
        }
        catch (Exception failure)
        {
            file?.Dispose();
            runLock?.Dispose();
            throw failure is IOException or UnauthorizedAccessException or NotSupportedException ? NotWritable(path, failure) : failure;
        }
    }

    /// <summary>Reads the file as it is, without lock or change: for a preview. An absent file is an empty one.</summary>
    public static JournalFile OpenReadOnly(string path)
    {
        try
        {
            if (!File.Exists(path))
                return new JournalFile(path, null, null, new JournalContents());
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new JournalFile(path, null, null, JournalContents.Read(file, path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.ProgressFileUnreadable, $"The progress file {path} cannot be read: {failure.Message}", failure);
        }
    }

    public ValueTask<UploadState?> FindAsync(string lesson, CancellationToken cancellation)
    {
        lock (_gate)
            return new(_states.GetValueOrDefault(lesson));
    }

    public ValueTask<UploadState> RecordAsync(JournalRecord record)
    {
        lock (_gate)
        {
            Append(record);
            var state = (_states.GetValueOrDefault(record.Lesson!) ?? new UploadState(record.Lesson!)).With(record);
            _states[record.Lesson!] = state;
            return new(state);
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

    private void Append(JournalRecord record)
    {
        Debug.Assert(_file is not null, "A preview records nothing.");
        var start = _file.Position;
        try
        {
            _file.Write(JournalLine.Write(record));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            TakeBack(start);
            throw NotWritable(_path, failure);
        }
    }

    // A half-written line would hide the next one.
    private void TakeBack(long start)
    {
        try
        {
            _file!.SetLength(start);
            _file.Position = start;
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // Nothing can be written here any more; reading drops a torn tail.
        }
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
            return OwnerOnlyFile.Open(lockPath, FileMode.OpenOrCreate, FileShare.None);
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
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return JournalContents.Read(file, path).LastOwner;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KinescopeException)
        {
            return null;
        }
    }

    private static string KeepAside(string path)
    {
        var aside = $"{path}.damaged-{DateTime.UtcNow:yyyyMMddTHHmmssfff}";
        using var source = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = OwnerOnlyFile.Open(aside, FileMode.CreateNew, FileShare.Read);
        source.CopyTo(copy);
        return aside;
    }

    private static KinescopeException NotWritable(string path, Exception cause) =>
        new(ErrorIds.ProgressFileNotWritable, $"The progress file {path} cannot be written: {cause.Message} Without it nothing is uploaded.", cause) { StopsRun = true };
}
