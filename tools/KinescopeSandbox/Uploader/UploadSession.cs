using System.Security.Cryptography;
using KinescopeSandbox.Faults;
using KinescopeSandbox.State;
using Microsoft.Win32.SafeHandles;

namespace KinescopeSandbox.Uploader;

/// <summary>What is known of an upload only while the process lives: who writes to it, and the hash so far.</summary>
public sealed class UploadSession : IDisposable
{
    private readonly SemaphoreSlim _lock = new(1, 1);
    private HttpContext? _writer;
    private IncrementalHash? _md5;
    private long _hashed;

    /// <summary>Makes the request the only writer.</summary>
    /// <returns>False when another one writes. One that a fault holds open, whose client may long be gone, is ended instead.</returns>
    public async Task<bool> TryEnterAsync(HttpContext context, StalledRequests stalls)
    {
        if (!_lock.Wait(0))
        {
            if (_writer is not { } writer || !stalls.Holds(writer))
                return false;
            writer.Abort();
            await _lock.WaitAsync(context.RequestAborted);
        }
        _writer = context;
        return true;
    }

    public void Leave()
    {
        _writer = null;
        _lock.Release();
    }

    /// <summary>Brings the hash to the offset, by reading the stored bytes again if another process received them.</summary>
    public void PrepareHash(ByteStore store, SafeFileHandle file, long offset)
    {
        if (_md5 is not null && _hashed == offset)
            return;

        ForgetHash();
        if (store.Discards && offset > 0)
            return;
        _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = new byte[1 << 20];
        while (_hashed < offset)
        {
            var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, offset - _hashed)), _hashed);
            if (read == 0)
                throw new EndOfStreamException("The bytes file is shorter than the offset.");
            Append(buffer.AsSpan(0, read));
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_md5 is null)
            return;
        _md5.AppendData(bytes);
        _hashed += bytes.Length;
    }

    public void ForgetHash()
    {
        _md5?.Dispose();
        _md5 = null;
        _hashed = 0;
    }

    /// <summary>MD5 of the first <paramref name="length"/> bytes, lower-case hex; null when not all of them were hashed.</summary>
    public string? Md5Of(long length) => _md5 is not null && _hashed == length ? Convert.ToHexStringLower(_md5.GetCurrentHash()) : null;

    public void Dispose()
    {
        ForgetHash();
        _lock.Dispose();
    }
}
