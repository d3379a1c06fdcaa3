using System.Collections.Concurrent;

namespace KinescopePS.Transfer;

/// <summary>Counts what a run sent, what it had to send again and what it waited for. Callable from any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class UploadMeter(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly ConcurrentDictionary<string, int> _retries = new();
    private readonly ConcurrentDictionary<string, double> _secondsLost = new();
    private readonly ConcurrentDictionary<LessonUploadStatus, int> _files = new();
    private long _bytesSent;
    private long _bytesNeeded;

    /// <summary>A step is repeated.</summary>
    /// <param name="cause">The error id of the failure.</param>
    /// <param name="wait">The wait before the repetition.</param>
    public void Retried(string cause, TimeSpan wait)
    {
        _retries.AddOrUpdate(cause, 1, (_, count) => count + 1);
        Lost(cause, wait);
    }

    /// <summary>Time went by in which nothing could be sent.</summary>
    public void Lost(string cause, TimeSpan time) =>
        _secondsLost.AddOrUpdate(cause, time.TotalSeconds, (_, seconds) => seconds + time.TotalSeconds);

    /// <summary>Bytes were handed to a connection.</summary>
    public void Sent(int count) => Interlocked.Add(ref _bytesSent, count);

    /// <summary>The server's offset moved on: so many bytes were needed.</summary>
    public void Needed(long count) => Interlocked.Add(ref _bytesNeeded, count);

    public void Ended(LessonUploadStatus status) => _files.AddOrUpdate(status, 1, (_, count) => count + 1);

    public UploadSummary Summary() => new()
    {
        Uploaded = _files.GetValueOrDefault(LessonUploadStatus.Uploaded),
        Skipped = _files.GetValueOrDefault(LessonUploadStatus.Skipped),
        Failed = _files.GetValueOrDefault(LessonUploadStatus.Failed),
        BytesSent = Interlocked.Read(ref _bytesSent),
        BytesNeeded = Interlocked.Read(ref _bytesNeeded),
        Elapsed = time.GetElapsedTime(_started),
        Retries = new SortedDictionary<string, int>(_retries),
        TimeLost = new SortedDictionary<string, TimeSpan>(
            _secondsLost.ToDictionary(pair => pair.Key, pair => TimeSpan.FromSeconds(pair.Value))),
    };
}
