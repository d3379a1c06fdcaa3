using System.Buffers;
using System.Security.Cryptography;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>Waits until Kinescope has processed videos, and compares what it stored with the files.</summary>
/// <param name="patience">How long one video is waited for.</param>
/// <param name="compares">Whether what is stored is compared with the file.</param>
/// <param name="requiresReady">Whether a video that is not ready in time counts as failed.</param>
internal sealed class VideoVerifier(VideoWatch watch, IUploadRecord record, TimeSpan patience, bool compares, bool requiresReady, IUploadLog log)
{
    /// <summary>Asks for the videos that are waited for, until cancelled.</summary>
    public Task WatchAsync(CancellationToken cancellation) => watch.RunAsync(cancellation);

    /// <summary>Adds to an outcome what Kinescope made of the video.</summary>
    public async Task<UploadOutcome> VerifyAsync(UploadItem item, UploadOutcome outcome, CancellationToken cancellation)
    {
        if (outcome.Failure is not null || outcome.Result.VideoId is not { } videoId)
            return outcome;
        try
        {
            if (await record.FindAsync(item.Key, cancellation).ConfigureAwait(false) is { IsVerified: true })
                return outcome;

            var video = await watch.WaitAsync(videoId, patience, cancellation).ConfigureAwait(false);
            await RequireReadyAsync(item, video).ConfigureAwait(false);
            if (compares)
                await CompareAsync(item, video, cancellation).ConfigureAwait(false);
            return outcome;
        }
        catch (KinescopeException failure)
        {
            var advice = failure.ErrorId == ErrorIds.VideoNotProcessed ? " It is uploaded; run the same command again to look later." : "";
            var named = new KinescopeException(failure.ErrorId, $"{item.Name}: {failure.Message}{advice}", failure) { StopsRun = failure.StopsRun };
            var isBroken = requiresReady || failure.ErrorId is ErrorIds.VideoDiffers or ErrorIds.VideoProcessingFailed;
            return new UploadOutcome(outcome.Result.With(isBroken ? LessonUploadStatus.Failed : outcome.Result.Status, isBroken ? null : videoId, named.Message), named);
        }
    }

    private async Task RequireReadyAsync(UploadItem item, KinescopeVideo video)
    {
        if (!video.HasFailed)
            return;
        await GiveUpAsync(item, video, "ProcessingFailed").ConfigureAwait(false);
        throw new KinescopeException(ErrorIds.VideoProcessingFailed, $"Kinescope could not process video {video.VideoId}: {video.Failure} Is the file a sound video? The next run uploads it again.");
    }

    private async Task CompareAsync(UploadItem item, KinescopeVideo video, CancellationToken cancellation)
    {
        using var file = SourceFile.Open(item.Path);
        if (video.Original is null or { Length: null, Md5: null })
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

        await record.RecordAsync(new UploadEvent(UploadEventKind.Verified, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = video.VideoId }).ConfigureAwait(false);
        log.Verbose($"{item.Name}: video {video.VideoId} is the file, by {(video.Original?.Md5 is null ? "size" : "size and MD5")}.");
    }

    private ValueTask<RecordedUpload> GiveUpAsync(UploadItem item, KinescopeVideo video, string reason) =>
        record.RecordAsync(new UploadEvent(UploadEventKind.Orphaned, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = video.VideoId, Reason = reason });

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
