using System.Diagnostics;
using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using KinescopePS.Tus;

namespace KinescopePS.Commands;

/// <summary>
/// The progress rows of a run: one for the batch, one for what Kinescope is processing, one for each running file. Only the newest figures
/// are shown, once a second, so that a slow host slows nothing. Where no row can be drawn, a line a minute tells the same.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="meter">Its counts.</param>
/// <param name="hold">Reads what holds everything back; null for nothing.</param>
/// <param name="limiter">The run's bandwidth; null for no limit.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class UploadProgress(
    UploadRun run, UploadMeter meter, Func<Hold?> hold, BandwidthLimiter? limiter, ProgressTerminal terminal)
{
    private const int BatchId = 1;

    /// <summary>Above those of all files, of which there are 64 at the most.</summary>
    private const int ProcessingId = 100;

    /// <summary>The time over which the rate is taken. Unit: seconds.</summary>
    private const double RateWindow = 15;

    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly Dictionary<FileTransfer, int> _bars = [];
    private readonly Queue<(long At, long Bytes)> _samples = new();
    private long _movedAt = Stopwatch.GetTimestamp();
    private long _lineAt = Stopwatch.GetTimestamp();
    private long _movedBytes;
    private bool _hasProcessing;

    /// <summary>Shows where the run stands.</summary>
    public void Show()
    {
        var running = run.Running.ToList();
        var held = hold();
        var figures = Read(running, held);
        foreach (var ended in _bars.Keys.Except(running).ToList())
        {
            terminal.Write(Row(_bars[ended], ended.Item.Title, "Done", ProgressRecordType.Completed));
            _bars.Remove(ended);
        }

        if (running.Count == 0 && figures.Ended == 0 && held is null)
            return;
        SayLineWhenDue(figures, held);
        var (activity, status) = held is null
            ? (ProgressText.Activity, ProgressText.Batch(figures, terminal.Columns))
            : ProgressText.Waiting(figures, held, terminal.Columns);
        var batch = Row(BatchId, activity, status);
        batch.PercentComplete = Percent(figures.Done, figures.Whole);
        terminal.Write(batch);
        ShowProcessing(figures);
        foreach (var transfer in running)
            terminal.Write(FileRow(transfer, held is not null));
    }

    /// <summary>Takes all rows away.</summary>
    public void Complete()
    {
        foreach (var (transfer, id) in _bars)
            terminal.Write(Row(id, transfer.Item.Title, "Done", ProgressRecordType.Completed));
        _bars.Clear();
        ShowProcessing(null);
        terminal.Write(Row(BatchId, ProgressText.Activity, "Done", ProgressRecordType.Completed));
    }

    private RunFigures Read(List<FileTransfer> running, Hold? held)
    {
        var rate = Rate();
        // What stands still by order says nothing of the line.
        if (held is not null || running.Count == 0)
            _movedAt = Stopwatch.GetTimestamp();
        if (held is not null)
            _samples.Clear();
        return new RunFigures(run.Ended, meter.PlannedFiles, run.DoneBytes, meter.PlannedBytes, rate)
        {
            Elsewhere = run.Elsewhere,
            Sending = running.Count,
            Processing = run.Processing,
            LimitedUntil = limiter?.EndOfLimit,
            Still = Stopwatch.GetElapsedTime(_movedAt),
        };
    }

    private void SayLineWhenDue(RunFigures figures, Hold? held)
    {
        if (terminal.CanDraw || Stopwatch.GetElapsedTime(_lineAt) < BetweenLines)
            return;
        _lineAt = Stopwatch.GetTimestamp();
        terminal.Say(ProgressText.Line(figures, held));
    }

    private void ShowProcessing(RunFigures? figures)
    {
        var isWanted = figures is { Processing: > 0 };
        if (isWanted)
        {
            var videos = figures!.Processing == 1 ? "1 video" : $"{figures.Processing} videos";
            terminal.Write(Row(ProcessingId, ProgressText.Processing, $"{videos}, {figures.Ended} files are through"));
        }
        else if (_hasProcessing)
        {
            terminal.Write(Row(ProcessingId, ProgressText.Processing, "Done", ProgressRecordType.Completed));
        }

        _hasProcessing = isWanted;
    }

    private ProgressRecord FileRow(FileTransfer transfer, bool isHeld)
    {
        if (!_bars.TryGetValue(transfer, out var id))
            _bars[transfer] = id = Enumerable.Range(BatchId + 1, _bars.Count + 1).Except(_bars.Values).First();
        var (activity, status) = ProgressText.File(transfer, isHeld, terminal.Columns);
        var row = Row(id, activity, status);
        row.PercentComplete = Percent(transfer.Offset, transfer.Length);
        return row;
    }

    private static ProgressRecord Row(int id, string activity, string status, ProgressRecordType type = ProgressRecordType.Processing)
    {
        // An empty title is none that PowerShell takes.
        var row = new ProgressRecord(id, activity.Length > 0 ? activity : "-", status) { RecordType = type };
        if (id != BatchId)
            row.ParentActivityId = BatchId;
        return row;
    }

    /// <summary>The rate of the last seconds. Unit: bytes per second.</summary>
    private double Rate()
    {
        var (now, sent) = (Stopwatch.GetTimestamp(), run.BytesSent);
        if (sent != _movedBytes)
            (_movedBytes, _movedAt) = (sent, now);
        _samples.Enqueue((now, sent));
        while (Stopwatch.GetElapsedTime(_samples.Peek().At, now).TotalSeconds > RateWindow)
            _samples.Dequeue();
        var (since, bytes) = _samples.Peek();
        var seconds = Stopwatch.GetElapsedTime(since, now).TotalSeconds;
        return seconds > 0 ? (sent - bytes) / seconds : 0;
    }

    private static int Percent(long part, long whole) => whole > 0 ? (int)Math.Clamp(part * 100 / whole, 0, 100) : 0;
}
