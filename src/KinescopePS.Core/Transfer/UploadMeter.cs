using System.Collections.Concurrent;
using KinescopePS.Kinescope;

namespace KinescopePS.Transfer;

/// <summary>Counts what a run sent, what it had to send again and what it waited for. Callable from any thread.</summary>
/// <param name="time">The clock.</param>
internal sealed class UploadMeter(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly ConcurrentDictionary<string, int> _retries = new();
    private readonly ConcurrentDictionary<string, double> _secondsLost = new();
    private readonly ConcurrentDictionary<string, double> _secondsWaited = new();
    private readonly ConcurrentDictionary<LessonUploadStatus, int> _files = new();
    private readonly ConcurrentDictionary<LessonCompanionStatus, int> _companions = new();
    private int _planned;
    private long _plannedBytes;
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

    /// <summary>Everything stood still for a while.</summary>
    /// <param name="reason">As <see cref="Hold.Reason"/>.</param>
    /// <param name="time">The while.</param>
    public void Waited(string reason, TimeSpan time) =>
        _secondsWaited.AddOrUpdate(reason, time.TotalSeconds, (_, seconds) => seconds + time.TotalSeconds);

    /// <summary>A file was taken into the run.</summary>
    public void Planned(long length)
    {
        Interlocked.Increment(ref _planned);
        Interlocked.Add(ref _plannedBytes, length);
    }

    /// <summary>A file of the run turned out to be longer, or its rest will not be sent.</summary>
    public void Replanned(long bytes) => Interlocked.Add(ref _plannedBytes, bytes);

    /// <summary>A result is there.</summary>
    public void Ended(LessonUploadStatus status) => _files.AddOrUpdate(status, 1, (_, count) => count + 1);

    /// <summary>The end of what stands beside a video is there.</summary>
    public void Ended(CompanionOutcome companions)
    {
        Add(LessonCompanionStatus.Sent, companions.Sent.Count);
        Add(LessonCompanionStatus.Unchanged, companions.Unchanged.Count);
        Add(LessonCompanionStatus.Left, companions.Left.Count);
        Add(LessonCompanionStatus.Failed, companions.Failed.Count);

        void Add(LessonCompanionStatus status, int more) => _companions.AddOrUpdate(status, more, (_, count) => count + more);
    }

    /// <summary>The files that were taken into the run.</summary>
    public int PlannedFiles => Volatile.Read(ref _planned);

    /// <summary>Their size. Unit: bytes.</summary>
    public long PlannedBytes => Interlocked.Read(ref _plannedBytes);

    /// <summary>The repetitions so far, by cause.</summary>
    public IReadOnlyDictionary<string, int> Retries => new SortedDictionary<string, int>(_retries);

    /// <summary>The time in which everything stood still, by reason.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Waits => TimesOf(_secondsWaited);

    /// <param name="notReached">The files that came and were not ended.</param>
    /// <param name="record">The record's name.</param>
    public UploadSummary Summary(int notReached, string? record) => new()
    {
        Uploaded = _files.GetValueOrDefault(LessonUploadStatus.Uploaded),
        AlreadyThere = _files.GetValueOrDefault(LessonUploadStatus.Skipped),
        Failed = _files.GetValueOrDefault(LessonUploadStatus.Failed),
        NotReached = notReached,
        CompanionsSent = _companions.GetValueOrDefault(LessonCompanionStatus.Sent),
        CompanionsUnchanged = _companions.GetValueOrDefault(LessonCompanionStatus.Unchanged),
        CompanionsLeft = _companions.GetValueOrDefault(LessonCompanionStatus.Left),
        CompanionsFailed = _companions.GetValueOrDefault(LessonCompanionStatus.Failed),
        ProgressFile = record,
        StartedAt = _startedAt,
        Waited = Waits,
        BytesSent = Interlocked.Read(ref _bytesSent),
        BytesNeeded = Interlocked.Read(ref _bytesNeeded),
        Elapsed = time.GetElapsedTime(_started),
        Retries = Retries,
        TimeLost = TimesOf(_secondsLost),
    };

    private static SortedDictionary<string, TimeSpan> TimesOf(ConcurrentDictionary<string, double> seconds) =>
        new(seconds.ToDictionary(pair => pair.Key, pair => TimeSpan.FromSeconds(pair.Value)));
}
