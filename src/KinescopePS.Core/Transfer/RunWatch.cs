using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>
/// Looks at a run once a second: what everything waits for is counted, and each minute becomes a line of the log of runs.
/// </summary>
internal sealed class RunWatch : IDisposable
{
    private const int LooksInSample = 60;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly UploadRun _run;
    private readonly UploadMeter _meter;
    private readonly Func<Hold?> _hold;
    private readonly RunLog? _log;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly object _looking = new();
    private long _lookedAt;
    private int _looks;
    private bool _isOver;
    private (long At, long BytesSent, IReadOnlyDictionary<string, TimeSpan> Waits, IReadOnlyDictionary<string, int> Retries) _sampled;

    /// <param name="run">The run.</param>
    /// <param name="meter">Its counts; is told what the run waits for.</param>
    /// <param name="hold">Reads what holds everything back; null for nothing.</param>
    /// <param name="log">The log of runs; null for none.</param>
    /// <param name="time">The clock.</param>
    public RunWatch(UploadRun run, UploadMeter meter, Func<Hold?> hold, RunLog? log, TimeProvider time)
    {
        (_run, _meter, _hold, _log, _time) = (run, meter, hold, log, time);
        _lookedAt = time.GetTimestamp();
        _sampled = (_lookedAt, 0, meter.Waits, meter.Retries);
        _timer = time.CreateTimer(_ => Look(), null, BetweenLooks, BetweenLooks);
    }

    /// <summary>Notes that a run began.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="record">The record's name.</param>
    /// <param name="settings">The settings, none of them secret.</param>
    public void Begin(string command, string? record, IReadOnlyDictionary<string, string> settings) =>
        _log?.Write(RunLogKind.Begin, line => line with
        {
            Command = command,
            Version = typeof(RunWatch).Assembly.GetName().Version?.ToString(3),
            Machine = Environment.MachineName,
            User = Environment.UserName,
            Process = Environment.ProcessId,
            Record = record,
            Settings = settings,
        });

    /// <summary>Notes how the run ended.</summary>
    /// <param name="summary">Its last word.</param>
    /// <param name="outcome">One of completed, stopped, timeUp, drained and failed.</param>
    /// <param name="reason">The error id of what stopped it.</param>
    public void End(UploadSummary summary, string outcome, string? reason)
    {
        Dispose();
        _log?.Write(RunLogKind.End, line => line with
        {
            Outcome = outcome,
            Reason = reason,
            Uploaded = summary.Uploaded,
            AlreadyThere = summary.AlreadyThere,
            Failed = summary.Failed,
            NotReached = summary.NotReached,
            CompanionsSent = summary.CompanionsSent > 0 ? summary.CompanionsSent : null,
            CompanionsFailed = summary.CompanionsFailed > 0 ? summary.CompanionsFailed : null,
            BytesSent = summary.BytesSent,
            BytesNeeded = summary.BytesNeeded,
            DoneBytes = _run.DoneBytes,
            Seconds = Rounded(summary.Elapsed),
            Rate = (long?)summary.Rate,
            Waits = SecondsOf(summary.Waited, new Dictionary<string, TimeSpan>()),
            Retries = summary.Retries.Count > 0 ? summary.Retries : null,
        });
    }

    public void Dispose()
    {
        lock (_looking)
            _isOver = true;
        _timer.Dispose();
    }

    private void Look()
    {
        // A look that takes long is not joined by the next.
        if (!Monitor.TryEnter(_looking))
            return;
        try
        {
            if (_isOver)
                return;
            var now = _time.GetTimestamp();
            if (_hold() is { } hold)
                _meter.Waited(hold.Reason, _time.GetElapsedTime(_lookedAt, now));
            _lookedAt = now;
            if (++_looks % LooksInSample == 0)
                Sample(now);
        }
        finally
        {
            Monitor.Exit(_looking);
        }
    }

    private void Sample(long now)
    {
        var (before, elapsed) = (_sampled, _time.GetElapsedTime(_sampled.At, now));
        _sampled = (now, _run.BytesSent, _meter.Waits, _meter.Retries);
        _log?.Write(RunLogKind.Sample, line => line with
        {
            Planned = _meter.PlannedFiles,
            PlannedBytes = _meter.PlannedBytes,
            Ended = _run.Ended,
            Sending = _run.Running.Count(),
            Processing = _run.Processing,
            DoneBytes = _run.DoneBytes,
            BytesSent = _sampled.BytesSent,
            Seconds = Rounded(elapsed),
            Rate = (long)((_sampled.BytesSent - before.BytesSent) / elapsed.TotalSeconds),
            Waits = SecondsOf(_sampled.Waits, before.Waits),
            Retries = Since(before.Retries),
        });
    }

    private Dictionary<string, int>? Since(IReadOnlyDictionary<string, int> before)
    {
        var since = _sampled.Retries.Select(pair => (pair.Key, Value: pair.Value - before.GetValueOrDefault(pair.Key)))
            .Where(pair => pair.Value > 0).ToDictionary(pair => pair.Key, pair => pair.Value);
        return since.Count > 0 ? since : null;
    }

    private static Dictionary<string, double>? SecondsOf(
        IReadOnlyDictionary<string, TimeSpan> waits, IReadOnlyDictionary<string, TimeSpan> before)
    {
        var since = waits.Select(pair => (pair.Key, Value: Rounded(pair.Value - before.GetValueOrDefault(pair.Key))))
            .Where(pair => pair.Value > 0).ToDictionary(pair => pair.Key, pair => pair.Value);
        return since.Count > 0 ? since : null;
    }

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 1);
}
