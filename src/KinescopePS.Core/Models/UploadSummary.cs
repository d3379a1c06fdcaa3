namespace KinescopePS;

/// <summary>
/// The figures of a run of <c>Send-KinescopeVideo</c>: written to the information stream when it ends (<c>-InformationVariable</c>).
/// </summary>
public sealed class UploadSummary
{
    /// <summary>Files uploaded.</summary>
    public int Uploaded { get; init; }

    /// <summary>Files that were uploaded before.</summary>
    public int Skipped { get; init; }

    /// <summary>Files that failed.</summary>
    public int Failed { get; init; }

    /// <summary>All bytes of video that were handed to connections. Unit: bytes.</summary>
    public long BytesSent { get; init; }

    /// <summary>By how much the server's offsets moved on. Unit: bytes.</summary>
    public long BytesNeeded { get; init; }

    /// <summary>Bytes sent divided by bytes needed: 1 is perfect. Null where nothing was needed.</summary>
    public double? WasteRatio => BytesNeeded > 0 ? (double)BytesSent / BytesNeeded : null;

    /// <summary>The time of the run.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The number of repetitions, by the error id of the cause.</summary>
    public IReadOnlyDictionary<string, int> Retries { get; init; } = new Dictionary<string, int>();

    /// <summary>The time that workers waited, added up over them, by the error id of the cause.</summary>
    public IReadOnlyDictionary<string, TimeSpan> TimeLost { get; init; } = new Dictionary<string, TimeSpan>();

    /// <inheritdoc />
    public override string ToString()
    {
        var waste = WasteRatio is { } ratio ? $", {ratio:0.000} bytes sent per byte needed" : "";
        var retries = string.Concat(Retries.Select(pair => $"; {pair.Key} {pair.Value} times{LostTo(pair.Key)}"));
        return $"{Uploaded} uploaded, {Skipped} skipped, {Failed} failed; {BytesSent} bytes sent of {BytesNeeded} needed{waste}, "
            + $"in {Elapsed.TotalSeconds:0.0} s{retries}";

        string LostTo(string cause) => TimeLost.TryGetValue(cause, out var lost) ? $", {lost.TotalSeconds:0.0} s lost" : "";
    }
}
