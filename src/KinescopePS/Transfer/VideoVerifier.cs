using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using KinescopePS.Journal;
using KinescopePS.Kinescope;
using KinescopePS.Tus;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>
/// Waits until Kinescope has processed videos and compares what it stored with the files. All videos that are waited for are
/// asked for together, a page at a time.
/// </summary>
/// <param name="patience">How long one video is waited for.</param>
/// <param name="interval">How often Kinescope is asked.</param>
internal sealed class VideoVerifier(KinescopeClient kinescope, IUploadJournal journal, ResiliencePipeline retry, TimeSpan patience, TimeSpan interval, IUploadLog log)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<KinescopeVideo>> _waiting = new();

    /// <summary>Asks for the videos that are waited for, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(interval, cancellation).ConfigureAwait(false);
            foreach (var page in _waiting.Keys.Chunk(KinescopeClient.PageSize))
            {
                try
                {
                    foreach (var video in await retry.ExecuteAsync(async token => await kinescope.ListVideosAsync(page, token).ConfigureAwait(false), cancellation).ConfigureAwait(false))
                    {
                        if ((video.IsReady || video.HasFailed) && _waiting.TryRemove(video.VideoId, out var waiter))
                            waiter.TrySetResult(video);
                    }
                }
                catch (KinescopeException failure)
                {
                    foreach (var id in page)
                    {
                        if (_waiting.TryRemove(id, out var waiter))
                            waiter.TrySetException(failure);
                    }
                }
            }
        }
    }

    /// <summary>Adds to an outcome what Kinescope made of the video.</summary>
    public async Task<UploadOutcome> VerifyAsync(UploadItem item, UploadOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.Failure is not null || outcome.Result.VideoId is not { } videoId)
            return outcome;
        try
        {
            if (await journal.FindAsync(item.Key, cancellation).ConfigureAwait(false) is { IsVerified: true })
                return outcome;

            var video = await WaitAsync(videoId, cancellation).ConfigureAwait(false);
            await CompareAsync(item, video, cancellation).ConfigureAwait(false);
            return outcome;
        }
        catch (KinescopeException failure)
        {
            var named = new KinescopeException(failure.ErrorId, $"{item.Name}: {failure.Message}", failure) { StopsRun = failure.StopsRun };
            var isBroken = failure.ErrorId is ErrorIds.VideoDiffers or ErrorIds.VideoProcessingFailed;
            return new UploadOutcome(outcome.Result.With(isBroken ? LessonUploadStatus.Failed : outcome.Result.Status, isBroken ? null : videoId, named.Message), named);
        }
    }

    private async Task<KinescopeVideo> WaitAsync(string videoId, CancellationToken cancellation)
    {
        var waiter = _waiting.GetOrAdd(videoId, _ => new TaskCompletionSource<KinescopeVideo>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            return await waiter.Task.WaitAsync(patience, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KinescopeException(ErrorIds.VideoNotProcessed, $"Kinescope has not processed video {videoId} within {patience.TotalMinutes:0} minutes. It is uploaded; run again with -Verify to look later.");
        }
        finally
        {
            _waiting.TryRemove(videoId, out _);
        }
    }

    private async Task CompareAsync(UploadItem item, KinescopeVideo video, CancellationToken cancellation)
    {
        if (video.HasFailed)
        {
            await GiveUpAsync(item, video, "ProcessingFailed").ConfigureAwait(false);
            throw new KinescopeException(ErrorIds.VideoProcessingFailed, $"Kinescope could not process video {video.VideoId}: its status is '{KinescopeErrors.Printable(video.Status)}'. Is the file a sound video? The next run uploads it again.");
        }

        using var file = SourceFile.Open(item.Path);
        if (video.Original?.Length is null && video.Original?.Md5 is null)
        {
            log.Verbose($"{item.Name}: Kinescope tells neither size nor MD5 of the original of video {video.VideoId}; it cannot be compared.");
            return;
        }

        var differs = video.Original?.Length is { } size && size != file.Length ? $"it stored {size} bytes, the file has {file.Length}"
            : video.Original?.Md5 is { } md5 && md5 != await Md5Async(file, cancellation).ConfigureAwait(false) ? "its MD5 is another one"
            : null;
        if (differs is not null)
        {
            await GiveUpAsync(item, video, "VideoDiffers").ConfigureAwait(false);
            throw new KinescopeException(ErrorIds.VideoDiffers, $"What Kinescope stored as video {video.VideoId} is not the file: {differs}. The next run uploads it again.");
        }

        await journal.RecordAsync(new JournalRecord(JournalEvent.Verified, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = video.VideoId }).ConfigureAwait(false);
        log.Verbose($"{item.Name}: video {video.VideoId} is the file, by {(video.Original?.Md5 is null ? "size" : "size and MD5")}.");
    }

    private ValueTask<UploadState> GiveUpAsync(UploadItem item, KinescopeVideo video, string reason) =>
        journal.RecordAsync(new JournalRecord(JournalEvent.Orphaned, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = video.VideoId, Reason = reason });

    private static async Task<string> Md5Async(SourceFile file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        try
        {
            for (long offset = 0; offset < file.Length;)
            {
                var read = await file.ReadAsync(buffer, offset, cancellation).ConfigureAwait(false);
                if (read == 0)
                    break;
                hash.AppendData(buffer, 0, read);
                offset += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }
}
