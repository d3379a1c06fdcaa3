using System.Collections.Concurrent;
using System.Threading.Channels;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>
/// The road from the plan to the results, in stages joined by queues: files are sent by so many workers at once, and what is sent is
/// confirmed, where that is asked for, while the next files go. Files are added meanwhile.
/// </summary>
/// <param name="uploader">Uploads one file.</param>
/// <param name="confirmer">Waits for what Kinescope makes of each; null for results as soon as the bytes are there.</param>
/// <param name="record">The record: where it is lost, the run stops.</param>
/// <param name="meter">Counts.</param>
/// <param name="throttle">How many at once.</param>
/// <param name="endsTogether">True where the last files are sent largest first, so that no large one is sent alone at the end.</param>
/// <param name="maxDuration">The time after which nothing is begun any more; null for no end.</param>
/// <param name="time">The clock.</param>
/// <param name="started">The time stamp that this time counts from; null for now.</param>
internal sealed partial class UploadRun(
    VideoUploader uploader,
    VideoConfirmer? confirmer,
    IUploadRecord record,
    UploadMeter meter,
    UploadThrottle throttle,
    bool endsTogether,
    TimeSpan? maxDuration,
    TimeProvider time,
    long? started = null) : IDisposable
{
    /// <summary>The files that the plan may be ahead of the uploads: bounds the memory of a very long one.</summary>
    private const int LookAhead = 10_000;

    /// <summary>The files that are begun at once at the very beginning; then twice as many each time.</summary>
    private const int FirstLanes = UploadThrottle.First;

    private static readonly TimeSpan BetweenLanes = TimeSpan.FromSeconds(0.5);

    /// <summary>The least time between two looks at lessons that others work on.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly Channel<PlannedUpload> _planned = Channel.CreateBounded<PlannedUpload>(LookAhead);
    private readonly Channel<(UploadItem Item, UploadOutcome Outcome)> _sent = Channel.CreateUnbounded<(UploadItem, UploadOutcome)>();
    private readonly Channel<bool> _someElsewhere = Channel.CreateUnbounded<bool>();
    private readonly ConcurrentDictionary<FileTransfer, byte> _running = new();
    private readonly ConcurrentDictionary<string, PlannedUpload> _elsewhere = new();
    private readonly CancellationTokenSource _halt = new(), _drain = new();
    private readonly long _started = started ?? time.GetTimestamp();
    private readonly object _counting = new();
    private readonly List<Task> _lanes = [];
    private CancellationToken? _sending;
    private int _openLanes;
    private int _mayOpen = FirstLanes;
    private long _endedBytesSent;
    private long _settledBytes;
    private long _doneBytes;
    private int _confirming;
    private int _ended;
    private int _leftOver;
    private int _begun;
    private int _unended;
    private volatile bool _isComplete;

    /// <summary>The failure that stopped the run: after it nothing is begun, and what was under way ends with its progress kept.</summary>
    public KinescopeException? StoppedBy { get; private set; }

    /// <summary>The number of files that were not begun because the time was up.</summary>
    public int LeftOver => _leftOver;

    /// <summary>The number of files that were begun.</summary>
    public int Begun => _begun;

    /// <summary>The lessons that other machines work on: they are looked at again once these are done with them.</summary>
    public int Elsewhere => _elsewhere.Count;

    /// <summary>True where the run was told to begin nothing more.</summary>
    public bool IsDraining => _drain.IsCancellationRequested;

    /// <summary>The transfers under way, without those whose turn comes next.</summary>
    public IEnumerable<FileTransfer> Running => _running.Keys.Where(transfer => transfer.Turn.IsCompleted);

    /// <summary>The number of files that may be under way: more than the throttle says while those that are end.</summary>
    public int OpenLanes
    {
        get
        {
            lock (_lanes)
                return _openLanes;
        }
    }

    /// <summary>The bytes that the run has sent so far.</summary>
    public long BytesSent => Interlocked.Read(ref _endedBytesSent) + _running.Keys.Sum(transfer => transfer.BytesSent);

    /// <summary>The bytes of the run's files that are done with, sent now or before. They never fall. Unit: bytes.</summary>
    public long DoneBytes
    {
        get
        {
            lock (_counting)
                return _doneBytes = Math.Max(_doneBytes, _settledBytes + _running.Keys.Sum(transfer => transfer.Offset));
        }
    }

    /// <summary>The files whose outcome is there.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>The files that are sent and that Kinescope is processing, where that is waited for.</summary>
    public int Processing => Volatile.Read(ref _confirming);

    private bool IsOver => IsDraining || maxDuration is { } limit && time.GetElapsedTime(_started) >= limit;

    /// <summary>Waits for room in the queue and adds a file.</summary>
    /// <returns>False where the run was stopped.</returns>
    public async Task<bool> AddAsync(PlannedUpload planned, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _unended);
        try
        {
            await _planned.Writer.WriteAsync(planned, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <summary>Begins nothing more: what is under way is finished.</summary>
    public void Drain() => _drain.Cancel();

    /// <summary>Stops the run: what is under way ends with its progress kept.</summary>
    public void Stop(KinescopeException failure)
    {
        // The step that met a loss of the record names its video; the record itself does not.
        if (StoppedBy is null || StoppedBy == record.LostBy)
            StoppedBy = failure;
        _planned.Writer.TryComplete();
        _halt.Cancel();
    }

    /// <summary>The failures beside a file's video that are its own: that which stopped the run is told at its end.</summary>
    public IEnumerable<KinescopeException> OwnFailuresOf(UploadOutcome outcome) =>
        outcome.Companions.Failures.Where(failure => failure != StoppedBy);

    /// <summary>Says that no file will follow.</summary>
    public void Complete()
    {
        _isComplete = true;
        CompleteIfEnded();
    }

    /// <summary>
    /// Works until the queues are complete and empty, or something stops the run. Every outcome that exists is given before this ends,
    /// unless it is cancelled.
    /// </summary>
    /// <param name="ended">Callback for each outcome, as it comes, from another thread.</param>
    /// <param name="cancellation">Cancels all stages; what they did is recorded.</param>
    public async Task WorkAsync(Action<UploadOutcome> ended, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _halt.Token);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        using var lost = record.Lost.Register(() => Stop(record.LostBy!));
        var watching = WatchAsync(watch.Token);
        try
        {
            var returning = ReturnAsync(watch.Token);
            await Task.WhenAll(SendAllAsync(stop.Token, cancellation), ConfirmAllAsync(ended, stop.Token, cancellation))
                .ConfigureAwait(false);
            await watch.CancelAsync().ConfigureAwait(false);
            await returning.ConfigureAwait(false);
        }
        finally
        {
            await watch.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _halt.Dispose();
        _drain.Dispose();
    }

    private void CompleteIfEnded()
    {
        if (_isComplete && Volatile.Read(ref _unended) == 0)
            _planned.Writer.TryComplete();
    }

    private void End()
    {
        Interlocked.Decrement(ref _unended);
        CompleteIfEnded();
    }

    /// <summary>Sends as many files at once as may be by now. Fewer come about as files end.</summary>
    public void FollowThrottle()
    {
        lock (_lanes)
        {
            for (; _openLanes < Math.Min(throttle.Count, _mayOpen) && _sending is { } stop; _openLanes++)
                _lanes.Add(Task.Run(() => SendManyAsync(stop), CancellationToken.None));
        }
    }

    // Many connections that begin at the same moment overflow the queue before the line together, and take seconds to recover.
    private async Task OpenAsync(CancellationToken stop)
    {
        for (_mayOpen = FirstLanes; ; _mayOpen *= 2)
        {
            FollowThrottle();
            if (_mayOpen >= throttle.Count)
                break;
            await Task.Delay(BetweenLanes, time, stop).ConfigureAwait(false);
        }

        _mayOpen = int.MaxValue;
    }

    private bool LeavesLane()
    {
        lock (_lanes)
        {
            var leaves = _openLanes > throttle.Count;
            _openLanes -= leaves ? 1 : 0;
            return leaves;
        }
    }

    private async Task SendAllAsync(CancellationToken stop, CancellationToken cancellation)
    {
        lock (_lanes)
            _sending = stop;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var opening = OpenAsync(ended.Token);
        try
        {
            await LanesAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (StoppedBy is not null && !cancellation.IsCancellationRequested)
        {
            // What stopped the run is the outcome of its file.
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _sent.Writer.Complete();
        }
    }

    private async Task LanesAsync()
    {
        while (true)
        {
            Task[] lanes;
            lock (_lanes)
                lanes = [.. _lanes];
            await Task.WhenAll(lanes).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_lanes)
            {
                if (_lanes.Count > lanes.Length)
                    continue;
                _sending = null;
            }

            await Task.WhenAll(lanes).ConfigureAwait(false);
            return;
        }
    }

    private async Task SendManyAsync(CancellationToken cancellation)
    {
        // What is recorded of a file after its bytes takes no time from the next one's.
        var (last, beforeLast, bytes) = (Task.CompletedTask, Task.CompletedTask, Task.CompletedTask);
        try
        {
            while (await NextAsync(cancellation).ConfigureAwait(false) is { } planned)
            {
                if (IsOver)
                {
                    Interlocked.Increment(ref _leftOver);
                    End();
                    continue;
                }

                // While the last bytes of a file are under way, the video of the next one is created.
                Interlocked.Increment(ref _begun);
                var transfer = new FileTransfer(planned.Item, meter, time, bytes);
                (beforeLast, last, bytes) = (last, SendAsync(planned, transfer, last, cancellation), transfer.BytesDone);
                await transfer.AtItsEnd.ConfigureAwait(false);
                await beforeLast.ConfigureAwait(false);
                if (LeavesLane())
                    break;
            }
        }
        finally
        {
            await last.ConfigureAwait(false);
        }
    }

    private async Task SendAsync(PlannedUpload planned, FileTransfer transfer, Task before, CancellationToken cancellation)
    {
        var settled = 0L;
        _running.TryAdd(transfer, 0);
        try
        {
            var outcome = await uploader.UploadAsync(planned, transfer, cancellation).ConfigureAwait(false);
            // Where it ended before the one before, it stops nothing that is under way, and no result overtakes another.
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (outcome.Failure?.ErrorId == ErrorIds.LessonClaimed && _elsewhere.TryAdd(planned.Item.Key, planned))
            {
                _someElsewhere.Writer.TryWrite(true);
                if (IsOver)
                    LeaveElsewhere();
                return;
            }

            settled = outcome.Failure is null ? transfer.Length : transfer.Offset;
            meter.Replanned(settled - (planned.Item.Length ?? 0));
            var cause = outcome.Failure ?? outcome.Companions.Failures.FirstOrDefault(companion => companion.StopsRun);
            if (cause is { StopsRun: true })
                Stop(cause);
            _sent.Writer.TryWrite((planned.Item, outcome));
            End();
        }
        finally
        {
            transfer.EndAll();
            lock (_counting)
            {
                Interlocked.Add(ref _endedBytesSent, transfer.BytesSent);
                _settledBytes += settled;
                _running.TryRemove(transfer, out _);
            }
        }
    }

    private async Task ConfirmAllAsync(Action<UploadOutcome> ended, CancellationToken stop, CancellationToken cancellation)
    {
        // Kinescope takes its time: no file waits for another's video.
        var confirming = new List<Task>();
        await foreach (var (item, outcome) in _sent.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (confirmer is null)
            {
                Interlocked.Increment(ref _ended);
                ended(outcome);
                continue;
            }

            confirming.RemoveAll(task => task.IsCompletedSuccessfully);
            confirming.Add(ConfirmAsync(item, outcome));
        }

        await Task.WhenAll(confirming).ConfigureAwait(false);

        async Task ConfirmAsync(UploadItem item, UploadOutcome outcome)
        {
            Interlocked.Increment(ref _confirming);
            UploadOutcome confirmed;
            try
            {
                confirmed = await confirmer!.ConfirmAsync(item, outcome, stop, cancellation).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref _confirming);
            }

            if (confirmed.Failure is { StopsRun: true } failure)
                Stop(failure);
            Interlocked.Increment(ref _ended);
            ended(confirmed);
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        try
        {
            await (confirmer?.WatchAsync(cancellation) ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            // Nobody would be told any more that his video is done.
            Stop(failure as KinescopeException ?? KinescopeException.Unexpected(failure));
        }
    }
}
