namespace KinescopePS.Transfer;

/// <summary>A step of a file's upload.</summary>
internal enum TransferStep
{
    /// <summary>A video for it is looked for, or created.</summary>
    Creating,

    /// <summary>Its bytes are sent.</summary>
    Sending,

    /// <summary>All is sent, and what an earlier attempt left is deleted.</summary>
    Ending,
}

/// <summary>A running transfer's figures: written by its worker, read by the progress display.</summary>
internal sealed class FileTransfer(UploadItem item, UploadMeter meter, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private long _bytesSent;
    private long _offset;

    public UploadItem Item => item;

    public UploadMeter Meter => meter;

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public TransferStep Step { get; set; }

    /// <summary>The file's size: as planned, then as it is opened. Unit: bytes.</summary>
    public long Length { get; set; } = item.Length ?? 0;

    /// <summary>The number of times in a row that the step under way was tried, this one included: 1 where all goes well.</summary>
    public int Try { get; set; } = 1;

    /// <summary>Requests that carried bytes.</summary>
    public int Attempts { get; set; }

    /// <summary>The bytes that this run sent, resent ones included.</summary>
    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <summary>The place in the file that the transfer has come to. Unit: bytes.</summary>
    public long Offset
    {
        get => Interlocked.Read(ref _offset);
        set => Interlocked.Exchange(ref _offset, value);
    }

    public void Sent(int count)
    {
        Interlocked.Add(ref _bytesSent, count);
        Interlocked.Add(ref _offset, count);
        meter.Sent(count);
    }
}
