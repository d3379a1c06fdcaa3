using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>Waits until Kinescope has processed videos, and compares what it stored with the files.</summary>
/// <param name="watch">Polls the videos.</param>
/// <param name="services">The run's services.</param>
/// <param name="patience">The longest wait for one video.</param>
/// <param name="compares">True where what is stored is compared with the file.</param>
/// <param name="requiresReady">True where a video that is not ready in time counts as failed.</param>
internal sealed class VideoConfirmer(VideoWatch watch, UploadServices services, TimeSpan patience, bool compares, bool requiresReady)
{
    private readonly ContentReplacing _replacing = new(services);

    /// <summary>Polls the videos that are waited for, until cancelled.</summary>
    public Task WatchAsync(CancellationToken cancellation) => watch.RunAsync(cancellation);

    /// <summary>Adds to an outcome what Kinescope made of the video.</summary>
    /// <param name="item">The lesson.</param>
    /// <param name="outcome">The outcome of its upload.</param>
    /// <param name="halt">Ends the wait where the run stops: the outcome is given with what is known.</param>
    /// <param name="cancellation">Ends the wait without an outcome.</param>
    public async Task<UploadOutcome> ConfirmAsync(
        UploadItem item, UploadOutcome outcome, CancellationToken halt, CancellationToken cancellation)
    {
        if (outcome.Failure is not null || outcome.IsHandedOn || outcome.Result.VideoId is not { } videoId)
            return outcome;
        var confirmed = await LookAsync(item, outcome, videoId, halt, cancellation).ConfigureAwait(false);
        if (confirmed.Result.VideoId is not null)
            services.HandedOn(videoId);
        return confirmed;
    }

    private async Task<UploadOutcome> LookAsync(
        UploadItem item, UploadOutcome outcome, string videoId, CancellationToken halt, CancellationToken cancellation)
    {
        try
        {
            var replacement = services.ReplacementOf(videoId);
            var video = await watch.WaitAsync(videoId, patience, halt, replacement is null
                ? null
                : shown => VideoRestoring.Shows(shown, replacement) || VideoRestoring.HasFailed(shown, replacement)).ConfigureAwait(false);
            var recorded = await services.Record.FindAsync(item.Key, halt).ConfigureAwait(false);
            await RequireReadyAsync(item, video, recorded, replacement).ConfigureAwait(false);
            var verification = !compares ? VideoVerification.None
                : recorded is { IsVerified: true } ? VideoVerification.Earlier
                : await CompareAsync(item, video, recorded, halt).ConfigureAwait(false);
            if (recorded?.Replacement is not null)
                await _replacing.SettleAsync(item, recorded, isProcessed: true, mayEnd: true, halt).ConfigureAwait(false);

            if (!compares)
                return outcome;
            var result = outcome.Result;
            return outcome with { Result = result.With(result.Status, result.VideoId, outcome.Failure, verification) };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unconfirmed(item, outcome, new KinescopeException(
                ErrorIds.VideoNotProcessed, $"the run ended before Kinescope had processed video {videoId}."));
        }
        catch (KinescopeException failure)
        {
            return Unconfirmed(item, outcome, failure);
        }
    }

    private UploadOutcome Unconfirmed(UploadItem item, UploadOutcome outcome, KinescopeException failure)
    {
        var advice = failure.ErrorId switch
        {
            ErrorIds.VideoNotProcessed => " It is uploaded; run the same command again to look later.",
            ErrorIds.VideoNotFound => " It was uploaded, and was deleted since or moved out of this token's sight. "
                + "Send-KinescopeVideo -Force uploads it again.",
            _ => "",
        };
        var named = failure.Saying($"{item.Name}: {failure.Message}{advice}");
        // A video that is still being processed is there; of one that nobody could look at, nothing is known.
        var isBroken = requiresReady
            || failure is not { ErrorId: ErrorIds.VideoNotProcessed, InnerException: not KinescopeException };
        var status = isBroken ? LessonUploadStatus.Failed : outcome.Result.Status;
        return outcome with { Result = outcome.Result.With(status, isBroken ? null : outcome.Result.VideoId, named), Failure = named };
    }

    private async Task RequireReadyAsync(
        UploadItem item, KinescopeVideo video, RecordedUpload? recorded, Replacement? replacement)
    {
        if (!video.HasFailed || replacement is not null && VideoRestoring.Shows(video, replacement))
            return;
        var end = replacement is not null
            ? await RejectContentAsync(item, ErrorIds.VideoProcessingFailed, video.Failure, recorded).ConfigureAwait(false)
            : await services.RejectAsync(item, video.VideoId, AbandonReasons.ProcessingFailed, recorded).ConfigureAwait(false);
        throw new KinescopeException(
            ErrorIds.VideoProcessingFailed,
            $"Kinescope could not process video {video.VideoId}: {video.Failure} Is the file a sound video? {end}");
    }

    /// <summary>Records that a new content is not the file, or cannot be processed. Its video is the lesson's all the same.</summary>
    private async Task<string> RejectContentAsync(UploadItem item, string reason, string message, RecordedUpload? recorded)
    {
        await services.Record.AppendAsync(
            item.Event(UploadEventKind.Failed) with { Reason = reason, Message = message }, recorded).ConfigureAwait(false);
        return reason == ErrorIds.VideoDiffers
            ? "The next run sends the file again."
            : "The video keeps its id. Send another file with -Replace, or this one again with -Replace -Force.";
    }

    private async Task<VideoVerification> CompareAsync(
        UploadItem item, KinescopeVideo video, RecordedUpload? recorded, CancellationToken cancellation)
    {
        using var file = SourceFile.Open(item.Path);
        if (video.Original is null or { Length: null, Md5: null })
        {
            services.Log.Verbose(
                $"{item.Name}: Kinescope tells neither size nor MD5 of the original of video {video.VideoId}; it cannot be compared.");
            return VideoVerification.NotPossible;
        }

        var difference = video.Original.Length is { } size && size != file.Length ? $"it stored {size} bytes, the file has {file.Length}"
            : video.Original.Md5 is { } md5 && md5 != await Md5Async(item, file, video, recorded, cancellation).ConfigureAwait(false)
                ? "its MD5 is another one"
            : null;
        if (difference is not null)
        {
            var end = services.ReplacementOf(video.VideoId) is not null
                ? await RejectContentAsync(item, ErrorIds.VideoDiffers, difference, recorded).ConfigureAwait(false)
                : await services.RejectAsync(item, video.VideoId, AbandonReasons.VideoDiffers, recorded).ConfigureAwait(false);
            throw new KinescopeException(
                ErrorIds.VideoDiffers, $"What Kinescope stored as video {video.VideoId} is not the file: {difference}. {end}");
        }

        var verified = item.Event(UploadEventKind.Verified) with { Video = video.VideoId };
        await services.Record.AppendAsync(verified, recorded).ConfigureAwait(false);
        var by = video.Original.Md5 is null ? "size" : "size and MD5";
        services.Log.Verbose($"{item.Name}: video {video.VideoId} is the file, by {by}.");
        return video.Original.Md5 is null ? VideoVerification.Size : VideoVerification.Md5;
    }

    /// <summary>The MD5 that was taken while the file was sent, where it is as it was then; else it is read.</summary>
    private async Task<string> Md5Async(
        UploadItem item, SourceFile file, KinescopeVideo video, RecordedUpload? recorded, CancellationToken cancellation)
    {
        if (recorded is { File.Modified: { } modified } && recorded.VideoId == video.VideoId && modified == file.Modified
            && recorded.Length == file.Length && recorded.Marks.LastOrDefault() is { Md5: { } taken } end && end.Offset == file.Length)
            return taken;
        services.Log.Verbose($"{item.Name}: its MD5 was not taken while it was sent; reading the file.");
        return (await ContentHash.WholeAsync(file, cancellation).ConfigureAwait(false)).Md5;
    }
}
