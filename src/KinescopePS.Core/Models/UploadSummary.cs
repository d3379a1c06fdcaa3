namespace KinescopePS;

/// <summary>
/// The last word of a run of <c>Send-KinescopeVideo</c>: a line that is shown when it ends, and an object in the information stream
/// (<c>-InformationVariable</c>).
/// </summary>
public sealed class UploadSummary
{
    private readonly IReadOnlyDictionary<string, TimeSpan> _waited = JoinedDictionary<string, TimeSpan>.Empty;
    private readonly IReadOnlyDictionary<string, int> _retries = JoinedDictionary<string, int>.Empty;
    private readonly IReadOnlyDictionary<string, TimeSpan> _timeLost = JoinedDictionary<string, TimeSpan>.Empty;

    /// <summary>A shorter wait is not worth a word in the line.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(10);

    /// <summary>Files uploaded.</summary>
    public int Uploaded { get; init; }

    /// <summary>Files that were at Kinescope before, or whose lessons have a video: their results are <c>Skipped</c>.</summary>
    public int AlreadyThere { get; init; }

    /// <summary>Files that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Files that came and were not ended: the run was over before. The same command goes on with them.</summary>
    public int NotReached { get; init; }

    /// <summary>Posters, subtitles and chapters that were sent, with <c>-WithCompanions</c>.</summary>
    public int CompanionsSent { get; init; }

    /// <summary>Those that were at their videos as they are.</summary>
    public int CompanionsUnchanged { get; init; }

    /// <summary>Those that were left for a later run.</summary>
    public int CompanionsLeft { get; init; }

    /// <summary>Those that failed: an error each, also where the video is uploaded.</summary>
    public int CompanionsFailed { get; init; }

    /// <summary>All bytes of video that were handed to connections. Unit: bytes.</summary>
    public long BytesSent { get; init; }

    /// <summary>By how much the server's offsets moved on. Unit: bytes.</summary>
    public long BytesNeeded { get; init; }

    /// <summary>Bytes sent divided by bytes needed: 1 is perfect. Null where nothing was needed.</summary>
    public double? WasteRatio => BytesNeeded > 0 ? (double)BytesSent / BytesNeeded : null;

    /// <summary>When the run began, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The time of the run.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The bytes needed in a second of the run, on the average. Unit: bytes per second; null where nothing was needed.</summary>
    public double? Rate => BytesNeeded > 0 && Elapsed > TimeSpan.Zero ? BytesNeeded / Elapsed.TotalSeconds : null;

    /// <summary>
    /// The time in which everything stood still, by the reason in a few words; and that in which files waited for Kinescope with a content
    /// that is replaced, each by itself.
    /// </summary>
    public IReadOnlyDictionary<string, TimeSpan> Waited
    {
        get => _waited;
        init => _waited = new JoinedDictionary<string, TimeSpan>(value);
    }

    /// <summary>The number of repetitions, by the error id of the cause.</summary>
    public IReadOnlyDictionary<string, int> Retries
    {
        get => _retries;
        init => _retries = new JoinedDictionary<string, int>(value);
    }

    /// <summary>The time that workers waited, added up over them, by the error id of the cause.</summary>
    public IReadOnlyDictionary<string, TimeSpan> TimeLost
    {
        get => _timeLost;
        init => _timeLost = new JoinedDictionary<string, TimeSpan>(value);
    }

    /// <summary>The record of the run: the progress file's path, or a database without its password.</summary>
    public string? ProgressFile { get; init; }

    /// <summary>True where a file came, whatever became of it.</summary>
    internal bool HasFiles => Uploaded + AlreadyThere + Failed + NotReached > 0;

    /// <summary>
    /// The line: <c>51 uploaded, 55 already there, 0 failed; 25.0 MiB in 8 s (3.1 MiB/s)</c>, why it waited, and where the rest stands.
    /// </summary>
    public override string ToString()
    {
        if (!HasFiles)
            return "0 uploaded: no file came to be sent";
        var bytes = Rate is { } rate
            ? $"{Figures.Bytes(BytesNeeded)} in {Figures.Time(Elapsed)} ({Figures.Bytes(rate)}/s)"
            : $"in {Figures.Time(Elapsed)}";
        var waits = string.Concat(Waited.Where(wait => wait.Value >= LongWait).OrderByDescending(wait => wait.Value)
            .Select(wait => $"; waited {Figures.Time(wait.Value)}: {wait.Key}"));
        var rest = NotReached > 0 ? $"; {NotReached} not reached: the same command goes on" : "";
        return $"{Uploaded} uploaded, {AlreadyThere} already there, {Failed} failed; {Beside()}{bytes}{waits}{rest}";
    }

    private string Beside()
    {
        if (CompanionsSent + CompanionsUnchanged + CompanionsLeft + CompanionsFailed == 0)
            return "";
        var left = CompanionsLeft > 0 ? $", {CompanionsLeft} left" : "";
        return $"beside them {CompanionsSent} sent, {CompanionsUnchanged} unchanged, {CompanionsFailed} failed{left}; ";
    }

    /// <summary>The cost, for who looks closely: bytes sent more than once, repetitions and lost time by cause.</summary>
    internal string Cost()
    {
        var waste = WasteRatio is { } ratio ? $", {ratio:0.000} bytes sent per byte needed" : "";
        var retries = string.Concat(Retries.Select(pair => $"; {pair.Key} {pair.Value} times{LostTo(pair.Key)}"));
        return $"{BytesSent} bytes sent of {BytesNeeded} needed{waste}, in {Elapsed.TotalSeconds:0.0} s{retries}";

        string LostTo(string cause) => TimeLost.TryGetValue(cause, out var lost) ? $", {lost.TotalSeconds:0.0} s lost" : "";
    }
}
