using KinescopePS.Record;

namespace KinescopePS.Reports;

/// <summary>An error of a run, as a log or an error record tells it.</summary>
/// <param name="At">When; null where it is not known.</param>
/// <param name="Id">Its error id.</param>
/// <param name="Message">Its text.</param>
/// <param name="Target">The lesson's id, or what else it happened to.</param>
internal sealed record ReportError(DateTimeOffset? At, string Id, string Message, string? Target);

/// <summary>A minute of a run, or some of them taken together.</summary>
/// <param name="At">Its end.</param>
/// <param name="Seconds">Its length.</param>
/// <param name="Rate">Unit: bytes per second.</param>
/// <param name="Waits">The time in which everything stood still, by reason. Unit: seconds.</param>
internal sealed record ReportSample(DateTimeOffset At, double Seconds, double Rate, IReadOnlyDictionary<string, double> Waits)
{
    public DateTimeOffset From => At.AddSeconds(-Seconds);
}

/// <summary>
/// A run of a report: from the log of runs, a nightly log, or an upload's last word; what two of them tell of one is joined.
/// </summary>
internal sealed record ReportRun(DateTimeOffset StartedAt)
{
    private static readonly Dictionary<string, double> NoWaits = [];
    private static readonly Dictionary<string, int> NoRetries = [];

    /// <summary>Its id in the log of runs; null where another source tells of it alone.</summary>
    public string? Id { get; init; }

    public TimeSpan? Elapsed { get; init; }

    /// <summary>The cmdlet, or <c>Invoke-NightlyUpload</c>.</summary>
    public string? Command { get; init; }

    public string? Machine { get; init; }

    /// <summary>One of the run log's outcomes or of the nightly script's; null where the run was killed, or goes on.</summary>
    public string? Outcome { get; init; }

    /// <summary>The error id of what stopped it.</summary>
    public string? Reason { get; init; }

    public int? Uploaded { get; init; }

    public int? AlreadyThere { get; init; }

    public int? Failed { get; init; }

    public int? NotReached { get; init; }

    /// <summary>Unit: bytes.</summary>
    public long? BytesSent { get; init; }

    /// <summary>By how much the server's offsets moved on. Unit: bytes.</summary>
    public long? BytesNeeded { get; init; }

    /// <summary>Unit: seconds, by reason.</summary>
    public IReadOnlyDictionary<string, double> Waits { get; init; } = NoWaits;

    /// <summary>Repetitions by the error id of their cause.</summary>
    public IReadOnlyDictionary<string, int> Retries { get; init; } = NoRetries;

    public IReadOnlyList<ReportSample> Samples { get; init; } = [];

    public double? Rate =>
        (BytesNeeded ?? BytesSent) is > 0 and { } bytes && Elapsed is { Ticks: > 0 } time ? bytes / time.TotalSeconds : null;

    public DateTimeOffset EndsAt => StartedAt + (Elapsed ?? TimeSpan.Zero);

    public static ReportRun Of(LoggedRun logged)
    {
        var last = logged.Samples.Count > 0 ? logged.Samples[^1] : null;
        List<ReportSample> samples =
        [
            .. from sample in logged.Samples
               select new ReportSample(sample.At, sample.Seconds ?? 60, sample.Rate ?? 0, sample.Waits ?? NoWaits),
        ];
        return new ReportRun(logged.Begin.At)
        {
            Id = logged.Begin.Run,
            Elapsed = logged.End?.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (logged.End?.At ?? last?.At) - logged.Begin.At,
            Command = logged.Begin.Command,
            Machine = logged.Begin.Machine,
            Outcome = logged.End?.Outcome,
            Reason = logged.End?.Reason,
            Uploaded = logged.End?.Uploaded,
            AlreadyThere = logged.End?.AlreadyThere,
            Failed = logged.End?.Failed,
            NotReached = logged.End?.NotReached,
            BytesSent = logged.End?.BytesSent ?? last?.BytesSent,
            BytesNeeded = logged.End?.BytesNeeded,
            Waits = logged.End is { } end ? end.Waits ?? NoWaits : Sum(logged.Samples.Select(sample => sample.Waits)),
            Retries = logged.End is { } over ? over.Retries ?? NoRetries : Sum(logged.Samples.Select(sample => sample.Retries)),
            Samples = samples,
        };
    }

    public static ReportRun Of(UploadSummary summary) => new(summary.StartedAt)
    {
        Elapsed = summary.Elapsed,
        // The end of a run that was left early is not told apart here.
        Outcome = summary.NotReached > 0 ? "stopped" : "completed",
        Uploaded = summary.Uploaded,
        AlreadyThere = summary.AlreadyThere,
        Failed = summary.Failed,
        NotReached = summary.NotReached,
        BytesSent = summary.BytesSent,
        BytesNeeded = summary.BytesNeeded,
        Waits = summary.Waited.ToDictionary(wait => wait.Key, wait => wait.Value.TotalSeconds),
        Retries = summary.Retries,
    };

    public static ReportRun Of(KinescopeNight night) => new(night.StartedAt)
    {
        Elapsed = night.Duration,
        Command = NightEvents.Command,
        Machine = night.Machine,
        Outcome = night.Outcome == KinescopeNight.NotEnded ? null : night.Outcome,
        Uploaded = night.Uploaded,
        AlreadyThere = night.Skipped,
        Failed = night.Failed,
        NotReached = night.Left,
        BytesSent = night.BytesSent,
    };

    /// <summary>
    /// True for one run that two sources tell of: a last word has the time that its log has, a night begins before its upload.
    /// </summary>
    public bool Is(ReportRun other) => Id is not null && other.Id is not null ? Id == other.Id
        // A session may begin several within a second: those of the log are told apart by their ids.
        : (StartedAt - other.StartedAt).Duration() < TimeSpan.FromSeconds(2)
        || IsNight != other.IsNight && (IsNight ? this : other) is var night && (IsNight ? other : this) is var run
            && run.StartedAt >= night.StartedAt && run.StartedAt <= night.EndsAt;

    /// <summary>The run with what another source knows of it beside.</summary>
    public ReportRun With(ReportRun other)
    {
        var (run, more) = IsNight ? (other, this) : (this, other);
        return run with
        {
            Id = run.Id ?? more.Id,
            Command = more.IsNight ? more.Command : run.Command ?? more.Command,
            Outcome = more.IsNight ? more.Outcome ?? run.Outcome : run.Outcome ?? more.Outcome,
            Machine = run.Machine ?? more.Machine,
            Reason = run.Reason ?? more.Reason,
            Elapsed = run.Elapsed ?? more.Elapsed,
            Uploaded = run.Uploaded ?? more.Uploaded,
            AlreadyThere = run.AlreadyThere ?? more.AlreadyThere,
            Failed = run.Failed ?? more.Failed,
            NotReached = run.NotReached ?? more.NotReached,
            BytesSent = run.BytesSent ?? more.BytesSent,
            BytesNeeded = run.BytesNeeded ?? more.BytesNeeded,
            Waits = run.Waits.Count > 0 ? run.Waits : more.Waits,
            Retries = run.Retries.Count > 0 ? run.Retries : more.Retries,
            Samples = run.Samples.Count > 0 ? run.Samples : more.Samples,
        };
    }

    private bool IsNight => Command == NightEvents.Command;

    private static Dictionary<string, T> Sum<T>(IEnumerable<IReadOnlyDictionary<string, T>?> parts)
        where T : System.Numerics.INumber<T> =>
        parts.OfType<IReadOnlyDictionary<string, T>>().SelectMany(part => part).GroupBy(pair => pair.Key)
            .ToDictionary(group => group.Key, group => group.Aggregate(T.Zero, (sum, pair) => sum + pair.Value));
}
