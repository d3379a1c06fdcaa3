using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The video that a lesson's bytes go to.</summary>
/// <param name="VideoId">Kinescope's id.</param>
/// <param name="Endpoint">The upload URL; null where Kinescope has all bytes already.</param>
/// <param name="IsResumed">True where bytes may be there.</param>
internal sealed record TargetVideo(string VideoId, Uri? Endpoint, bool IsResumed);

/// <summary>
/// Creates a lesson's video: the intent is recorded before, the upload URL after. A video whose upload URL was lost on the way is abandoned
/// where the record proves that this lesson's own call made it; any other is named and left alone.
/// </summary>
internal sealed class VideoCreation(UploadServices services)
{
    /// <summary>Creates a video, or finds that Kinescope has it whole under the id of our own.</summary>
    public async Task<TargetVideo> CreateAsync(UploadItem item, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        var ofOthers = new HashSet<string>();
        return await services.Retry.ExecuteAsync(
            async token => await (services.Settings.Kinescope.WorkspaceId is null
                ? CreateStampedAsync(item, file, fingerprint, token)
                : CreateByIdAsync(item, file, fingerprint, ofOthers, token)).ConfigureAwait(false),
            cancellation).ConfigureAwait(false);
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
        catch (KinescopeException failure)
        {
            throw failure.Saying(
                $"Video {videoId} was created but could not be recorded; the next run finds it by its stamp. {failure.Message}");
        }
    }

    /// <summary>By <c>POST /v2/init</c>: the stamp's attempt tells which video a call made whose response was lost.</summary>
    private async Task<TargetVideo> CreateStampedAsync(UploadItem item, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        var stamp = UploadStamp.Of(item.Key, fingerprint, UploadStamp.NewAttempt());
        var read = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        await IntendAsync(item, file, fingerprint, stamp.Attempt, initId: null, read).ConfigureAwait(false);
        try
        {
            var video = NewVideoOf(item, file, stamp.ToString());
            return await CreatedAsync(item, await services.Kinescope.CreateVideoAsync(video, cancellation).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        catch (KinescopeException lost) when (lost.IsTransient && lost.ErrorId == ErrorIds.KinescopeUnavailable)
        {
            // The call may have arrived.
            var found = await services.Catalogue.SearchAsync(item, item.Title, cancellation).ConfigureAwait(false);
            foreach (var videoId in found.MadeBy(stamp.Attempt))
                await services.AbandonAsync(item, videoId, AbandonReasons.UploadAddressLost).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>By tus creation, under an id of our own that is the same for whoever uploads this content for this lesson.</summary>
    /// <param name="ofOthers">Ids of videos that others are making; what is found to be one is added.</param>
    private async Task<TargetVideo> CreateByIdAsync(
        UploadItem item, SourceFile file, string fingerprint, HashSet<string> ofOthers, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
            var (initId, wasIntended) = ChooseId(item, fingerprint, read, ofOthers);
            var video = wasIntended ? null : await services.Catalogue.FindVideoAsync(initId, cancellation).ConfigureAwait(false);
            var isOurs = false;
            if (video is null)
            {
                await IntendAsync(item, file, fingerprint, attempt: null, initId, read).ConfigureAwait(false);
                try
                {
                    var created = await services.Kinescope.CreateVideoAsync(NewVideoOf(item, file, ""), initId, cancellation)
                        .ConfigureAwait(false);
                    return await CreatedAsync(item, created).ConfigureAwait(false);
                }
                catch (KinescopeRequestException refusal) when (refusal.Code == KinescopeErrors.AlreadyExists)
                {
                    // Free before our call and taken after it: by that call, which may have been sent twice on the way.
                    isOurs = wasIntended || services.Catalogue.CanLook;
                    video = await services.Catalogue.FindVideoAsync(initId, cancellation).ConfigureAwait(false);
                }
            }

            if (video is { HasAllBytes: true } && !services.Settings.Force)
                return new TargetVideo(initId, Endpoint: null, IsResumed: true);
            if (isOurs && video is not { HasAllBytes: true })
            {
                await services.AbandonAsync(item, initId, AbandonReasons.UploadAddressLost).ConfigureAwait(false);
                continue;
            }

            ofOthers.Add(initId);
            if (video is not { HasAllBytes: true })
                services.Log.Warning($"{item.Name}: {UploadDecision.UnfinishedNotice(initId)}");
        }
    }

    /// <summary>An id of our own: the recorded one where Kinescope may not have seen it yet, else the lesson's next.</summary>
    private (string InitId, bool WasIntended) ChooseId(UploadItem item, string fingerprint, RecordedUpload? state, HashSet<string> ofOthers)
    {
        if (state is { Stage: UploadStage.Intended, InitId: { } unused } && state.Fingerprint == fingerprint && !ofOthers.Contains(unused))
            return (unused, true);
        if (services.Settings.Force)
            return (Guid.NewGuid().ToString(), false);

        var generation = state?.Generation ?? 0;
        while (ofOthers.Contains(UploadStamp.InitId(item.Key, fingerprint, generation)))
            generation++;
        return (UploadStamp.InitId(item.Key, fingerprint, generation), false);
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
            Path = item.Path,
            Length = file.Length,
            Modified = file.Modified,
            Fingerprint = fingerprint,
            Parent = item.ParentId,
            Attempt = attempt,
            InitId = initId,
        }, read).ConfigureAwait(false);
        Waypoint.Pass("intent-recorded");
    }

    private async Task<TargetVideo> CreatedAsync(UploadItem item, CreatedVideo video)
    {
        Waypoint.Pass("init-answered");
        await RecordAsync(item, video.VideoId, video.Endpoint).ConfigureAwait(false);
        services.Log.Verbose($"{item.Name}: is video {video.VideoId}.");
        return new TargetVideo(video.VideoId, video.Endpoint, IsResumed: false);
    }

    private static NewVideo NewVideoOf(UploadItem item, SourceFile file, string description) =>
        new(item.ParentId, item.Title, Path.GetFileName(item.Path), file.Length, description);
}
