using System.Net;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>
/// Sends a file to its video until Kinescope has it, once as a new video where the upload has gone. A video that may be complete is neither
/// deleted nor sent again on that ground.
/// </summary>
internal sealed class VideoSender(UploadServices services)
{
    private readonly VideoCreation _creation = new(services);

    /// <summary>Sends what the server does not have.</summary>
    /// <returns>The id of the video that is complete.</returns>
    /// <exception cref="KinescopeException">
    /// <c>UploadUnconfirmed</c>: it may be complete, and there is no telling. <c>FileChangedDuringUpload</c>, <c>UploadExpired</c>,
    /// <c>UploadRefused</c>, and what <see cref="ByteSender"/> gives up.
    /// </exception>
    public async Task<string> SendAsync(
        UploadItem item, string fingerprint, TargetVideo video, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        for (var isSecond = false; ; isSecond = true)
        {
            var sender = new ByteSender(services, _creation, item, video, file, transfer);
            try
            {
                transfer.Step = TransferStep.Sending;
                await sender.SendAsync(cancellation).ConfigureAwait(false);
                await RequireSameAsync(file, fingerprint, cancellation).ConfigureAwait(false);
                break;
            }
            catch (KinescopeException changed) when (changed.ErrorId == ErrorIds.FileChangedDuringUpload)
            {
                // Two versions are never spliced: what was sent of the old one is deleted.
                var state = await services.AbandonAsync(item, video.VideoId, changed.ErrorId).ConfigureAwait(false);
                await services.DeleteAbandonedAsync(item, state, cancellation, sent: video.VideoId).ConfigureAwait(false);
                throw;
            }
            catch (KinescopeException expired) when (expired.ErrorId is ErrorIds.UploadExpired or ErrorIds.UploadRefused)
            {
                // Kinescope's 404 to HEAD need not be told from a gateway's.
                var mayBeComplete = sender.MayBeComplete && expired is KinescopeRequestException refusal
                    && (expired.ErrorId == ErrorIds.UploadExpired
                        || refusal.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone);
                var found = await FindAsync(item, video.VideoId, mayBeComplete, transfer, cancellation).ConfigureAwait(false);
                if (found is { HasAllBytes: true })
                {
                    services.Log.Verbose($"{item.Name}: Kinescope has all bytes of video {video.VideoId} and closed its upload.");
                    break;
                }

                if (isSecond)
                {
                    await DeleteExpiredAsync(item, expired, cancellation).ConfigureAwait(false);
                    throw;
                }

                // Another video would meet the same gateway: this one waits for the next run.
                if (expired.ErrorId == ErrorIds.UploadRefused && (found is not null || !services.Catalogue.CanLook)
                    && !IsOfThisUploadAlone(expired, video))
                {
                    throw expired.Saying($"{expired.Message} Video {video.VideoId} is kept, and the next run continues it. Where other "
                        + "uploads get through, its address has expired: forget it with Remove-KinescopeUpload -DeleteVideo.");
                }

                services.Log.Warning($"{item.Name}: the upload of video {video.VideoId} cannot be continued ({expired.Message}) "
                    + "and starts anew as a new video.");
                await services.AbandonAsync(item, video.VideoId, expired.ErrorId).ConfigureAwait(false);
                transfer.Step = TransferStep.Creating;
                video = await _creation.CreateAsync(item, file, fingerprint, transfer, cancellation).ConfigureAwait(false);
            }
        }

        transfer.Offset = file.Length;
        return video.VideoId;
    }

    /// <summary>True for the refusal of an earlier run's upload by a host that took others' bytes: no gateway forbids those.</summary>
    private bool IsOfThisUploadAlone(KinescopeException refusal, TargetVideo video) =>
        video.IsResumed && refusal is KinescopeRequestException { StatusCode: HttpStatusCode.NotFound }
        && services.LineTo(video.Endpoint).HasTaken;

    /// <summary>The video whose upload is closed, once it is known whether it is complete.</summary>
    /// <exception cref="KinescopeException"><c>UploadUnconfirmed</c>: it may be, and there is no telling.</exception>
    private async Task<KinescopeVideo?> FindAsync(
        UploadItem item, string videoId, bool mayBeComplete, FileTransfer transfer, CancellationToken cancellation)
    {
        var found = await services.Catalogue.FindVideoAsync(videoId, cancellation).ConfigureAwait(false);
        if (mayBeComplete && found is { HasAllBytes: false, HasFailed: false })
        {
            transfer.Step = TransferStep.Ending;
            services.Log.Verbose(
                $"{item.Name}: all bytes of video {videoId} were sent, and its status is '{found.Status}': looking again.");
            found = await services.Catalogue.LookAgainAsync(videoId, cancellation).ConfigureAwait(false);
        }

        if (!mayBeComplete || found is null && services.Catalogue.CanLook || found is { HasAllBytes: true } or { HasFailed: true })
            return found;
        var seen = found is null ? "this token may not look at it" : $"Kinescope shows it as '{found.Status}'";
        throw new KinescopeException(
            ErrorIds.UploadUnconfirmed,
            $"all bytes of video {videoId} were sent and its upload is closed, but {seen}: it may be complete. It stays, and nothing is "
            + "sent again; the next run looks again. If the dashboard still shows it as unfinished after a day, forget it with "
            + $"Remove-KinescopeUpload '{item.Key}' -DeleteVideo -Force and run again.");
    }

    /// <summary>Deletes what expired before, so that the next run does not leave one more.</summary>
    private async Task DeleteExpiredAsync(UploadItem item, KinescopeException expired, CancellationToken cancellation)
    {
        if (expired.ErrorId == ErrorIds.UploadExpired
            && await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false) is { } state)
        {
            await services.DeleteAbandonedAsync(item, state, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Makes sure that the file is the one that was sent: another one may have taken its name, with the same size and date.
    /// </summary>
    /// <exception cref="KinescopeException"><c>FileChangedDuringUpload</c>.</exception>
    public static async Task RequireSameAsync(SourceFile sent, string fingerprint, CancellationToken cancellation)
    {
        sent.RequireUnchanged();
        using var now = SourceFile.Open(sent.Path);
        if (await ContentHash.FingerprintAsync(now, cancellation).ConfigureAwait(false) != fingerprint)
            throw sent.Changed();
    }
}
