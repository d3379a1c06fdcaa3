using System.Buffers;

namespace KinescopePS.Content;

/// <summary>The hash of a stretch of a file that ends at an offset.</summary>
/// <param name="Offset">
/// The stretch's end: a multiple of <see cref="ContentHash.BlockSize"/>, the file's end, or a place where it was noted. Unit: bytes.
/// </param>
/// <param name="Hash">The <see cref="Checksum"/> of the stretch from the multiple before.</param>
/// <param name="Md5">
/// The MD5 of all of the file up to the offset: at the file's end the hash, else the state that it goes on from. Null where it was not
/// taken.
/// </param>
internal readonly record struct HashMark(long Offset, string Hash, string? Md5 = null);

/// <summary>The hashes of a file from its beginning to its end.</summary>
/// <param name="Md5">In lower-case hex, as Kinescope tells it of an original.</param>
/// <param name="Marks">Those of its blocks.</param>
internal sealed record WholeFile(string Md5, IReadOnlyList<HashMark> Marks);

/// <summary>
/// Hashes a file while it is sent, in blocks, so that a later run can tell whether what the server holds is still the beginning
/// of the file.
/// </summary>
/// <remarks>Accidental change is what is looked for; nobody is being defended against.</remarks>
internal sealed class ContentHash
{
    /// <summary>Unit: bytes.</summary>
    public const long BlockSize = 64L << 20;

    /// <summary>Up to this size a fingerprint covers all of a file. Unit: bytes.</summary>
    public const long FingerprintSize = 2 * EdgeSize;

    private const int EdgeSize = 1 << 20;
    private const int BufferSize = 1 << 20;

    private readonly Checksum _block = new();
    private readonly Checksum _blockAtBegin = new();
    private readonly Dictionary<long, string> _md5States = [];
    private Md5? _md5;
    private Md5? _md5AtBegin;
    private long _begin;
    private long _position;

    /// <summary>Callback for each finished block, and for the last one when the file's end is reached.</summary>
    public required Action<HashMark> Marked { get; init; }

    /// <summary>The file's size. Unit: bytes.</summary>
    public required long Length { get; init; }

    /// <summary>
    /// The marks of what was sent before, where the MD5 of the whole file is taken too: it goes on from there. Null where it is not taken.
    /// </summary>
    public IEnumerable<HashMark>? Md5From
    {
        init
        {
            if (value is null)
                return;
            _md5 = new Md5();
            _md5States[0] = _md5.State()!;
            foreach (var mark in value.Where(mark => mark.Md5 is not null && mark.Offset < Length && mark.Offset % BlockSize == 0))
                _md5States[mark.Offset] = mark.Md5!;
        }
    }

    /// <summary>A file's length, first and last MiB in one short hash: what a stamp and a quick look go by.</summary>
    public static async Task<string> FingerprintAsync(SourceFile file, CancellationToken cancellation)
    {
        var hash = new Checksum();
        hash.Append(BitConverter.GetBytes(file.Length));
        var head = Math.Min(EdgeSize, file.Length);
        await AppendAsync(file, 0, head, hash, cancellation).ConfigureAwait(false);
        var tail = Math.Max(head, file.Length - EdgeSize);
        await AppendAsync(file, tail, file.Length - tail, hash, cancellation).ConfigureAwait(false);
        return hash.Finish();
    }

    /// <summary>Compares a file's stretches with those that were marked.</summary>
    public static async Task<bool> MatchesAsync(SourceFile file, IEnumerable<HashMark> marks, CancellationToken cancellation)
    {
        foreach (var mark in marks)
        {
            var hash = new Checksum();
            var start = (mark.Offset - 1) / BlockSize * BlockSize;
            await AppendAsync(file, start, mark.Offset - start, hash, cancellation).ConfigureAwait(false);
            if (mark.Offset > file.Length || hash.Finish() != mark.Hash)
                return false;
        }

        return true;
    }

    /// <summary>Reads a file to its end, once for all of its hashes.</summary>
    public static async Task<WholeFile> WholeAsync(SourceFile file, CancellationToken cancellation)
    {
        var marks = new List<HashMark>();
        var hash = new ContentHash { Length = file.Length, Marked = marks.Add, Md5From = [] };
        await ReadAsync(file, 0, file.Length, bytes => hash.Append(bytes.Span), cancellation).ConfigureAwait(false);
        return marks.Count > 0 && marks[^1] is { Md5: { } md5 } end && end.Offset == file.Length
            ? new WholeFile(md5, marks)
            : throw new KinescopeException(ErrorIds.FileChangedDuringUpload, $"{file.Path} became shorter while it was being read.");
    }

    /// <summary>Begins at an offset: what stands before it in its block is read again, as far as no earlier beginning covers it.</summary>
    public async Task BeginAtAsync(SourceFile file, long offset, CancellationToken cancellation)
    {
        if (offset != _position)
        {
            var start = offset / BlockSize * BlockSize;
            if (_begin >= start && _begin <= offset)
            {
                _block.CopyFrom(_blockAtBegin);
                _md5 = _md5AtBegin;
                start = _begin;
            }
            else
            {
                _block.Reset();
                _md5 = _md5States.TryGetValue(start, out var state) ? Md5.At(state, start) : null;
            }

            await ReadAsync(file, start, offset - start, bytes =>
            {
                _block.Append(bytes.Span);
                _md5?.Append(bytes.Span);
            }, cancellation).ConfigureAwait(false);
            _position = offset;
        }

        _begin = offset;
        _blockAtBegin.CopyFrom(_block);
        _md5AtBegin = _md5?.Copy();
    }

    /// <summary>Takes the bytes that follow.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var room = BlockSize - _position % BlockSize;
            var part = bytes[..(int)Math.Min(room, bytes.Length)];
            _block.Append(part);
            _md5?.Append(part);
            _position += part.Length;
            bytes = bytes[part.Length..];
            if (_position % BlockSize == 0 || _position == Length)
                Marked(new HashMark(_position, _block.Finish(), Md5Here()));
        }
    }

    /// <summary>The mark of the place that it has come to; null where that has a mark, or needs none.</summary>
    public HashMark? Here()
    {
        if (_position % BlockSize == 0 || _position == Length)
            return null;
        var stretch = new Checksum();
        stretch.CopyFrom(_block);
        return new HashMark(_position, stretch.Finish());
    }

    private string? Md5Here()
    {
        if (_md5 is not { } md5)
            return null;
        // What was sent last may be lost and come once more.
        if (_position == Length)
            return md5.Copy().Finish();
        return _md5States[_position] = md5.State()!;
    }

    private static Task AppendAsync(SourceFile file, long offset, long count, Checksum hash, CancellationToken cancellation) =>
        ReadAsync(file, offset, count, bytes => hash.Append(bytes.Span), cancellation);

    private static async Task ReadAsync(
        SourceFile file, long offset, long count, Action<ReadOnlyMemory<byte>> taken, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (count > 0)
            {
                var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), offset, cancellation)
                    .ConfigureAwait(false);
                if (read == 0)
                    return;
                taken(buffer.AsMemory(0, read));
                offset += read;
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
