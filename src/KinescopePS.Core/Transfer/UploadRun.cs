using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace KinescopePS.Transfer;

/// <summary>
/// A run: a queue of files and the workers that upload them, so many at once. Files are added while uploads are under way.
/// </summary>
/// <param name="uploader">Uploads one file.</param>
/// <param name="meter">Counts.</param>
/// <param name="throttleLimit">How many at once.</param>
/// <param name="verifier">Looks at what Kinescope made of each file; null where nobody asked.</param>
/// <param name="maxDuration">After this time nothing is begun any more; null for no end.</param>
internal sealed class UploadRun(VideoUploader uploader, UploadMeter meter, VideoVerifier? verifier, int throttleLimit, TimeSpan? maxDuration) : IDisposable
{
    /// <summary>How far the plan may be ahead of the uploads: bounds the memory of a very long one.</summary>
    private const int LookAhead = 10_000;

    private readonly Channel<UploadItem> _queue = Channel.CreateBounded<UploadItem>(LookAhead);
    private readonly ConcurrentDictionary<FileTransfer, byte> _running = new();
    private readonly ConcurrentBag<Task> _verifications = [];
    private readonly CancellationTokenSource _halt = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _endedBytesSent;
    private int _leftOver;

    /// <summary>What stopped the run: after it nothing is begun, and what was under way ends with its progress kept.</summary>
    public KinescopeException? StoppedBy { get; private set; }

    /// <summary>How many files were not begun because the time was up.</summary>
    public int LeftOver => _leftOver;

    /// <summary>The transfers under way.</summary>
    public IEnumerable<FileTransfer> Running => _running.Keys;

    /// <summary>What the run has sent so far. Unit: bytes.</summary>
    public long BytesSent => Interlocked.Read(ref _endedBytesSent) + _running.Keys.Sum(transfer => transfer.BytesSent);

    private bool IsTimeUp => maxDuration is { } limit && Stopwatch.GetElapsedTime(_started) >= limit;

    /// <summary>Waits for room in the queue and adds a file.</summary>
    public async Task AddAsync(UploadItem item, CancellationToken cancellation)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The run was stopped: what stopped it is told by its own outcome.
        }
    }

    /// <summary>Says that no file will follow.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Uploads until the queue is complete and empty, or something stops the run.</summary>
    /// <param name="ended">Told of each outcome, as it comes, from the worker's thread.</param>
    /// <param name="cancellation">Stops the workers; what they did is recorded.</param>
    public async Task WorkAsync(Action<UploadOutcome> ended, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _halt.Token);
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var watching = verifier?.WatchAsync(watch.Token) ?? Task.CompletedTask;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, throttleLimit).Select(_ => Task.Run(() => WorkOneAsync(ended, stop.Token), CancellationToken.None))).ConfigureAwait(false);
            await Task.WhenAll(_verifications).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (StoppedBy is not null && !cancellation.IsCancellationRequested)
        {
            // What stopped the run has been told as the outcome of its file.
        }
        finally
        {
            await watch.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(watching).ConfigureAwait(false);
        }
    }

    public void Dispose() => _halt.Dispose();

    private async Task WorkOneAsync(Action<UploadOutcome> ended, CancellationToken cancellation)
    {
        await foreach (var item in _queue.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (IsTimeUp)
            {
                Interlocked.Increment(ref _leftOver);
                continue;
            }

            var transfer = new FileTransfer(item, meter);
            _running.TryAdd(transfer, 0);
            try
            {
                var outcome = await uploader.UploadAsync(item, transfer, cancellation).ConfigureAwait(false);
                // Kinescope takes its time: the next file does not wait for it.
                if (verifier is not null)
                    _verifications.Add(VerifyAsync(item, outcome, ended, cancellation));
                else
                    End(outcome, ended);
            }
            finally
            {
                Interlocked.Add(ref _endedBytesSent, transfer.BytesSent);
                _running.TryRemove(transfer, out _);
            }
        }
    }

    private async Task VerifyAsync(UploadItem item, UploadOutcome outcome, Action<UploadOutcome> ended, CancellationToken cancellation) =>
        End(await verifier!.VerifyAsync(item, outcome, cancellation).ConfigureAwait(false), ended);

    private void End(UploadOutcome outcome, Action<UploadOutcome> ended)
    {
        ended(outcome);
        if (outcome.Failure is { StopsRun: true } failure)
            Halt(failure);
    }

    private void Halt(KinescopeException failure)
    {
        StoppedBy ??= failure;
        _queue.Writer.TryComplete();
        _halt.Cancel();
    }
}
