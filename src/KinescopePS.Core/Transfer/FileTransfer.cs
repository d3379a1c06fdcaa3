using KinescopePS.Kinescope;

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
/// <param name="item">The lesson.</param>
/// <param name="meter">Counts for the whole run.</param>
/// <param name="time">The clock.</param>
/// <param name="turn">The bytes of the transfer before it: until they are sent, this one sends none.</param>
internal sealed class FileTransfer(UploadItem item, UploadMeter meter, TimeProvider time, Task turn)
{
    /// <summary>The rest of a file that is its end: on a fast and long line it takes a round trip. Unit: bytes.</summary>
    private const long End = 4 << 20;

    private readonly TaskCompletionSource _atItsEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _bytesDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _started = time.GetTimestamp();
    private long _bytesSent;
    private long _offset;

    public UploadItem Item => item;

    public UploadMeter Meter => meter;

    /// <summary>Completed once the bytes may be sent.</summary>
    public Task Turn => turn;

    /// <summary>Completed once the end of the file is being sent: then the next one may be prepared.</summary>
    public Task AtItsEnd => _atItsEnd.Task;

    /// <summary>Completed once no more of its bytes are sent: then it is the next one's turn.</summary>
    public Task BytesDone => _bytesDone.Task;

    /// <summary>The time since its turn came.</summary>
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

    /// <summary>The hold on this file alone; null where there is none.</summary>
    public Hold? Hold { get; set; }

    /// <summary>Waits for its turn.</summary>
    public async Task WaitForTurnAsync(CancellationToken cancellation)
    {
        if (turn.IsCompleted)
            return;
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        _started = time.GetTimestamp();
    }

    /// <summary>True where the host takes bytes, as far as is known: nothing is prepared for one that may refuse them all.</summary>
    public bool IsWelcome { get; set; }

    /// <summary>Bytes are about to be sent from its offset on.</summary>
    public void Sending()
    {
        if (IsWelcome && Length - Offset <= End)
            _atItsEnd.TrySetResult();
    }

    /// <summary>All its bytes are sent.</summary>
    public void EndBytes() => _bytesDone.TrySetResult();

    /// <summary>Nothing more is done for it.</summary>
    public void EndAll()
    {
        EndBytes();
        _atItsEnd.TrySetResult();
    }

    public void Sent(int count)
    {
        Interlocked.Add(ref _bytesSent, count);
        Interlocked.Add(ref _offset, count);
        meter.Sent(count);
        Sending();
    }
}
