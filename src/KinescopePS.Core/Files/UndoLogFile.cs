using System.Diagnostics;

namespace KinescopePS.Files;

/// <summary>
/// The file of what can be undone, whatever it tells: checked lines, appended and written through to the disk before a change is made.
/// Several runs may share it: each holds it only while it writes.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="format">The kind of its lines.</param>
/// <param name="made">The words for where such a file was made, for example <c>where the lessons were linked</c>.</param>
/// <param name="kept">The words for what is not done without it, for example <c>No lesson is changed</c>.</param>
internal sealed class UndoLogFile(string path, CheckedLogFormat format, string made, string kept)
{
    /// <summary>The longest wait for another run that is writing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Tells the lines of one command, which opens the file once, from those of others.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N")[..12];

    public bool Exists => File.Exists(path);

    /// <summary>Makes sure that the file can be written, before anything is done that needs it. Nothing is left behind.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public async Task RequireWritableAsync(CancellationToken cancellation)
    {
        if (Exists)
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

    /// <summary>Appends lines, all of them or none.</summary>
    /// <param name="linesAt">Makes the sealed lines, for the time at which they are written.</param>
    /// <param name="cancellation">Ends the wait for another run.</param>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public async Task AppendAsync(Func<DateTimeOffset, ReadOnlyMemory<byte>> linesAt, CancellationToken cancellation)
    {
        using var log = await OpenAsync(cancellation).ConfigureAwait(false);
        log.RequireOurs();
        var lines = linesAt(DateTimeOffset.UtcNow);
        try
        {
            log.Append(lines.Span);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(failure);
        }
    }

    /// <summary>Reads the file while no other run writes to it.</summary>
    /// <exception cref="KinescopeException">
    /// <c>UndoFileNotFound</c>, <c>UndoFileUnreadable</c>, or <c>UndoFileInvalid</c> where it is none.
    /// </exception>
    public async Task<T> ReadAsync<T>(Func<CheckedLog, CancellationToken, T> read, CancellationToken cancellation)
    {
        try
        {
            using var log = await WhenFreeAsync(() => SharedFile.OpenRead(path), cancellation).ConfigureAwait(false);
            return read(log, cancellation);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(
                ErrorIds.UndoFileNotFound, $"There is no undo file {path}. Go to the folder {made}, or give -UndoFile.", failure);
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
                return new CheckedLog(path, open(), format);
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
        $"The undo file {path} cannot be written: {cause.Message} {kept} without it; give -UndoFile a place where it can be.",
        cause);
}
