using System.Collections.Concurrent;
using Polly;

namespace KinescopePS.Kinescope;

/// <summary>
/// Waits for Kinescope to be done with videos. All that are waited for are asked for together, a page at a time, with pauses that grow:
/// Kinescope takes minutes, and 405 videos must not cost 405 calls.
/// </summary>
/// <param name="interval">The first pause between two looks, for each page of videos.</param>
/// <param name="longest">The longest pause.</param>
/// <param name="say">Told of looks that failed.</param>
internal sealed class VideoWatch(KinescopeClient kinescope, ResiliencePipeline retry, TimeSpan interval, TimeSpan longest, Action<string> say)
{
    private const double Growth = 1.5;

    /// <summary>A new video may not be seen at once.</summary>
    private const int MaxMisses = 3;

    /// <summary>What a timer takes.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromDays(49);

    /// <summary>How long the first look waits for others to join it.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(0.3);

    private readonly ConcurrentDictionary<string, Waiter> _waiting = new();
    private readonly SemaphoreSlim _added = new(0);

    /// <summary>Returns when Kinescope is done with a video, well or badly.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="patience">How long it is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="KinescopeException"><c>VideoNotProcessed</c>: not within this time. <c>VideoNotFound</c>, <c>TokenRejected</c> and the like: there is no use in waiting.</exception>
    public async Task<KinescopeVideo> WaitAsync(string videoId, TimeSpan patience, CancellationToken cancellation)
    {
        var waiter = _waiting.GetOrAdd(videoId, _ => new Waiter());
        _added.Release();
        try
        {
            return await waiter.Done.Task.WaitAsync(patience < LongestPatience ? patience : LongestPatience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KinescopeException(ErrorIds.VideoNotProcessed, $"Kinescope has not processed video {videoId} within {Text(patience)}{(waiter.Status is null ? "" : $"; its status is '{waiter.Status}'")}.");
        }
        finally
        {
            _waiting.TryRemove(videoId, out _);
        }
    }

    /// <summary>Asks for the videos that are waited for, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await _added.WaitAsync(cancellation).ConfigureAwait(false);
        await Task.Delay(interval < Gathering ? interval : Gathering, cancellation).ConfigureAwait(false);
        for (var pause = interval; ; pause *= Growth)
        {
            var pages = _waiting.Where(pair => !pair.Value.Done.Task.IsCompleted).Chunk(KinescopeClient.PageSize).ToList();
            foreach (var page in pages)
                await LookAsync(page, cancellation).ConfigureAwait(false);
            if (pause > longest)
                pause = longest;
            var wait = pause * Math.Max(pages.Count, 1);
            await Task.Delay(wait < longest ? wait : longest, cancellation).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(IReadOnlyCollection<KeyValuePair<string, Waiter>> page, CancellationToken cancellation)
    {
        try
        {
            var ids = page.Select(pair => pair.Value.Id ?? pair.Key).ToList();
            var videos = await retry.ExecuteAsync(async token => await kinescope.ListVideosAsync(ids, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            var byId = videos.DistinctBy(video => video.VideoId).ToDictionary(video => video.VideoId);
            foreach (var (id, waiter) in page)
            {
                if (byId.GetValueOrDefault(waiter.Id ?? id) is { } video)
                    waiter.Take(video);
                else
                    await LookAgainAsync(id, waiter, cancellation).ConfigureAwait(false);
            }
        }
        catch (KinescopeException refusal) when (page.Count > 1 && refusal.ErrorId is ErrorIds.IdInvalid or ErrorIds.RequestInvalid)
        {
            // One of them is no id at all: half of the others are not it.
            foreach (var half in page.Chunk((page.Count + 1) / 2))
                await LookAsync(half, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (failure.IsTransient)
        {
            say($"{failure.Message} The wait goes on.");
        }
        catch (KinescopeException failure)
        {
            foreach (var (_, waiter) in page)
                waiter.Done.TrySetException(failure);
        }
    }

    // The list shows UUIDs, whatever was asked for: a short id is told by the video itself.
    private async Task LookAgainAsync(string id, Waiter waiter, CancellationToken cancellation)
    {
        if (waiter.Misses++ == 0 && await retry.ExecuteAsync(async token => await kinescope.FindVideoAsync(id, token).ConfigureAwait(false), cancellation).ConfigureAwait(false) is { } video)
        {
            waiter.Id = video.VideoId;
            waiter.Take(video);
        }
        else if (waiter.Misses >= MaxMisses)
        {
            waiter.Done.TrySetException(new KinescopeException(ErrorIds.VideoNotFound, $"There is no video {id}, or this token may not see it."));
        }
    }

    private static string Text(TimeSpan time) => time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0} minutes" : $"{time.TotalSeconds:0.#} seconds";

    private sealed class Waiter
    {
        public TaskCompletionSource<KinescopeVideo> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Id { get; set; }

        public string? Status { get; private set; }

        public int Misses { get; set; }

        public void Take(KinescopeVideo video)
        {
            (Misses, Status) = (0, video.Status);
            if (video.IsReady || video.HasFailed)
                Done.TrySetResult(video);
        }
    }
}
