namespace KinescopePS.Media;

/// <summary>Reads at an offset.</summary>
/// <returns>The number of bytes read; 0 at the file's end.</returns>
internal delegate int ReadAt(Span<byte> buffer, long offset);

/// <summary>A file's bytes for a glance: never beyond its end, and never more reads than a glance may take.</summary>
/// <param name="length">The file's size. Unit: bytes.</param>
/// <param name="read">Reads it.</param>
internal sealed class MediaBytes(long length, ReadAt read)
{
    private const int MostReads = 5000;
    private const int TailSize = 1 << 20, LeastTail = 4096;

    private int _reads;

    public long Length => length;

    /// <summary>True where no more is read: what is not known by now stays unknown.</summary>
    public bool IsSpent => _reads >= MostReads;

    /// <summary>Fills a buffer, or does nothing where the file has not so many bytes there.</summary>
    public bool TryRead(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > length || buffer.Length > length - offset || IsSpent)
            return false;
        _reads++;
        while (buffer.Length > 0)
        {
            var count = read(buffer, offset);
            if (count <= 0)
                return false;
            buffer = buffer[count..];
            offset += count;
        }

        return true;
    }

    /// <summary>
    /// True where the last part of a stretch is zeros, as far as no encoder would write them: its last MiB, or a quarter of a shorter one.
    /// </summary>
    public bool HasZeroTail(long start, long end)
    {
        end = Math.Min(end, length);
        var size = Math.Min(TailSize, (end - start) / 4);
        return size >= LeastTail && IsZero(end - size, size);
    }

    /// <summary>True where a stretch, as far as its first MiB, is zeros.</summary>
    public bool IsZero(long offset, long count)
    {
        Span<byte> buffer = stackalloc byte[4096];
        count = Math.Min(Math.Min(count, TailSize), length - offset);
        if (count <= 0)
            return false;
        while (count > 0)
        {
            var part = buffer[..(int)Math.Min(buffer.Length, count)];
            if (!TryRead(offset, part) || part.IndexOfAnyExcept((byte)0) >= 0)
                return false;
            offset += part.Length;
            count -= part.Length;
        }

        return true;
    }
}
