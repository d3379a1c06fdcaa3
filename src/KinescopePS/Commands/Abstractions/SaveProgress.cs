using System.Diagnostics;
using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Saving;
using KinescopePS.Tus;

namespace KinescopePS.Commands;

/// <summary>
/// The progress rows of a run of downloads: one for all, one for each that is under way. Where no row can be drawn, a line a minute tells
/// the same.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="hold">Reads what holds everything back; null for nothing.</param>
/// <param name="limiter">The run's bandwidth; null for no limit.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class SaveProgress(SaveRun run, Func<Hold?> hold, BandwidthLimiter? limiter, ProgressTerminal terminal)
{
    private const int BatchId = 1;

    /// <summary>The time over which the rate is taken. Unit: seconds.</summary>
    private const double RateWindow = 15;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly Dictionary<SaveTransfer, int> _bars = [];
    private readonly Queue<(long At, long Bytes)> _samples = new();
    private long _movedAt = Stopwatch.GetTimestamp();
    private long _lineAt = Stopwatch.GetTimestamp();
    private long _movedBytes;

    /// <summary>Shows where the run stands.</summary>
    public void Show()
    {
        List<SaveTransfer> running = [.. run.Running.Where(transfer => transfer.Planned.Step == SaveStep.Receive || transfer.Offset > 0)];
        var held = hold();
        var figures = Read(running, held);
        foreach (var ended in _bars.Keys.Except(running).ToList())
        {
            terminal.Write(Row(_bars[ended], TitleOf(ended), "Done", ProgressRecordType.Completed));
            _bars.Remove(ended);
        }

        if (!terminal.CanDraw && Stopwatch.GetElapsedTime(_lineAt) >= BetweenLines)
        {
            _lineAt = Stopwatch.GetTimestamp();
            terminal.Say(ProgressText.Line(figures, held, ProgressText.Downloading));
        }

        var (activity, status) = held is null
            ? (ProgressText.Downloading, ProgressText.Batch(figures, terminal.Columns, ProgressText.Downloading))
            : ProgressText.Waiting(figures, held, terminal.Columns);
        var batch = Row(BatchId, activity, status);
        batch.PercentComplete = Percent(figures.Done, figures.Whole);
        terminal.Write(batch);
        foreach (var transfer in running)
        {
            if (!_bars.TryGetValue(transfer, out var id))
                _bars[transfer] = id = Enumerable.Range(BatchId + 1, _bars.Count + 1).Except(_bars.Values).First();
            var (title, text) = ProgressText.File(TitleOf(transfer), transfer.Offset, transfer.Length, transfer.Try, terminal.Columns);
            var row = Row(id, title, text);
            row.PercentComplete = Percent(transfer.Offset, transfer.Length ?? 0);
            terminal.Write(row);
        }
    }

    /// <summary>Takes all rows away.</summary>
    public void Complete()
    {
        foreach (var (transfer, id) in _bars)
            terminal.Write(Row(id, TitleOf(transfer), "Done", ProgressRecordType.Completed));
        _bars.Clear();
        terminal.Write(Row(BatchId, ProgressText.Downloading, "Done", ProgressRecordType.Completed));
    }

    private static string TitleOf(SaveTransfer transfer) =>
        transfer.Planned.Title is { Length: > 0 } title ? title : transfer.Planned.Given.LessonId ?? transfer.Planned.Given.VideoId;

    private RunFigures Read(List<SaveTransfer> running, Hold? held)
    {
        var (now, received) = (Stopwatch.GetTimestamp(), run.BytesReceived);
        // A file that is read moves, too.
        var moved = received + running.Sum(transfer => transfer.Offset);
        if (moved != _movedBytes || held is not null || running.Count == 0)
            (_movedBytes, _movedAt) = (moved, now);
        if (held is not null)
            _samples.Clear();
        _samples.Enqueue((now, received));
        while (Stopwatch.GetElapsedTime(_samples.Peek().At, now).TotalSeconds > RateWindow)
            _samples.Dequeue();
        var (since, bytes) = _samples.Peek();
        var seconds = Stopwatch.GetElapsedTime(since, now).TotalSeconds;
        return new RunFigures(run.Ended, run.Count, run.DoneBytes, run.WholeBytes, seconds > 0 ? (received - bytes) / seconds : 0)
        {
            Sending = running.Count,
            LimitedUntil = limiter?.EndOfLimit,
            Still = Stopwatch.GetElapsedTime(_movedAt),
        };
    }

    private static ProgressRecord Row(int id, string activity, string status, ProgressRecordType type = ProgressRecordType.Processing)
    {
        // An empty title is none that PowerShell takes.
        var row = new ProgressRecord(id, activity.Length > 0 ? activity : "-", status) { RecordType = type };
        if (id != BatchId)
            row.ParentActivityId = BatchId;
        return row;
    }

    private static int Percent(long part, long whole) => whole > 0 ? (int)Math.Clamp(part * 100 / whole, 0, 100) : 0;
}
