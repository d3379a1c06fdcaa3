using System.Diagnostics;

namespace KinescopePS.Transfer;

/// <summary>A running transfer's figures: written by its worker, read by the progress display.</summary>
internal sealed class FileTransfer(UploadItem item)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _bytesSent;
    private long _offset;

    public UploadItem Item => item;

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Requests that carried bytes.</summary>
    public int Attempts { get; private set; }

    /// <summary>What this run sent, resent bytes included. Unit: bytes.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>How far into the file the transfer is. Unit: bytes.</summary>
    public long Offset => Interlocked.Read(ref _offset);

    /// <summary>A request begins at an offset that the server named.</summary>
    public void BeginAttempt(long offset)
    {
        Attempts++;
        SetOffset(offset);
    }

    public void SetOffset(long offset) => Interlocked.Exchange(ref _offset, offset);

    public void Sent(int count)
    {
        Interlocked.Add(ref _bytesSent, count);
        Interlocked.Add(ref _offset, count);
    }
}
