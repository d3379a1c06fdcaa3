namespace KinescopePS.Saving;

/// <summary>A video while it is saved: what a progress bar shows. Callable from any thread.</summary>
internal sealed class SaveTransfer(PlannedSave planned)
{
    private long _offset;
    private long _received;

    public PlannedSave Planned { get; private set; } = planned;

    /// <summary>Takes another step than was planned, by what a file proved to be.</summary>
    public void Becomes(PlannedSave other) => (Planned, Offset) = (other, 0);

    /// <summary>The bytes that are there. Unit: bytes.</summary>
    public long Offset
    {
        get => Volatile.Read(ref _offset);
        set => Volatile.Write(ref _offset, value);
    }

    /// <summary>The bytes that this run received, those included that came twice. Unit: bytes.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>The size, as far as it is known. Unit: bytes.</summary>
    public long? Length { get; set; } = planned.Asset?.Length;

    /// <summary>The number of the try without progress, from 1.</summary>
    public int Try { get; set; } = 1;

    public void Took(int bytes) => Interlocked.Add(ref _received, bytes);
}
