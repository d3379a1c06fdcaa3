using System.Diagnostics;
using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using static KinescopePS.Commands.SizeText;

namespace KinescopePS.Commands;

/// <summary>
/// The progress bars of a run: one for the batch, one for each running file. Only the newest figures are shown, once a
/// second, so that a slow host slows nothing.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="hold">Reads what holds everything back; null for nothing.</param>
/// <param name="write">Shows a record.</param>
internal sealed class UploadProgress(UploadRun run, Func<Hold?> hold, Action<ProgressRecord> write)
{
    private const string Activity = "Uploading to Kinescope";
    private const int BatchId = 1;

    /// <summary>The time over which the rate is taken. Unit: seconds.</summary>
    private const double RateWindow = 15;

    private readonly Dictionary<FileTransfer, int> _bars = [];
    private readonly Queue<(long At, long Bytes)> _samples = new();
    private int _plannedFiles;
    private long _plannedBytes;
    private int _endedFiles;
    private long _endedBytes;

    /// <summary>The number of files that were planned and have not ended.</summary>
    public int Unended => _plannedFiles - _endedFiles;

    public void Planned(UploadItem item)
    {
        _plannedFiles++;
        _plannedBytes += item.Length ?? 0;
    }

    public void Ended(LessonUpload result)
    {
        _endedFiles++;
        _endedBytes += result.Length ?? 0;
    }

    /// <summary>Shows where the run stands.</summary>
    public void Show()
    {
        var running = run.Running.ToList();
        foreach (var ended in _bars.Keys.Except(running).ToList())
        {
            write(Bar(_bars[ended], ended.Item.Title, "Done", ProgressRecordType.Completed));
            _bars.Remove(ended);
        }

        var held = hold();
        if (running.Count == 0 && _endedFiles == 0 && held is null)
            return;

        var done = _endedBytes + running.Sum(transfer => transfer.Offset);
        var rate = Rate();
        // What stands still by order says nothing of the line.
        if (held is not null)
            _samples.Clear();
        var files = $"{_endedFiles} of {_plannedFiles} files" + (run.Elsewhere > 0 ? $" ({run.Elsewhere} with other machines)" : "");
        var batch = held is null
            ? Bar(BatchId, Activity, $"{files}, {Bytes(done)} of {Bytes(_plannedBytes)}, {Bytes(rate)}/s", ProgressRecordType.Processing)
            : HoldRow.Of(BatchId, files, held);
        batch.PercentComplete = Percent(done, _plannedBytes);
        batch.SecondsRemaining = held is null ? Seconds(_plannedBytes - done, rate) : -1;
        write(batch);
        foreach (var transfer in running)
            write(FileBar(transfer, held is null ? rate / running.Count : null));
    }

    /// <summary>Takes all bars away.</summary>
    public void Complete()
    {
        foreach (var (transfer, id) in _bars)
            write(Bar(id, transfer.Item.Title, "Done", ProgressRecordType.Completed));
        _bars.Clear();
        write(Bar(BatchId, Activity, "Done", ProgressRecordType.Completed));
    }

    /// <param name="transfer">The file's transfer.</param>
    /// <param name="rate">Unit: bytes per second; null while everything is held back.</param>
    private ProgressRecord FileBar(FileTransfer transfer, double? rate)
    {
        if (!_bars.TryGetValue(transfer, out var id))
            _bars[transfer] = id = Enumerable.Range(BatchId + 1, _bars.Count + 1).Except(_bars.Values).First();

        var length = transfer.Length;
        var sent = $"{Bytes(transfer.Offset)} of {Bytes(length)}";
        var status = (rate, transfer.Step) switch
        {
            (null, TransferStep.Creating) => "waits to create its video",
            (null, TransferStep.Sending) => $"{sent}, waits",
            (null, TransferStep.Ending) => $"{sent}, waits to end",
            _ => sent,
        };
        var bar = Bar(id, transfer.Item.Title, status, ProgressRecordType.Processing);
        bar.PercentComplete = Percent(transfer.Offset, length);
        bar.SecondsRemaining = Seconds(length - transfer.Offset, rate ?? 0);
        return bar;
    }

    private static ProgressRecord Bar(int id, string activity, string status, ProgressRecordType type)
    {
        var bar = new ProgressRecord(id, activity, status) { RecordType = type };
        if (id != BatchId)
            bar.ParentActivityId = BatchId;
        return bar;
    }

    /// <summary>The rate of the last seconds. Unit: bytes per second.</summary>
    private double Rate()
    {
        var now = Stopwatch.GetTimestamp();
        _samples.Enqueue((now, run.BytesSent));
        while (Stopwatch.GetElapsedTime(_samples.Peek().At, now).TotalSeconds > RateWindow)
            _samples.Dequeue();
        var (since, bytes) = _samples.Peek();
        var seconds = Stopwatch.GetElapsedTime(since, now).TotalSeconds;
        return seconds > 0 ? (run.BytesSent - bytes) / seconds : 0;
    }

    private static int Percent(long part, long whole) => whole > 0 ? (int)Math.Clamp(part * 100 / whole, 0, 100) : 0;

    private static int Seconds(long bytes, double rate) => rate > 0 ? (int)Math.Min(bytes / rate, int.MaxValue) : -1;
}
