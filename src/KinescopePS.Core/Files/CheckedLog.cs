using System.Globalization;
using System.Text;
using System.Text.Json;

namespace KinescopePS.Files;

/// <summary>The lines of a log.</summary>
/// <param name="Lines">All lines, the first one and damaged ones included.</param>
/// <param name="DamagedLines">The lines that cannot be read.</param>
internal readonly record struct CheckedLogSize(int Lines, int DamagedLines);

/// <summary>
/// An open log of checked lines that begins with its format's first line. A write that was cut leaves the beginning of a line at the end:
/// that is no damage, and the next append drops it.
/// </summary>
/// <remarks>Appends are written through to the disk by the file, which is opened so.</remarks>
internal sealed class CheckedLog(string path, FileStream file, CheckedLogFormat format) : IDisposable
{
    /// <summary>A line of this length is none of ours. Unit: bytes.</summary>
    private const int LongestLine = 16 << 20;

    private bool _isAtEnd;

    /// <summary>Receives a line, without its line feed, whose checksum is right.</summary>
    /// <exception cref="JsonException">Its form is not right: the line counts as damaged.</exception>
    public delegate void LineTaker(ReadOnlySpan<byte> line);

    private static ReadOnlySpan<byte> LineStart => "{\"event\":\""u8;

    /// <summary>Unit: bytes.</summary>
    public long Length => file.Length;

    /// <summary>Reads all lines but the first one.</summary>
    /// <exception cref="KinescopeException">The file is of another kind or a newer version.</exception>
    public CheckedLogSize Read(LineTaker take, CancellationToken cancellation = default)
    {
        var buffer = new byte[64 * 1024];
        var (lines, damaged, filled) = (0, 0, 0);
        var (isBlank, isTooLong) = (true, false);
        _isAtEnd = false;
        file.Position = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = file.Read(buffer, filled, buffer.Length - filled);
            isBlank = isBlank && !buffer.AsSpan(filled, read).ContainsAnyExcept((byte)0);
            filled += read;
            var rest = buffer.AsSpan(0, filled);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                Count(!isTooLong && TryTake(rest[..end], take));
                isTooLong = false;
            }

            if (read == 0)
            {
                if (isTooLong || rest.Length > 0 && !IsTorn(rest))
                    Count(!isTooLong && TryTake(rest, take));
                if (lines == damaged && !isBlank && !BeginsLikeOurs())
                    throw format.Foreign(path);
                return new CheckedLogSize(lines, damaged);
            }

            rest.CopyTo(buffer);
            filled = rest.Length;
            if (filled == LongestLine)
                (filled, isTooLong) = (0, true);
            else if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }

        void Count(bool isIntact) => (lines, damaged) = (lines + 1, isIntact ? damaged : damaged + 1);
    }

    /// <summary>Refuses a file that does not begin as a log of this format does. An empty one passes.</summary>
    /// <exception cref="KinescopeException">The file is of another kind or a newer version.</exception>
    public void RequireOurs()
    {
        if (!BeginsLikeOurs())
            throw format.Foreign(path);

        var start = new byte[1024];
        file.Position = 0;
        var line = start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false));
        if (line.IndexOf((byte)'\n') is > 0 and var end && AsWritten(line[..end]) is var first && CheckedLine.IsIntact(first))
            format.RequireReadable(first, path);
        _isAtEnd = false;
    }

    /// <summary>Appends sealed lines, after the format's first line where the file is empty. All of them are written, or none.</summary>
    /// <exception cref="IOException">They could not be written, nor can be later where the disk is full.</exception>
    public void Append(ReadOnlySpan<byte> lines)
    {
        if (!_isAtEnd)
            GoToEnd();
        var start = file.Position;
        try
        {
            file.Write(start == 0 ? [.. format.Header(DateTimeOffset.UtcNow), .. lines] : lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            TakeBack(start);
            throw;
        }
    }

    /// <summary>Copies the file to a new one beside it that only its owner may read.</summary>
    /// <returns>The copy's path.</returns>
    public string KeepAside()
    {
        var aside = $"{path}.damaged-{DateTime.UtcNow.ToString("yyyyMMddTHHmmssfff", CultureInfo.InvariantCulture)}";
        var copy = OwnerOnlyFile.Open(aside, FileMode.CreateNew, FileShare.Read);
        try
        {
            using (copy)
            {
                file.Position = 0;
                _isAtEnd = false;
                file.CopyTo(copy);
            }

            return aside;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The half of a copy is none.
            File.Delete(aside);
            throw;
        }
    }

    public void Dispose() => file.Dispose();

    private bool TryTake(ReadOnlySpan<byte> line, LineTaker take)
    {
        line = AsWritten(line);
        if (!CheckedLine.IsIntact(line))
            return false;
        try
        {
            if (line.StartsWith(format.FirstBytes))
                format.RequireReadable(line, path);
            else
                take(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Also where only the beginning of our first line came to the disk.
    private bool BeginsLikeOurs()
    {
        var start = new byte[Encoding.UTF8.Preamble.Length + format.FirstBytes.Length];
        file.Position = 0;
        _isAtEnd = false;
        var first = AsWritten(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
        return format.FirstBytes.AsSpan().StartsWith(first[..Math.Min(first.Length, format.FirstBytes.Length)]);
    }

    /// <summary>A line without what an editor may have put before the first one, and before each line feed.</summary>
    private static ReadOnlySpan<byte> AsWritten(ReadOnlySpan<byte> line) =>
        (line.StartsWith(Encoding.UTF8.Preamble) ? line[Encoding.UTF8.Preamble.Length..] : line).TrimEnd((byte)'\r');

    private void GoToEnd()
    {
        var tail = ReadTail();
        // An editor made it empty.
        if (file.Length == tail.Length && tail.SequenceEqual(Encoding.UTF8.Preamble))
        {
            file.SetLength(0);
            tail = [];
        }

        if (IsTorn(tail))
            file.SetLength(file.Length - tail.Length);
        file.Position = file.Length;
        if (tail.Length > 0 && !IsTorn(tail))
            file.WriteByte((byte)'\n');
        _isAtEnd = true;
    }

    /// <summary>Reads what follows the last line feed.</summary>
    private ReadOnlySpan<byte> ReadTail()
    {
        for (long size = 4096; ; size *= 4)
        {
            var tail = new byte[Math.Min(size, file.Length)];
            file.Position = file.Length - tail.Length;
            file.ReadExactly(tail);
            if (tail.AsSpan().LastIndexOf((byte)'\n') is var end && (end >= 0 || tail.Length == file.Length || tail.Length > LongestLine))
                return tail.AsSpan(end + 1);
        }
    }

    // A cut leaves the beginning of a line; anything else was more than that.
    private static bool IsTorn(ReadOnlySpan<byte> tail) =>
        tail.Length > 0 && LineStart.StartsWith(tail[..Math.Min(tail.Length, LineStart.Length)])
            && !CheckedLine.IsIntact(tail.TrimEnd((byte)'\r'));

    // A half-written line would hide the next one.
    private void TakeBack(long start)
    {
        _isAtEnd = false;
        try
        {
            file.SetLength(start);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What is left is dropped as a torn end.
        }
    }
}
