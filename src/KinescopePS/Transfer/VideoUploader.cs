using KinescopePS.Journal;
using KinescopePS.Kinescope;
using KinescopePS.Tus;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>What an upload tells while it goes on; may be called from any thread.</summary>
internal interface IUploadLog
{
    void Verbose(string message);

    void Warning(string message);
}

/// <summary>How a lesson's upload ended, and why where it failed.</summary>
internal sealed record UploadOutcome(LessonUpload Result, KinescopeException? Failure);

/// <summary>
/// A lesson's road to Kinescope. Each step is recorded before the next is taken: intent, entry, bytes, done. A rerun enters
/// where the record ends, and the server's offset decides what is sent.
/// </summary>
internal sealed class VideoUploader(
    KinescopeClient kinescope, TusClient tus, IUploadJournal journal, KinescopeSettings settings, ResiliencePipeline retry, bool force, IUploadLog log)
{
    /// <summary>How far this machine's clock may be ahead of Kinescope's when entries are compared by time.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Uploads one file, or continues it, or finds it done.</summary>
    /// <returns>The outcome. A failure is part of it, never thrown.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped; what was done is recorded.</exception>
    public async Task<UploadOutcome> UploadAsync(UploadItem item, FileTransfer transfer, CancellationToken cancellation)
    {
        try
        {
            return await UploadOrResumeAsync(item, transfer, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            var reason = failure as KinescopeException ?? new KinescopeException(ErrorIds.UploadFailed, failure.Message, failure);
            var named = Named(item, reason);
            if (!reason.StopsRun)
                named = await RecordFailureAsync(item, named).ConfigureAwait(false);
            return new UploadOutcome(item.Result(LessonUploadStatus.Failed, null, transfer, named.Message), named);
        }
    }

    private async Task<UploadOutcome> UploadOrResumeAsync(UploadItem item, FileTransfer transfer, CancellationToken cancellation)
    {
        using var file = SourceFile.Open(item.Path);
        var state = await journal.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        if (state is { Stage: UploadStage.Uploaded } && !force)
        {
            if (state.IsSameFile(file))
            {
                await DeleteOrphansAsync(item, state, cancellation).ConfigureAwait(false);
                return new UploadOutcome(item.Result(LessonUploadStatus.Skipped, state.VideoId), null);
            }

            log.Warning($"{item.Name} was changed after its upload as video {state.VideoId}: it is uploaded anew, as a new video. The old one stays at Kinescope.");
        }

        var entry = await FindUnfinishedAsync(item, state, file, cancellation).ConfigureAwait(false);
        var isResumed = entry is not null;
        if (isResumed)
            log.Verbose($"{item.Name}: continues video {entry!.VideoId}.");
        entry ??= await CreateEntryAsync(item, file, cancellation).ConfigureAwait(false);
        try
        {
            await SendBytesAsync(entry, isResumed, file, transfer, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException expired) when (expired.ErrorId == ErrorIds.UploadExpired)
        {
            if (await IsCompleteAsync(entry, cancellation).ConfigureAwait(false))
            {
                log.Verbose($"{item.Name}: Kinescope has all bytes of video {entry.VideoId} and closed its upload.");
            }
            else
            {
                log.Warning($"{item.Name}: the upload of video {entry.VideoId} cannot be continued ({expired.Message}) and starts anew as a new video.");
                await OrphanAsync(item, entry.VideoId, expired.ErrorId).ConfigureAwait(false);
                entry = await CreateEntryAsync(item, file, cancellation).ConfigureAwait(false);
                await SendBytesAsync(entry, false, file, transfer, cancellation).ConfigureAwait(false);
            }
        }

        await RequireUnchangedAsync(item, entry, file, cancellation).ConfigureAwait(false);
        transfer.SetOffset(file.Length);
        return await FinishAsync(item, entry, file, transfer, cancellation).ConfigureAwait(false);
    }

    /// <summary>The entry that an earlier run began and that can still be finished; null where there is none.</summary>
    private async Task<VideoEntry?> FindUnfinishedAsync(UploadItem item, UploadState? state, SourceFile file, CancellationToken cancellation)
    {
        switch (state)
        {
            case { Stage: UploadStage.Initialised } when !state.IsSameFile(file):
                log.Warning($"{item.Name} was changed since its upload began: it starts anew.");
                await OrphanAsync(item, state.VideoId!, "FileChanged").ConfigureAwait(false);
                return null;

            case { Stage: UploadStage.Initialised }:
                if (state.Parent != settings.ParentId)
                    log.Warning($"{item.Name}: the upload began under parent {state.Parent} and is finished there, not under {settings.ParentId}.");
                return new VideoEntry(state.VideoId!, settings.AcceptEndpoint(state.Endpoint));

            case { Stage: UploadStage.Intended, InitId: { } initId }:
                if (await retry.ExecuteAsync(async token => await kinescope.FindVideoAsync(initId, token).ConfigureAwait(false), cancellation).ConfigureAwait(false) is not null)
                    await OrphanAsync(item, initId, "UploadAddressLost").ConfigureAwait(false);
                return null;

            case { Stage: UploadStage.Intended }:
                await WarnOfLostEntryAsync(item, state.Title ?? item.Title, state.IntendedAt, cancellation).ConfigureAwait(false);
                return null;

            default:
                return null;
        }
    }

    private async Task<VideoEntry> CreateEntryAsync(UploadItem item, SourceFile file, CancellationToken cancellation)
    {
        // An id that Kinescope never saw is used again, so that a lost answer cannot leave two entries.
        var state = await journal.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        var initId = settings.WorkspaceId is null ? null
            : state is { Stage: UploadStage.Intended, InitId: { } unused } ? unused
            : Guid.NewGuid().ToString();
        return await retry.ExecuteAsync(async token =>
        {
            var intent = await journal.RecordAsync(new JournalRecord(JournalEvent.Intent, DateTimeOffset.UtcNow)
            {
                Lesson = item.Key,
                Course = item.Course,
                Title = item.Title,
                Path = item.Path,
                Length = file.Length,
                Modified = file.Modified,
                Parent = settings.ParentId,
                InitId = initId,
            }).ConfigureAwait(false);
            var video = new NewVideo(item.Title, Path.GetFileName(item.Path), file.Length);
            VideoEntry entry;
            try
            {
                entry = initId is null
                    ? await kinescope.CreateVideoAsync(video, token).ConfigureAwait(false)
                    : await kinescope.CreateVideoAsync(video, initId, token).ConfigureAwait(false);
            }
            catch (KinescopeRequestException refusal) when (initId is not null && refusal.Code == KinescopeErrors.AlreadyExists)
            {
                // An earlier answer was lost, and with it the upload address of this id.
                await OrphanAsync(item, initId, "UploadAddressLost").ConfigureAwait(false);
                initId = Guid.NewGuid().ToString();
                throw new KinescopeException(refusal.ErrorId, refusal.Message, refusal) { IsTransient = true };
            }
            catch (KinescopeException lost) when (initId is null && lost.IsTransient && lost.ErrorId == ErrorIds.KinescopeUnavailable)
            {
                await WarnOfLostEntryAsync(item, item.Title, intent.IntendedAt, token).ConfigureAwait(false);
                throw;
            }

            await journal.RecordAsync(new JournalRecord(JournalEvent.Initialised, DateTimeOffset.UtcNow)
            {
                Lesson = item.Key,
                Video = entry.VideoId,
                Endpoint = entry.Endpoint.AbsoluteUri,
            }).ConfigureAwait(false);
            log.Verbose($"{item.Name}: is video {entry.VideoId}.");
            return entry;
        }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends until the server has all bytes. Each advance of the offset gives the retries back.</summary>
    private async Task SendBytesAsync(VideoEntry entry, bool isResumed, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        long? known = isResumed ? null : 0;
        while (known is null || known < file.Length)
        {
            known = await retry.ExecuteAsync(async token =>
            {
                var offset = known ?? await tus.GetOffsetAsync(entry.Endpoint, file.Length, token).ConfigureAwait(false);
                known = null;
                transfer.SetOffset(offset);
                return offset == file.Length ? offset : await AdvanceAsync(entry, file, offset, transfer, token).ConfigureAwait(false);
            }, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<long> AdvanceAsync(VideoEntry entry, SourceFile file, long offset, FileTransfer transfer, CancellationToken cancellation)
    {
        transfer.BeginAttempt(offset);
        try
        {
            return await tus.SendAsync(entry.Endpoint, file, offset, transfer.Attempts == 1, transfer.Sent, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (failure.IsTransient)
        {
            var reached = await tus.GetOffsetAsync(entry.Endpoint, file.Length, cancellation).ConfigureAwait(false);
            if (reached <= offset)
                throw;
            log.Verbose($"{transfer.Item.Name}: {failure.Message} The server holds {reached} of {file.Length} bytes; going on from there.");
            return reached;
        }
    }

    private async Task<bool> IsCompleteAsync(VideoEntry entry, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await kinescope.FindVideoAsync(entry.VideoId, token).ConfigureAwait(false), cancellation).ConfigureAwait(false) is { HasAllBytes: true };

    private async Task RequireUnchangedAsync(UploadItem item, VideoEntry entry, SourceFile file, CancellationToken cancellation)
    {
        try
        {
            file.RequireUnchanged();
        }
        catch (KinescopeException)
        {
            var state = await OrphanAsync(item, entry.VideoId, ErrorIds.FileChangedDuringUpload).ConfigureAwait(false);
            await DeleteOrphansAsync(item, state, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<UploadOutcome> FinishAsync(UploadItem item, VideoEntry entry, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        try
        {
            var state = await journal.RecordAsync(new JournalRecord(JournalEvent.Uploaded, DateTimeOffset.UtcNow)
            {
                Lesson = item.Key,
                Video = entry.VideoId,
                Length = file.Length,
                Modified = file.Modified,
            }).ConfigureAwait(false);
            await DeleteOrphansAsync(item, state, cancellation).ConfigureAwait(false);
            return new UploadOutcome(item.Result(LessonUploadStatus.Uploaded, entry.VideoId, transfer), null);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.ProgressFileNotWritable)
        {
            // The id must not be lost: it still goes down the pipeline, and into the error.
            var unrecorded = new KinescopeException(failure.ErrorId, $"{item.Name} is uploaded as video {entry.VideoId}, but that could not be recorded. {failure.Message}", failure) { StopsRun = true };
            return new UploadOutcome(item.Result(LessonUploadStatus.Uploaded, entry.VideoId, transfer, unrecorded.Message), unrecorded);
        }
    }

    private ValueTask<UploadState> OrphanAsync(UploadItem item, string videoId, string reason) =>
        journal.RecordAsync(new JournalRecord(JournalEvent.Orphaned, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = videoId, Reason = reason });

    /// <summary>Deletes the entries of this lesson that were given up. What cannot be deleted is named and tried again by the next run.</summary>
    private async Task DeleteOrphansAsync(UploadItem item, UploadState state, CancellationToken cancellation)
    {
        foreach (var orphan in state.Orphans)
        {
            try
            {
                await retry.ExecuteAsync(async token => await kinescope.DeleteVideoAsync(orphan, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                await journal.RecordAsync(new JournalRecord(JournalEvent.Deleted, DateTimeOffset.UtcNow) { Lesson = item.Key, Video = orphan }).ConfigureAwait(false);
                log.Verbose($"{item.Name}: deleted the unfinished video {orphan}.");
            }
            catch (KinescopeException failure) when (failure.ErrorId != ErrorIds.ProgressFileNotWritable)
            {
                log.Warning($"{item.Name}: the unfinished video {orphan} could not be deleted; delete it in the dashboard. {failure.Message}");
            }
        }
    }

    /// <summary>
    /// An entry whose creation was never answered cannot be told from somebody else's of the same title, so it is named and left.
    /// </summary>
    private async Task WarnOfLostEntryAsync(UploadItem item, string title, DateTimeOffset intendedAt, CancellationToken cancellation)
    {
        try
        {
            foreach (var video in await kinescope.SearchVideosAsync(title, cancellation).ConfigureAwait(false))
            {
                if (video.Status is "pending" or "uploading" && video.CreatedAt >= intendedAt - ClockTolerance)
                    log.Warning($"{item.Name}: video {video.Id} may be left from a call that was never answered. Delete it in the dashboard if nobody else is uploading it.");
            }
        }
        catch (KinescopeException failure) when (!failure.StopsRun)
        {
            log.Verbose($"{item.Name}: could not look for an entry left from a lost answer. {failure.Message}");
        }
    }

    private async Task<KinescopeException> RecordFailureAsync(UploadItem item, KinescopeException failure)
    {
        try
        {
            await journal.RecordAsync(new JournalRecord(JournalEvent.Failed, DateTimeOffset.UtcNow) { Lesson = item.Key, Reason = failure.ErrorId, Message = failure.Message }).ConfigureAwait(false);
            return failure;
        }
        catch (KinescopeException unwritable)
        {
            return unwritable;
        }
    }

    private static KinescopeException Named(UploadItem item, KinescopeException failure) =>
        new(failure.ErrorId, $"{item.Name}: {failure.Message}", failure) { StopsRun = failure.StopsRun, IsTransient = failure.IsTransient };
}
