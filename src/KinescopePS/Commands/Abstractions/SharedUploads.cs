using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Transfer;
using KinescopePS.Tus;

namespace KinescopePS.Commands;

/// <summary>
/// A run's part in a shared record: the others see what it sends, and may stop it; limits are kept together; lessons whose files are not on
/// this machine are left to the others.
/// </summary>
internal sealed class SharedUploads : IDisposable
{
    private const int MostNamed = 20;

    private readonly AsyncCmdlet _cmdlet;
    private readonly ISharedRecord _record;
    private readonly KinescopeHttp _http;
    private readonly List<(UploadItem Item, KinescopeException Failure)> _absent = [];

    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="record">The record.</param>
    /// <param name="run">The run.</param>
    /// <param name="http">Its requests.</param>
    /// <param name="limiter">The bandwidth that all machines share; null where this one has its own.</param>
    public SharedUploads(AsyncCmdlet cmdlet, ISharedRecord record, UploadRun run, KinescopeHttp http, BandwidthLimiter? limiter)
    {
        (_cmdlet, _record, _http) = (cmdlet, record, http);
        record.Work = () => [.. run.Running.Select(WorkOf)];
        record.Warn = message => cmdlet.Post(() => cmdlet.WriteWarning(message));
        record.Draining.Register(run.Drain);
        record.PauseHeard = http.PauseFor;
        http.SharedPace = record.Pace;
        if (limiter is not null)
            limiter.Sharers = () => record.Machines.Count(IsSending);
    }

    /// <summary>True where Stop-KinescopeUpload ended the run.</summary>
    public bool IsStopped => _record.Draining.IsCancellationRequested;

    /// <summary>Notes a lesson whose file is not on this machine.</summary>
    public void AddAbsent(UploadItem item, KinescopeException failure) => _absent.Add((item, failure));

    /// <summary>Says what became of the lessons whose files are not on this machine.</summary>
    /// <param name="take">Takes the result of one that another machine uploaded.</param>
    /// <param name="refuse">Refuses one that nobody has.</param>
    public void SettleAbsent(Action<LessonUpload> take, Action<UploadItem, KinescopeException> refuse)
    {
        if (_absent.Count == 0)
            return;
        try
        {
            _cmdlet.Await(_record.RefreshAsync);
        }
        catch (KinescopeException failure)
        {
            _cmdlet.WriteVerbose(failure.Message);
        }

        List<string> others = [.. _record.Machines.Where(machine => machine.Id != _record.Machine).Select(machine => machine.Name)];
        var left = new List<string>();
        foreach (var (item, failure) in _absent)
        {
            var recorded = _cmdlet.Await(stop => _record.FindAsync(item.Key, stop).AsTask());
            if (recorded is { Stage: UploadStage.Uploaded, VideoId: { } videoId })
                take(item.Result(LessonUploadStatus.Skipped, videoId));
            else if (others.Count > 0)
                left.Add(item.Key);
            else
                refuse(item, failure.Saying(failure.Message + " No other machine is at work that might have it."));
        }

        if (left.Count == 0)
            return;
        var rest = left.Count > MostNamed ? $" and {left.Count - MostNamed} more" : "";
        _cmdlet.WriteWarning(
            $"{left.Count} lessons have no file on this machine, and are left to {string.Join(", ", others)}: "
            + $"{string.Join(", ", left.Take(MostNamed))}{rest}.");
    }

    /// <summary>Takes the run out of what is kept together.</summary>
    public void Dispose() => (_record.PauseHeard, _http.SharedPace) = (null, null);

    // Who has just come sends soon.
    private bool IsSending(SharedMachine machine) => machine.Id == _record.Machine || machine.Work.Count > 0;

    private static SharedWork WorkOf(FileTransfer transfer) => new(
        transfer.Item.Key, transfer.Offset, transfer.Length,
        (long)(transfer.BytesSent / Math.Max(1, transfer.Elapsed.TotalSeconds)));
}
