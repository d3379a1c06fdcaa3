using System.Collections.Concurrent;
using Polly;

namespace KinescopePS.Kinescope;

/// <summary>
/// Waits for Kinescope to be done with videos. One poll asks for all that are waited for, a page at a time, with pauses that grow:
/// Kinescope takes minutes, and 405 videos must not cost 405 calls.
/// </summary>
/// <param name="interval">The first pause between two polls, for each page of videos.</param>
/// <param name="longest">The longest pause.</param>
/// <param name="outage">The longest time in a row for which Kinescope may not be asked, without a wait losing by it.</param>
/// <param name="log">Callback for polls that failed.</param>
internal sealed class VideoWatch(
    KinescopeClient kinescope, ResiliencePipeline retry, TimeSpan interval, TimeSpan longest, TimeSpan outage, Action<string> log)
{
    private const double Growth = 1.5;

    /// <summary>The polls in a row that may not show a video, since a new one may not be seen at once, or that nobody can read.</summary>
    private const int MaxMisses = 3;

    /// <summary>The longest step in which a wait goes on during an outage.</summary>
    private static readonly TimeSpan OutageStep = TimeSpan.FromMinutes(1);

    /// <summary>The longest time that a timer takes.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(49);

    /// <summary>The wait of the first poll for others to join it.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(0.3);

    private readonly ConcurrentDictionary<string, Waiter> _waiting = new();
    private readonly SemaphoreSlim _added = new(0);

    /// <summary>Returns when Kinescope is done with a video, well or badly.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="patience">The longest wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isDone">True for a video that is done with; null for one that can be played or was given up.</param>
    /// <exception cref="KinescopeException">
    /// <c>VideoNotProcessed</c>: not within this time. <c>VideoNotFound</c>, <c>TokenRejected</c> and the like: waiting is of no use.
    /// </exception>
    public async Task<KinescopeVideo> WaitAsync(
        string videoId, TimeSpan patience, CancellationToken cancellation, Func<KinescopeVideo, bool>? isDone = null)
    {
        var id = VideoIds.Canonical(videoId);
        var waiter = _waiting.GetOrAdd(id, _ => new Waiter());
        waiter.IsDone = isDone ?? waiter.IsDone;
        _added.Release();
        try
        {
            return await WaitAsync(waiter, patience < LongestPatience ? patience : LongestPatience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var reason = waiter.Failure is { } failure ? $" Kinescope could not be asked: {failure.Message}"
                : waiter.Status is { } status ? $" Its status is '{status}'."
                : kinescope.Hold is { } hold ? $" {hold}"
                : "";
            throw new KinescopeException(
                ErrorIds.VideoNotProcessed,
                $"Kinescope has not processed video {videoId} within {Text(patience)}.{reason}",
                waiter.Failure);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    // The time in which nobody could ask is not the video's.
    private async Task<KinescopeVideo> WaitAsync(Waiter waiter, TimeSpan patience, CancellationToken cancellation)
    {
        var begin = kinescope.Time.GetTimestamp();
        for (var wait = patience; ;)
        {
            try
            {
                return await waiter.Done.Task.WaitAsync(wait, kinescope.Time, cancellation).ConfigureAwait(false);
            }
            catch (TimeoutException) when (waiter.OutageSince is { } since && kinescope.Time.GetElapsedTime(since) < outage)
            {
                wait = OutageStep;
            }
            catch (TimeoutException) when (Remaining() > TimeSpan.Zero)
            {
                wait = Remaining();
            }
        }

        TimeSpan Remaining() => patience + waiter.Outages - kinescope.Time.GetElapsedTime(begin);
    }

    /// <summary>Polls until cancelled. No failure of a poll ends it; one for good ends the waits for the videos asked for.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await _added.WaitAsync(cancellation).ConfigureAwait(false);
        await Task.Delay(interval < Gathering ? interval : Gathering, kinescope.Time, cancellation).ConfigureAwait(false);
        for (var pause = interval; ; pause *= Growth)
        {
            var pages = _waiting.Where(pair => !pair.Value.Done.Task.IsCompleted).Chunk(KinescopeClient.PageSize).ToList();
            foreach (var page in pages)
                await PollAsync(page, cancellation).ConfigureAwait(false);
            if (pause > longest)
                pause = longest;
            var wait = pause * Math.Max(pages.Count, 1);
            await Task.Delay(wait < longest ? wait : longest, kinescope.Time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task PollAsync(IReadOnlyCollection<KeyValuePair<string, Waiter>> page, CancellationToken cancellation)
    {
        try
        {
            var query = new VideoQuery { VideoIds = [.. page.Select(pair => pair.Value.Id ?? pair.Key)], IsNewestFirst = true };
            var videos = await Paging.ForwardAsync(
                (number, token) => ListAsync(page, query, number, token), video => video.VideoId, retry, cancellation)
                .CollectAsync(page.Count).ConfigureAwait(false);
            var byId = videos.Where(video => !video.IsDeleted).DistinctBy(video => video.VideoId).ToDictionary(video => video.VideoId);
            foreach (var (id, waiter) in page)
            {
                if (byId.GetValueOrDefault(waiter.Id ?? id) is { } video)
                    waiter.Take(video);
                else
                    await FindAsync(id, waiter, cancellation).ConfigureAwait(false);
            }
        }
        catch (KinescopeException refusal) when (page.Count > 1 && refusal.ErrorId is ErrorIds.IdInvalid or ErrorIds.RequestInvalid)
        {
            // One of them is no id at all: half of the others are not it.
            foreach (var half in page.Chunk((page.Count + 1) / 2))
                await PollAsync(half, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            Fail(page, failure as KinescopeException ?? KinescopeException.Unexpected(failure));
        }
    }

    // The failure of each try, not of the last one only: a wait may end before it.
    private async Task<Page<KinescopeVideo>> ListAsync(
        IReadOnlyCollection<KeyValuePair<string, Waiter>> page, VideoQuery query, long number, CancellationToken cancellation)
    {
        KinescopeException? failure = null;
        try
        {
            return await kinescope.ListVideosAsync(query, number, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failed)
        {
            failure = failed;
            throw;
        }
        finally
        {
            foreach (var (_, waiter) in page)
                waiter.Note(failure, kinescope.Time, outage);
        }
    }

    private void Fail(IReadOnlyCollection<KeyValuePair<string, Waiter>> page, KinescopeException failure)
    {
        // A response that nobody can read may be a proxy's bad moment, but not again and again.
        var mayPass = failure.ErrorId is ErrorIds.AnswerInvalid or ErrorIds.UnexpectedError;
        if (failure.IsTransient || mayPass)
            log($"{failure.Message} The wait goes on.");
        foreach (var (_, waiter) in page)
        {
            if (!failure.IsTransient && (!mayPass || ++waiter.Misses >= MaxMisses))
                waiter.Done.TrySetException(failure);
        }
    }

    // The list shows UUIDs, whatever was asked for: the video itself shows that an old number is its own.
    private async Task FindAsync(string id, Waiter waiter, CancellationToken cancellation)
    {
        if (waiter.Misses++ == 0
            && await retry.CallAsync(token => kinescope.FindVideoAsync(id, token), cancellation).ConfigureAwait(false) is { } video)
        {
            waiter.Id = video.VideoId;
            waiter.Take(video);
        }
        else if (waiter.Misses >= MaxMisses)
        {
            waiter.Done.TrySetException(
                new KinescopeException(ErrorIds.VideoNotFound, $"There is no video {id}, or this token may not see it."));
        }
    }

    private static string Text(TimeSpan time) =>
        time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0.#} seconds";

    private sealed class Waiter
    {
        public TaskCompletionSource<KinescopeVideo> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Id { get; set; }

        public Func<KinescopeVideo, bool> IsDone { get; set; } = video => video.IsReady || video.HasFailed;

        public string? Status { get; private set; }

        public int Misses { get; set; }

        /// <summary>The failure of the last poll; null where it was answered.</summary>
        public KinescopeException? Failure { get; private set; }

        /// <summary>The time stamp of the first in a row of failures that pass by themselves; null where there is none.</summary>
        public long? OutageSince { get; private set; }

        /// <summary>The time of earlier outages.</summary>
        public TimeSpan Outages { get; private set; }

        public void Note(KinescopeException? failure, TimeProvider time, TimeSpan longestOutage)
        {
            Failure = failure;
            if (failure is { IsTransient: true })
            {
                OutageSince ??= time.GetTimestamp();
            }
            else if (OutageSince is { } since)
            {
                var length = time.GetElapsedTime(since);
                Outages += length < longestOutage ? length : longestOutage;
                OutageSince = null;
            }
        }

        public void Take(KinescopeVideo video)
        {
            (Misses, Status) = (0, video.Status);
            if (IsDone(video))
                Done.TrySetResult(video);
        }
    }
}
