using System.Buffers;
using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using Microsoft.Win32.SafeHandles;

namespace KinescopePS.Saving;

/// <summary>
/// A file while its bytes are received, beside the place that it takes once they are all there. Its length is the offset; nothing is
/// written but at its end.
/// </summary>
internal sealed class PartFile : IDisposable
{
    private const int BufferSize = 1 << 20, PageSize = 4096;

    private readonly SafeFileHandle _file;
    private Md5 _md5 = new();

    private PartFile(string path, SafeFileHandle file) => (Path, _file) = (path, file);

    public string Path { get; }

    /// <summary>The bytes that are there. Unit: bytes.</summary>
    public long Offset { get; private set; }

    /// <summary>True for bytes that were all received by this run, in one go.</summary>
    public bool IsWhole { get; set; }

    /// <summary>The bytes that are on the disk for certain. Unit: bytes.</summary>
    public long FlushedTo { get; private set; }

    /// <summary>Opens the file, with what is there; it is made where it is absent, and its folder too.</summary>
    /// <exception cref="KinescopeException"><c>SavedFileNotWritable</c>, or <c>DiskRoomShort</c>.</exception>
    public static PartFile Open(string path) => Try(path, () =>
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        DiskFile.RequireRegular(path);
        return new PartFile(
            path, File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous));
    });

    /// <summary>
    /// Goes on with what is there. What was written through to the disk is taken as it is; the rest is read, for its hash, and only as far
    /// as the disk has it: a machine that lost its power leaves pages of zeros at the end.
    /// </summary>
    /// <param name="flushedTo">The bytes that were written through. Unit: bytes.</param>
    /// <param name="md5">The hash's state there; null to read from the beginning.</param>
    /// <param name="most">The length that it is to have; what is beyond it is not taken. Unit: bytes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task ContinueAsync(long flushedTo, string? md5, long most, CancellationToken cancellation)
    {
        var length = RandomAccess.GetLength(_file);
        var state = md5 is not null && flushedTo <= Math.Min(length, most) ? Md5.At(md5, flushedTo) : null;
        (_md5, Offset) = state is null ? (new Md5(), 0) : (state, flushedTo);
        FlushedTo = Math.Min(flushedTo, length);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var isWhole = true; isWhole && Offset < Math.Min(length, most);)
            {
                var room = buffer.AsMemory(0, (int)Math.Min(BufferSize, Math.Min(length, most) - Offset));
                var read = await RandomAccess.ReadAsync(_file, room, Offset, cancellation).ConfigureAwait(false);
                var taken = Offset < FlushedTo ? read : WithoutZeros(room.Span[..read]);
                _md5.Append(room.Span[..taken]);
                Offset += taken;
                isWhole = read > 0 && taken == read;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotReadable(failure);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        SetLength(Offset);
    }

    /// <summary>Begins anew.</summary>
    public void Restart()
    {
        SetLength(0);
        (_md5, Offset, FlushedTo, IsWhole) = (new Md5(), 0, 0, true);
    }

    /// <summary>Takes the bytes that follow.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await RandomAccess.WriteAsync(_file, bytes, Offset, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(Path, failure);
        }

        _md5.Append(bytes.Span);
        Offset += bytes.Length;
    }

    /// <summary>Reads bytes that are there.</summary>
    /// <exception cref="KinescopeException"><c>SavedFileNotWritable</c>: it is no failure of the line, and is not repeated.</exception>
    public async Task ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation)
    {
        for (var read = 0; read < buffer.Length;)
        {
            int more;
            try
            {
                more = await RandomAccess.ReadAsync(_file, buffer[read..], offset + read, cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw NotReadable(failure);
            }

            if (more == 0)
                throw new KinescopeException(ErrorIds.SavedFileNotWritable, $"{Path} became shorter while it was being written.");
            read += more;
        }
    }

    /// <summary>Gives up what is beyond an offset.</summary>
    /// <param name="offset">Unit: bytes.</param>
    /// <param name="md5">The hash of what stays.</param>
    public void GoBack(long offset, Md5 md5)
    {
        SetLength(offset);
        (_md5, Offset, FlushedTo, IsWhole) = (md5, offset, Math.Min(FlushedTo, offset), true);
    }

    /// <summary>The state of the hash of all bytes so far; null at an offset where it has none that could be kept.</summary>
    public string? HashState => _md5.State();

    /// <summary>The hash of all bytes so far, to go back to.</summary>
    public Md5 HashNow => _md5.Copy();

    /// <summary>The MD5 of all bytes so far, in lower-case hex.</summary>
    public string Hash => _md5.Copy().Finish();

    /// <summary>Writes what is there through to the disk.</summary>
    public void Flush() => Try(Path, () =>
    {
        RandomAccess.FlushToDisk(_file);
        return FlushedTo = Offset;
    });

    public void Dispose() => _file.Dispose();

    /// <summary>Takes the file away.</summary>
    public void Delete()
    {
        _file.Dispose();
        Try(Path, () =>
        {
            File.Delete(Path);
            return true;
        });
    }

    /// <summary>The failure to write a file.</summary>
    public static KinescopeException NotWritable(string path, Exception cause) => DiskFull.Is(cause)
        ? DiskFull.Of(path, cause)
        : new KinescopeException(
            ErrorIds.SavedFileNotWritable, $"{path} cannot be written: {KinescopeErrors.Sentence(cause.Message)}", cause);

    private KinescopeException NotReadable(Exception cause) => new(
        ErrorIds.SavedFileNotWritable,
        $"{Path}, which keeps what was received, cannot be read: {KinescopeErrors.Sentence(cause.Message)}",
        cause);

    private void SetLength(long length) => Try(Path, () =>
    {
        RandomAccess.SetLength(_file, length);
        return true;
    });

    private static int WithoutZeros(ReadOnlySpan<byte> bytes)
    {
        for (var start = 0; start + PageSize <= bytes.Length; start += PageSize)
        {
            if (!bytes.Slice(start, PageSize).ContainsAnyExcept((byte)0))
                return start;
        }

        return bytes.Length;
    }

    private static T Try<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(path, failure);
        }
    }
}
