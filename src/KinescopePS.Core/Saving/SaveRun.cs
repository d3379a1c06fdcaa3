using System.Collections.Concurrent;
using KinescopePS.Files;
using KinescopePS.Kinescope;

namespace KinescopePS.Saving;

/// <summary>Saves planned videos, so many at once.</summary>
/// <param name="saver">Saves one.</param>
/// <param name="planned">The videos, in their order.</param>
/// <param name="lanes">The number that is under way at once.</param>
/// <param name="maxDuration">The time after which nothing is begun any more; null for no end.</param>
/// <param name="time">The clock.</param>
/// <param name="started">The time stamp that this time counts from; null for now.</param>
internal sealed class SaveRun(
    VideoSaver saver, IReadOnlyList<PlannedSave> planned, int lanes, TimeSpan? maxDuration, TimeProvider time, long? started = null)
{
    private readonly ConcurrentDictionary<SaveTransfer, byte> _running = new();
    private readonly long _started = started ?? time.GetTimestamp();
    private readonly object _counting = new();

    // A copy is made by the lane that saved what it is a copy of. What was read longest ago is read first, after all that is missing: a
    // run that ends early has not read the same as the one before.
    private readonly List<PlannedSave> _first =
    [
        .. planned.Where(one => one.Source?.First is null)
            .OrderBy(one => one.Step == SaveStep.Compare ? one.Known.Saved?.At ?? DateTimeOffset.UnixEpoch : DateTimeOffset.MinValue),
    ];

    private readonly ILookup<object?, PlannedSave> _copies = planned.Where(one => one.Source?.First is not null)
        .ToLookup(one => (object?)one.Source!.First, ReferenceEqualityComparer.Instance);

    private int _next = -1;
    private int _ended;
    private int _leftOver;
    private int _begun;
    private long _settledBytes;
    private long _endedBytes;
    private long _doneBytes;

    /// <summary>The failure that stopped the run.</summary>
    public KinescopeException? StoppedBy { get; private set; }

    /// <summary>The videos whose outcome is there.</summary>
    public int Ended => Volatile.Read(ref _ended);

    /// <summary>The videos that were not begun because the time was up.</summary>
    public int LeftOver => Volatile.Read(ref _leftOver);

    /// <summary>The videos that were begun.</summary>
    public int Begun => Volatile.Read(ref _begun);

    /// <summary>All videos.</summary>
    public int Count => planned.Count;

    /// <summary>The size of all of them, as far as it is known. Unit: bytes.</summary>
    public long WholeBytes { get; } = planned.Sum(one => one.Asset?.Length ?? 0);

    /// <summary>The transfers under way.</summary>
    public IEnumerable<SaveTransfer> Running => _running.Keys;

    /// <summary>The bytes that this run has received. Unit: bytes.</summary>
    public long BytesReceived => Interlocked.Read(ref _endedBytes) + _running.Keys.Sum(transfer => transfer.Received);

    /// <summary>The bytes that are there, received now or before. They never fall. Unit: bytes.</summary>
    public long DoneBytes
    {
        get
        {
            lock (_counting)
                return _doneBytes = Math.Max(_doneBytes, _settledBytes + _running.Keys.Sum(transfer => transfer.Offset));
        }
    }

    private bool IsOver => maxDuration is { } limit && time.GetElapsedTime(_started) >= limit;

    /// <summary>Refuses a run for which the disk has no room.</summary>
    /// <param name="folder">The folder, which need not be there yet.</param>
    /// <param name="planned">The videos.</param>
    /// <exception cref="KinescopeException"><c>DiskRoomShort</c>.</exception>
    public static void RequireRoom(string folder, IReadOnlyList<PlannedSave> planned)
    {
        var there = folder;
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
            there = parent;
        // What is compared may need none: one that does is refused by itself.
        var needed = planned.Sum(one => one.Room);
        if (needed > 0 && FileRights.RoomIn(there) is { } room && room < needed)
            throw new KinescopeException(
                ErrorIds.DiskRoomShort,
                $"The disk of {folder} has {Figures.Bytes(room)} left, and the videos need {Figures.Bytes(needed)}. Nothing was begun: "
                + "make room, name another folder, or save fewer videos.")
            {
                StopsRun = true,
            };
    }

    /// <summary>
    /// Works until all videos are through, or something stops the run: then what is under way ends where it is, and its bytes are kept.
    /// </summary>
    /// <param name="ended">Callback for each outcome, as it comes, from another thread.</param>
    /// <param name="cancellation">Cancels all.</param>
    public async Task WorkAsync(Action<SaveOutcome> ended, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = Enumerable.Range(0, Math.Min(lanes, _first.Count)).Select(_ => Task.Run(() => LaneAsync(ended, stop), stop.Token));
        try
        {
            await Task.WhenAll(working).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (StoppedBy is not null && !cancellation.IsCancellationRequested)
        {
            // What stopped the run is the outcome of its video.
        }
    }

    private async Task LaneAsync(Action<SaveOutcome> ended, CancellationTokenSource stop)
    {
        while (!stop.IsCancellationRequested && Interlocked.Increment(ref _next) is var next && next < _first.Count)
        {
            var first = _first[next];
            var outcome = await WorkOnAsync(first, null, ended, stop).ConfigureAwait(false);
            foreach (var copy in _copies[first])
                await WorkOnAsync(copy, outcome?.Failure, ended, stop).ConfigureAwait(false);
        }
    }

    private async Task<SaveOutcome?> WorkOnAsync(
        PlannedSave one, KinescopeException? firstFailure, Action<SaveOutcome> ended, CancellationTokenSource stop)
    {
        if (stop.IsCancellationRequested)
            return null;
        if (IsOver)
        {
            Interlocked.Increment(ref _leftOver);
            return null;
        }

        Interlocked.Increment(ref _begun);
        var transfer = new SaveTransfer(one);
        _running.TryAdd(transfer, 0);
        try
        {
            // What is in the way of the first is not in the way of its copy.
            var outcome = firstFailure is not null && !IsOfPlace(firstFailure)
                ? VideoSaver.FailedWith(one, one.Source!.First!, firstFailure)
                : await saver.SaveAsync(transfer, stop.Token).ConfigureAwait(false);
            Settle(transfer, outcome);
            ended(outcome);
            if (outcome.Failure is { StopsRun: true } failure)
            {
                StoppedBy ??= failure;
                await stop.CancelAsync().ConfigureAwait(false);
            }

            return outcome;
        }
        finally
        {
            _running.TryRemove(transfer, out _);
        }
    }

    private static bool IsOfPlace(KinescopeException failure) => failure.ErrorId is ErrorIds.SavedFileExists
        or ErrorIds.SavedFileNotWritable or ErrorIds.LessonFileUnreadable or ErrorIds.LessonFileNotFound;

    private void Settle(SaveTransfer transfer, SaveOutcome outcome)
    {
        lock (_counting)
        {
            _settledBytes += outcome.Failure is null ? outcome.Result.Length ?? 0 : transfer.Offset;
            Interlocked.Add(ref _endedBytes, transfer.Received);
            _running.TryRemove(transfer, out _);
        }

        Interlocked.Increment(ref _ended);
    }
}
