using System.Diagnostics;
using KinescopePS.Files;

namespace KinescopePS.Database;

/// <summary>
/// The values that lessons held before they were changed: one checked line a change, appended and written through to the disk
/// before the change is committed. Several runs may share the file: each holds it only while it writes.
/// </summary>
internal sealed class UndoFile(string path)
{
    public const string DefaultName = "kinescope-undo.jsonl";

    private static readonly CheckedLogFormat Format =
        new("undo", 1, "an undo file", "-UndoFile", ErrorIds.UndoFileInvalid, ErrorIds.UndoFileInvalid);

    /// <summary>The longest wait for another run that is writing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly UndoLines _lines = new();

    /// <summary>Tells the lines of one command, which opens the file once, from those of others.</summary>
    private readonly string _run = Guid.NewGuid().ToString("N")[..12];

    /// <summary>Makes sure that the file can be written, before anything is done that needs it. Nothing is left behind.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public async Task RequireWritableAsync(CancellationToken cancellation)
    {
        if (File.Exists(path))
        {
            using var log = await OpenAsync(cancellation).ConfigureAwait(false);
            log.RequireOurs();
            return;
        }

        try
        {
            // Another name: a file that is made and taken away again under this one could be another run's.
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Directory.Exists(path))
                throw new IOException("It is a folder.");
            var probe = $"{path}.{Path.GetRandomFileName()}";
            new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Appends what happens to rows.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public async Task AppendAsync(UndoEvent happening, string target, IReadOnlyList<ChangedRow> rows, CancellationToken cancellation)
    {
        using var log = await OpenAsync(cancellation).ConfigureAwait(false);
        log.RequireOurs();
        var now = DateTimeOffset.UtcNow;
        _lines.Clear();
        foreach (var row in rows)
            _lines.Add(happening, now, target, row, _run);
        try
        {
            log.Append(_lines.Text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Reads what can be undone; nothing where there is no file yet.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileUnreadable</c> or <c>UndoFileInvalid</c>.</exception>
    public Task<UndoContents> ReadOrEmptyAsync(CancellationToken cancellation) =>
        File.Exists(path) ? ReadAsync(cancellation) : Task.FromResult(new UndoContents());

    /// <summary>Reads what can be undone.</summary>
    /// <exception cref="KinescopeException">
    /// <c>UndoFileNotFound</c>, <c>UndoFileUnreadable</c>, or <c>UndoFileInvalid</c> where it is none.
    /// </exception>
    public async Task<UndoContents> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            using var log = await WhenFreeAsync(() => SharedFile.OpenRead(path), cancellation).ConfigureAwait(false);
            return UndoContents.Read(log, cancellation);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(
                ErrorIds.UndoFileNotFound,
                $"There is no undo file {path}. Go to the folder where the lessons were linked, or give -UndoFile.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KinescopeException(ErrorIds.UndoFileUnreadable, $"The undo file {path} cannot be read: {failure.Message}", failure);
        }
    }

    private async Task<CheckedLog> OpenAsync(CancellationToken cancellation)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return await WhenFreeAsync(() => OwnerOnlyFile.OpenAlone(path), cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Opens the file once no other run is writing to it.</summary>
    private async Task<CheckedLog> WhenFreeAsync(Func<FileStream> open, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new CheckedLog(path, open(), Format);
            }
            catch (IOException failure) when (failure is not (DirectoryNotFoundException or PathTooLongException or FileNotFoundException)
                && File.Exists(path) && Stopwatch.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellation).ConfigureAwait(false);
            }
        }
    }

    private KinescopeException NotWritable(Exception cause) => new(
        ErrorIds.UndoFileNotWritable,
        $"The undo file {path} cannot be written: {cause.Message} No lesson is changed without it; give -UndoFile a place where it can be.",
        cause);
}
