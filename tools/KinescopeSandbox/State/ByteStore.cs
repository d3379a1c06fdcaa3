using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace KinescopeSandbox.State;

/// <summary>The received bytes, one file per upload.</summary>
/// <remarks>When discarding, the files are sparse: only their lengths, the offsets, are kept.</remarks>
public sealed class ByteStore(string path, bool discard)
{
    public bool Discards => discard;

    /// <summary>Bytes held for the upload: tus `Upload-Offset`.</summary>
    public long Length(Guid uploadId)
    {
        var file = new FileInfo(FileOf(uploadId));
        return file.Exists ? file.Length : 0;
    }

    public SafeFileHandle Open(Guid uploadId)
    {
        var file = FileOf(uploadId);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }

    /// <summary>Writes at an offset. The write is synchronous: into the page cache it takes less time than a hop between threads.</summary>
    public void Write(SafeFileHandle file, IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset, long count)
    {
        if (discard)
            RandomAccess.SetLength(file, offset + count);
        else
            RandomAccess.Write(file, buffers, offset);
    }

    public void Delete(Guid uploadId)
    {
        var file = FileOf(uploadId);
        if (File.Exists(file))
            File.Delete(file);
    }

    /// <summary>SHA-256 of the bytes held, lower-case hex; null when they were discarded or never came.</summary>
    public async Task<string?> Sha256Async(Guid uploadId, CancellationToken cancellation)
    {
        var file = FileOf(uploadId);
        if (discard || !File.Exists(file))
            return null;
        await using var stream = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }

    private string FileOf(Guid uploadId)
    {
        var name = uploadId.ToString("D");
        return Path.Combine(path, name[..2], name + ".bin");
    }
}
