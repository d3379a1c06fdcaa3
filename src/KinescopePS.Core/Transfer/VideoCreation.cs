using System.Collections.Immutable;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The video that a lesson's bytes go to.</summary>
/// <param name="VideoId">Kinescope's id.</param>
/// <param name="Endpoint">The upload URL.</param>
/// <param name="IsResumed">True where bytes may be there.</param>
/// <param name="Marks">The stretches of the file that an earlier run sent.</param>
/// <param name="MayBeComplete">True where an earlier run may have sent the last byte.</param>
internal sealed record TargetVideo(
    string VideoId, Uri Endpoint, bool IsResumed, ImmutableList<HashMark> Marks, bool MayBeComplete = false);

/// <summary>
/// Creates a lesson's video: the intent is recorded before, the upload URL after. A video whose upload URL was lost on the way is abandoned
/// where the record proves that this lesson's own call made it; any other is named and left alone.
/// </summary>
internal sealed class VideoCreation(UploadServices services)
{
    /// <summary>The longest time after which a list shows a new video.</summary>
    private static readonly TimeSpan ListDelay = TimeSpan.FromHours(1);

    /// <summary>Creates a video.</summary>
    public async Task<TargetVideo> CreateAsync(
        UploadItem item, SourceFile file, string fingerprint, FileTransfer transfer, CancellationToken cancellation)
    {
        var tries = 0;
        UploadStamp? unused = null;
        try
        {
            return await services.Retry.ExecuteAsync(async token =>
            {
                transfer.Try = ++tries;
                if (services.Settings.Kinescope.WorkspaceId is not null)
                    return await CreateByIdAsync(item, file, fingerprint, token).ConfigureAwait(false);
                var stamp = unused ?? await IntendAsync(item, file, fingerprint, token).ConfigureAwait(false);
                unused = null;
                try
                {
                    return await CreateStampedAsync(item, file, stamp, token).ConfigureAwait(false);
                }
                catch (KinescopeException refusal) when (refusal.ErrorId == ErrorIds.RateLimited)
                {
                    // A call too many is refused before anything is made.
                    unused = stamp;
                    throw;
                }
            }, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException refusal) when (refusal.ErrorId == ErrorIds.RateLimited && unused is { } stamp)
        {
            await services.Record.AppendAsync(item.Event(UploadEventKind.Settled) with { Attempt = stamp.Attempt }).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Looks for the videos of the lesson's lost attempts, which no list may have shown at the time, and abandons those that are there.
    /// </summary>
    /// <returns>The lesson's upload after it.</returns>
    public async Task<RecordedUpload> FindLostAsync(UploadItem item, RecordedUpload recorded, CancellationToken cancellation)
    {
        if (recorded.LostAttempts is not [var first, ..] lost)
            return recorded;
        try
        {
            var videos = await services.Catalogue.SearchAsync(item, recorded.Title ?? item.Title, first.At, cancellation)
                .ConfigureAwait(false);
            foreach (var (attempt, at) in lost)
            {
                if (videos.MadeBy(attempt).FirstOrDefault() is { } videoId)
                {
                    recorded = await services.AbandonAsync(item, videoId, AbandonReasons.UploadAddressLost, attempt)
                        .ConfigureAwait(false);
                }
                else if (services.Record.Now - at > ListDelay)
                {
                    var settled = item.Event(UploadEventKind.Settled) with { Attempt = attempt };
                    recorded = await services.Record.AppendAsync(settled).ConfigureAwait(false);
                }
            }

            var known = recorded.AbandonedVideos.Append(recorded.VideoId);
            foreach (var videoId in recorded.LostAttempts.Count > 0 ? videos.Unfinished.Except(known) : [])
            {
                services.Log.Warning($"{item.Name}: video {videoId} at Kinescope has its title, is unfinished and carries no stamp: an "
                    + "attempt that got no response may have made it. Delete it in the dashboard unless another run is sending it.");
            }
        }
        catch (KinescopeException failure)
            when (!services.Record.HasFailedBy(failure) && failure.ErrorId != ErrorIds.LessonClaimed)
        {
            services.Log.Verbose($"{item.Name}: Kinescope could not be asked for what earlier attempts left. {failure.Message}");
        }

        if (recorded.LostAttempts.Count > 0)
        {
            services.Log.Verbose(
                $"{item.Name}: Kinescope shows nothing of {recorded.LostAttempts.Count} attempts that got no response; the next run looks "
                + "again.");
        }

        return recorded;
    }

    /// <summary>Records where a video's bytes go.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileNotWritable</c>; its message has the id, which must not be lost.</exception>
    public async Task RecordAsync(UploadItem item, string videoId, Uri endpoint)
    {
        try
        {
            var created = item.Event(UploadEventKind.Initialised) with { Video = videoId, Endpoint = endpoint.AbsoluteUri };
            await services.Record.AppendAsync(created).ConfigureAwait(false);
            Waypoint.Pass("init-recorded");
        }
        catch (KinescopeException failure) when (failure.ErrorId != ErrorIds.LessonClaimed)
        {
            throw failure.Saying(
                $"Video {videoId} was created but could not be recorded; the next run finds it by its stamp. {failure.Message}");
        }
    }

    /// <summary>By <c>POST /v2/init</c>: the stamp's attempt tells which video a call made whose response was lost.</summary>
    private async Task<TargetVideo> CreateStampedAsync(UploadItem item, SourceFile file, UploadStamp stamp, CancellationToken cancellation)
    {
        try
        {
            var video = NewVideoOf(item, file, stamp.ToString());
            await ConfirmAsync(item, cancellation).ConfigureAwait(false);
            return await CreatedAsync(item, await services.Kinescope.CreateVideoAsync(video, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (KinescopeException lost) when (lost.IsTransient && lost.ErrorId == ErrorIds.KinescopeUnavailable)
        {
            // The call may have arrived.
            var found = await services.Catalogue.SearchAsync(item, item.Title, services.Time.GetUtcNow(), cancellation)
                .ConfigureAwait(false);
            foreach (var videoId in found.MadeBy(stamp.Attempt))
                await services.AbandonAsync(item, videoId, AbandonReasons.UploadAddressLost).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>By tus creation, under an id of our own: one that is taken was taken by an earlier call of this record's.</summary>
    private async Task<TargetVideo> CreateByIdAsync(UploadItem item, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
            var initId = read is { Stage: UploadStage.Intended, InitId: { } unused } && read.Fingerprint == fingerprint
                ? unused
                : Guid.NewGuid().ToString();
            await IntendAsync(item, file, fingerprint, attempt: null, initId, read).ConfigureAwait(false);
            try
            {
                await ConfirmAsync(item, cancellation).ConfigureAwait(false);
                var created = await services.Kinescope.CreateVideoAsync(NewVideoOf(item, file, ""), initId, cancellation)
                    .ConfigureAwait(false);
                return await CreatedAsync(item, created).ConfigureAwait(false);
            }
            catch (KinescopeRequestException refusal) when (refusal.Code == KinescopeErrors.AlreadyExists)
            {
                // Its response was lost, and its upload URL with it.
                await services.AbandonAsync(item, initId, AbandonReasons.UploadAddressLost).ConfigureAwait(false);
            }
        }
    }

    private async Task<UploadStamp> IntendAsync(UploadItem item, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        var stamp = UploadStamp.Of(item.Key, fingerprint, UploadStamp.NewAttempt());
        var read = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        await IntendAsync(item, file, fingerprint, stamp.Attempt, initId: null, read).ConfigureAwait(false);
        return stamp;
    }

    /// <param name="read">The lesson's upload as it was read: where it has changed since, nothing is created.</param>
    private async Task IntendAsync(
        UploadItem item, SourceFile file, string fingerprint, string? attempt, string? initId, RecordedUpload? read)
    {
        Waypoint.Pass("intent-due");
        await services.Record.AppendAsync(item.Event(UploadEventKind.Intent) with
        {
            Course = item.Course,
            Title = item.Title,
            Path = item.File,
            Length = file.Length,
            Modified = file.Modified,
            Fingerprint = fingerprint,
            Parent = item.ParentId,
            Attempt = attempt,
            InitId = initId,
        }, read).ConfigureAwait(false);
        Waypoint.Pass("intent-recorded");
    }

    // Of an intent that lies back by hours, others have settled that no video came of it.
    private async Task ConfirmAsync(UploadItem item, CancellationToken cancellation) =>
        await services.Record.ConfirmAsync(item.Key, waits: true, cancellation).ConfigureAwait(false);

    private async Task<TargetVideo> CreatedAsync(UploadItem item, CreatedVideo video)
    {
        Waypoint.Pass("init-answered");
        await RecordAsync(item, video.VideoId, video.Endpoint).ConfigureAwait(false);
        services.Log.Verbose($"{item.Name}: is video {video.VideoId}.");
        return new TargetVideo(video.VideoId, video.Endpoint, IsResumed: false, []);
    }

    private static NewVideo NewVideoOf(UploadItem item, SourceFile file, string description) =>
        new(item.ParentId, item.Title, Path.GetFileName(item.Path), file.Length, description);
}
