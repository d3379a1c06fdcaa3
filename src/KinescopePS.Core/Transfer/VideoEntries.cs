using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>A lesson's video entry at Kinescope, and whether all its bytes are there already.</summary>
internal sealed record LessonEntry(VideoEntry Video, bool IsComplete, bool IsResumed);

/// <summary>
/// Finds or makes the one video entry of a lesson: what the journal knows, what Kinescope has by our stamp, else a new one. An
/// entry that cannot be finished is recorded as an orphan first and deleted once another one is complete.
/// </summary>
internal sealed class VideoEntries(
    KinescopeClient kinescope, IUploadRecord record, KinescopeSettings settings, ResiliencePipeline retry, VideoCatalogue catalogue, bool force, IUploadLog log)
{
    private static readonly Uri NoEndpoint = new("about:blank");

    /// <summary>The entry that an earlier run began or finished, or a new one.</summary>
    public async Task<LessonEntry> FindOrCreateAsync(UploadItem item, RecordedUpload? state, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        switch (state)
        {
            case { Stage: UploadStage.Initialised } when state.Length != file.Length || state.Modified != file.Modified || state.Fingerprint != fingerprint:
                log.Warning($"{item.Name} was changed since its upload began: it starts anew.");
                await OrphanAsync(item, state.VideoId!, "FileChanged").ConfigureAwait(false);
                break;

            case { Stage: UploadStage.Initialised }:
                if (state.Parent != item.ParentId)
                    log.Warning($"{item.Name}: the upload began under parent {state.Parent} and is finished there, not under {item.ParentId}.");
                log.Verbose($"{item.Name}: continues video {state.VideoId}.");
                return new LessonEntry(new VideoEntry(state.VideoId!, settings.AcceptEndpoint(state.Endpoint)), false, true);

            case { Stage: UploadStage.Intended, InitId: null, Fingerprint: { } intended }:
                if (await AdoptLostAsync(item, UploadStamp.Of(item.Key, intended), state.Title ?? item.Title, cancellation).ConfigureAwait(false) is { } lost && intended == fingerprint)
                    return lost;
                break;

            case null or { Stage: UploadStage.Abandoned, Generation: 0 } when !force:
                if (await RecogniseAsync(item, fingerprint, cancellation).ConfigureAwait(false) is { } recognised)
                    return recognised;
                break;
        }

        var entry = await CreateAsync(item, file, fingerprint, cancellation).ConfigureAwait(false);
        if (state is null && !force && !entry.IsComplete)
            await WarnOfLookalikesAsync(item, file, cancellation).ConfigureAwait(false);
        return entry;
    }

    /// <summary>Creates an entry, recording the intent before and the answer after.</summary>
    public async Task<LessonEntry> CreateAsync(UploadItem item, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        var stamp = UploadStamp.Of(item.Key, fingerprint);
        return await retry.ExecuteAsync(async token =>
        {
            var initId = settings.WorkspaceId is null ? null : await ChooseInitIdAsync(item, fingerprint, token).ConfigureAwait(false);
            Waypoint.Pass("intent-due");
            await record.RecordAsync(new UploadEvent(UploadEventKind.Intent, DateTimeOffset.UtcNow)
            {
                Lesson = item.Key,
                Course = item.Course,
                Title = item.Title,
                Path = item.Path,
                Length = file.Length,
                Modified = file.Modified,
                Fingerprint = fingerprint,
                Parent = item.ParentId,
                InitId = initId,
            }).ConfigureAwait(false);
            Waypoint.Pass("intent-recorded");

            VideoEntry entry;
            try
            {
                var video = new NewVideo(item.ParentId, item.Title, Path.GetFileName(item.Path), file.Length, stamp);
                entry = initId is null
                    ? await kinescope.CreateVideoAsync(video, token).ConfigureAwait(false)
                    : await kinescope.CreateVideoAsync(video, initId, token).ConfigureAwait(false);
                Waypoint.Pass("init-answered");
            }
            catch (KinescopeRequestException refusal) when (initId is not null && refusal.Code == KinescopeErrors.AlreadyExists)
            {
                return await AdoptAsync(item, initId, refusal, token).ConfigureAwait(false);
            }
            catch (KinescopeException lost) when (initId is null && lost.IsTransient && lost.ErrorId == ErrorIds.KinescopeUnavailable)
            {
                // The call may have arrived: what it made is found by its stamp before another one is made.
                await AdoptLostAsync(item, stamp, item.Title, token).ConfigureAwait(false);
                throw;
            }

            await RecordEntryAsync(item, entry).ConfigureAwait(false);
            log.Verbose($"{item.Name}: is video {entry.VideoId}.");
            return new LessonEntry(entry, false, false);
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Records where an entry's bytes go.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileNotWritable</c>; its message has the id, which must not be lost.</exception>
    public async Task RecordEntryAsync(UploadItem item, VideoEntry entry)
    {
        try
        {
            await record.RecordAsync(new UploadEvent(UploadEventKind.Initialised, DateTimeOffset.UtcNow)
            {
                Lesson = item.Key,
                Video = entry.VideoId,
                Endpoint = entry.Endpoint.AbsoluteUri,
            }).ConfigureAwait(false);
            Waypoint.Pass("init-recorded");
        }
        catch (KinescopeException failure)
        {
            throw new KinescopeException(failure.ErrorId, $"Video {entry.VideoId} was created but could not be recorded; the next run finds it by its stamp. {failure.Message}", failure) { StopsRun = failure.StopsRun };
        }
    }

    /// <summary>Whether Kinescope has all bytes of an entry whose upload it closed.</summary>
    public async Task<bool> IsCompleteAsync(string videoId, CancellationToken cancellation) =>
        await FindAsync(videoId, cancellation).ConfigureAwait(false) is { HasAllBytes: true };

    public ValueTask<RecordedUpload> OrphanAsync(UploadItem item, string videoId, string reason) =>
        record.RecordAsync(new UploadEvent(UploadEventKind.Orphaned, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = videoId, Reason = reason });

    /// <summary>Deletes the entries of this lesson that were given up. What cannot be deleted is named and tried again by the next run.</summary>
    public async Task DeleteOrphansAsync(UploadItem item, RecordedUpload state, CancellationToken cancellation)
    {
        foreach (var orphan in state.Orphans)
        {
            try
            {
                await retry.ExecuteAsync(async token => await kinescope.DeleteVideoAsync(orphan, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                await record.RecordAsync(new UploadEvent(UploadEventKind.Deleted, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = orphan }).ConfigureAwait(false);
                log.Verbose($"{item.Name}: deleted the unfinished video {orphan}.");
            }
            catch (KinescopeException failure) when (failure.ErrorId != ErrorIds.ProgressFileNotWritable)
            {
                log.Warning($"{item.Name}: the unfinished video {orphan} could not be deleted; delete it in the dashboard. {failure.Message}");
            }
        }
    }

    /// <summary>An id of our own: the recorded one where Kinescope may not have seen it yet, else the next of the lesson's.</summary>
    private async Task<string> ChooseInitIdAsync(UploadItem item, string fingerprint, CancellationToken cancellation)
    {
        var state = await record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        if (state is { Stage: UploadStage.Intended, InitId: { } unused } && state.Fingerprint == fingerprint)
            return unused;
        return force ? Guid.NewGuid().ToString() : UploadStamp.InitId(item.Key, fingerprint, state?.Generation ?? 0);
    }

    /// <summary>An id of ours that Kinescope has already: it is finished, or its upload address is lost.</summary>
    private async Task<LessonEntry> AdoptAsync(UploadItem item, string initId, KinescopeRequestException refusal, CancellationToken cancellation)
    {
        if (await FindAsync(initId, cancellation).ConfigureAwait(false) is { HasAllBytes: true })
        {
            log.Verbose($"{item.Name}: is at Kinescope already, as video {initId}.");
            return Complete(initId);
        }

        await OrphanAsync(item, initId, "UploadAddressLost").ConfigureAwait(false);
        throw new KinescopeException(refusal.ErrorId, refusal.Message, refusal) { IsTransient = true };
    }

    /// <summary>Entries that a call without an answer made: a finished one is adopted, unfinished ones are orphans.</summary>
    private async Task<LessonEntry?> AdoptLostAsync(UploadItem item, string stamp, string title, CancellationToken cancellation)
    {
        LessonEntry? complete = null;
        if (await LookAsync(token => kinescope.SearchVideosAsync(title, token), cancellation).ConfigureAwait(false) is not { } found)
        {
            log.Warning($"{item.Name}: an empty video '{title}' may be left from a call that was never answered; this token may not look for it. Look in the dashboard.");
            return null;
        }

        foreach (var video in found.Where(video => video.Description.Contains(stamp)))
        {
            if (video.HasAllBytes)
                complete = Complete(video.VideoId);
            else
                await OrphanAsync(item, video.VideoId, "UploadAddressLost").ConfigureAwait(false);
        }

        return complete;
    }

    /// <summary>A lesson that the journal does not know, because it is new or was lost.</summary>
    private async Task<LessonEntry?> RecogniseAsync(UploadItem item, string fingerprint, CancellationToken cancellation)
    {
        foreach (var video in await catalogue.FindByStampAsync(UploadStamp.Of(item.Key, fingerprint), cancellation).ConfigureAwait(false))
        {
            if (video.HasAllBytes)
            {
                log.Verbose($"{item.Name}: is at Kinescope already, as video {video.VideoId}.");
                return Complete(video.VideoId);
            }

            // Another machine may be sending to it at this moment.
            log.Warning($"{item.Name}: video {video.VideoId} is an unfinished upload of it whose address is not known here. Delete it in the dashboard unless another run is sending it.");
        }

        return null;
    }

    private async Task WarnOfLookalikesAsync(UploadItem item, SourceFile file, CancellationToken cancellation)
    {
        foreach (var video in await catalogue.FindLookalikesAsync(item.Title, file.Length, cancellation).ConfigureAwait(false))
            log.Warning($"{item.Name}: video {video.VideoId} at Kinescope has the same title and size. If it is the same, link it with Set-LessonVideoId and delete the new one.");
    }

    private Task<KinescopeVideo?> FindAsync(string videoId, CancellationToken cancellation) =>
        LookAsync(token => kinescope.FindVideoAsync(videoId, token), cancellation);

    // A token that may only upload sees nothing; that is no reason to stop.
    private async Task<T?> LookAsync<T>(Func<CancellationToken, Task<T>> look, CancellationToken cancellation)
        where T : class?
    {
        try
        {
            return await retry.ExecuteAsync(async token => await look(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            log.Verbose($"This token may not look at videos. {denied.Message}");
            return null;
        }
    }

    private static LessonEntry Complete(string videoId) => new(new VideoEntry(videoId, NoEndpoint), true, true);
}
