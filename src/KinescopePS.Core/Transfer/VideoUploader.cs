using System.Collections.Concurrent;
using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>
/// A lesson's road to Kinescope. Each step is recorded before the next is taken: intent, entry, bytes, done. A rerun enters
/// where the record ends, and the server's offset decides what is sent.
/// </summary>
internal sealed class VideoUploader(UploadServices services)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _files = new();
    private readonly ConcurrentDictionary<string, byte> _uploadedFiles = new();

    private bool Force => services.Settings.Force;

    /// <summary>Uploads one file, or continues it, or finds it done.</summary>
    /// <returns>The outcome. A failure is part of it, never thrown.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped; what was done is recorded.</exception>
    public async Task<UploadOutcome> UploadAsync(UploadItem item, FileTransfer transfer, CancellationToken cancellation)
    {
        // Two lessons may share a file: the second one waits and then needs no upload.
        var turn = _files.GetOrAdd(FilePaths.KeyOf(item.Path), _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await UploadOrResumeAsync(item, transfer, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            var reason = failure as KinescopeException ?? new KinescopeException(ErrorIds.UploadFailed, failure.Message, failure);
            if (!reason.StopsRun)
                reason = await RecordFailureAsync(item, reason).ConfigureAwait(false);
            var named = new KinescopeException(reason.ErrorId, $"{item.Name}: {reason.Message}", reason) { StopsRun = reason.StopsRun };
            return new UploadOutcome(item.Result(LessonUploadStatus.Failed, null, transfer, named.Message), named);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<UploadOutcome> UploadOrResumeAsync(UploadItem item, FileTransfer transfer, CancellationToken cancellation)
    {
        using var file = SourceFile.Open(item.Path);
        var fingerprint = await ContentHash.FingerprintAsync(file, cancellation).ConfigureAwait(false);
        var state = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        if (await FindDoneAsync(item, state, file, fingerprint, cancellation).ConfigureAwait(false) is { } videoId)
            return new UploadOutcome(item.Result(LessonUploadStatus.Skipped, videoId), null);

        var entry = await services.Entries.FindOrCreateAsync(item, state, file, fingerprint, cancellation).ConfigureAwait(false);
        if (entry.IsComplete)
            return await FinishAsync(item, entry, file, fingerprint, transfer, LessonUploadStatus.Skipped, cancellation).ConfigureAwait(false);

        for (var isSecond = false; ; isSecond = true)
        {
            try
            {
                transfer.Step = TransferStep.Sending;
                state = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
                await new ByteSender(services, item, entry, state!, file, transfer).SendAsync(cancellation).ConfigureAwait(false);
                await RequireSameAsync(file, fingerprint, cancellation).ConfigureAwait(false);
                break;
            }
            catch (KinescopeException changed) when (changed.ErrorId == ErrorIds.FileChangedDuringUpload)
            {
                // Two versions are never spliced: what was sent of the old one is deleted.
                var orphaned = await services.Entries.OrphanAsync(item, entry.Video.VideoId, changed.ErrorId).ConfigureAwait(false);
                await services.Entries.DeleteOrphansAsync(item, orphaned, cancellation).ConfigureAwait(false);
                throw;
            }
            catch (KinescopeException expired) when (expired.ErrorId == ErrorIds.UploadExpired && !isSecond)
            {
                if (await services.Entries.IsCompleteAsync(entry.Video.VideoId, cancellation).ConfigureAwait(false))
                {
                    services.Log.Verbose($"{item.Name}: Kinescope has all bytes of video {entry.Video.VideoId} and closed its upload.");
                    break;
                }

                services.Log.Warning($"{item.Name}: the upload of video {entry.Video.VideoId} cannot be continued ({expired.Message}) and starts anew as a new video.");
                await services.Entries.OrphanAsync(item, entry.Video.VideoId, expired.ErrorId).ConfigureAwait(false);
                transfer.Step = TransferStep.Creating;
                entry = await services.Entries.CreateAsync(item, file, fingerprint, cancellation).ConfigureAwait(false);
            }
        }

        transfer.Offset = file.Length;
        return await FinishAsync(item, entry, file, fingerprint, transfer, LessonUploadStatus.Uploaded, cancellation).ConfigureAwait(false);
    }

    /// <summary>The video that this lesson, or another one with the same file, has already; null where the file is to be sent.</summary>
    private async Task<string?> FindDoneAsync(UploadItem item, RecordedUpload? state, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        if (state is { Stage: UploadStage.Uploaded } && !Force)
        {
            if (await IsSameFileAsync(state, file, fingerprint, cancellation).ConfigureAwait(false))
            {
                if (state.Modified != file.Modified)
                    await RecordUploadedAsync(item, state.VideoId!, file, fingerprint).ConfigureAwait(false);
                await services.Entries.DeleteOrphansAsync(item, state, cancellation).ConfigureAwait(false);
                return state.VideoId;
            }

            services.Log.Warning($"{item.Name} was changed after its upload as video {state.VideoId}: it is uploaded anew, as a new video. The old one stays at Kinescope.");
        }

        var isFresh = state is null or { Stage: UploadStage.Abandoned } || Force && state.Stage == UploadStage.Uploaded;
        if (isFresh && (!Force || _uploadedFiles.ContainsKey(FilePaths.KeyOf(item.Path)))
            && await services.Record.FindFileAsync(item.Path, cancellation).ConfigureAwait(false) is { } twin
            && twin.Lesson != (state?.Lesson ?? item.Key)
            && await IsSameFileAsync(twin, file, fingerprint, cancellation).ConfigureAwait(false))
        {
            services.Log.Verbose($"{item.Name}: its file is video {twin.VideoId} already, uploaded for '{twin.Lesson}'.");
            await RecordUploadedAsync(item, twin.VideoId!, file, fingerprint).ConfigureAwait(false);
            return twin.VideoId;
        }

        return null;
    }

    /// <summary>Whether a file is the one that was uploaded. Where only its date differs, its content decides.</summary>
    private static async Task<bool> IsSameFileAsync(RecordedUpload state, SourceFile file, string fingerprint, CancellationToken cancellation)
    {
        if (state.Length is null || state.Length == file.Length && state.Modified == file.Modified)
            return true;
        return state.Length == file.Length && state.Fingerprint == fingerprint
            && (file.Length <= ContentHash.FingerprintSize || state.MarkedOffset == file.Length && await ContentHash.MatchesAsync(file, state.Marks, cancellation).ConfigureAwait(false));
    }

    // Another file may have taken the name, with the same size and date.
    private static async Task RequireSameAsync(SourceFile sent, string fingerprint, CancellationToken cancellation)
    {
        sent.RequireUnchanged();
        using var now = SourceFile.Open(sent.Path);
        if (await ContentHash.FingerprintAsync(now, cancellation).ConfigureAwait(false) != fingerprint)
            throw sent.Changed();
    }

    private async Task<UploadOutcome> FinishAsync(UploadItem item, LessonEntry entry, SourceFile file, string fingerprint, FileTransfer transfer, LessonUploadStatus status, CancellationToken cancellation)
    {
        var videoId = entry.Video.VideoId;
        transfer.Step = TransferStep.Ending;
        try
        {
            var state = await RecordUploadedAsync(item, videoId, file, fingerprint).ConfigureAwait(false);
            Waypoint.Pass("uploaded-recorded");
            await services.Entries.DeleteOrphansAsync(item, state, cancellation).ConfigureAwait(false);
            return new UploadOutcome(item.Result(status, videoId, transfer), null);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.ProgressFileNotWritable)
        {
            // The id must not be lost: it still goes down the pipeline, and into the error.
            var unrecorded = new KinescopeException(failure.ErrorId, $"{item.Name} is uploaded as video {videoId}, but that could not be recorded. {failure.Message}", failure) { StopsRun = true };
            return new UploadOutcome(item.Result(status, videoId, transfer, unrecorded.Message), unrecorded);
        }
    }

    private async Task<RecordedUpload> RecordUploadedAsync(UploadItem item, string videoId, SourceFile file, string fingerprint)
    {
        var state = await services.Record.RecordAsync(new UploadEvent(UploadEventKind.Uploaded, DateTimeOffset.UtcNow)
        {
            Lesson = item.Key,
            Course = item.Course,
            Title = item.Title,
            Path = item.Path,
            Video = videoId,
            Length = file.Length,
            Modified = file.Modified,
            Fingerprint = fingerprint,
        }).ConfigureAwait(false);
        _uploadedFiles.TryAdd(FilePaths.KeyOf(item.Path), 0);
        return state;
    }

    private async Task<KinescopeException> RecordFailureAsync(UploadItem item, KinescopeException failure)
    {
        try
        {
            await services.Record.RecordAsync(new UploadEvent(UploadEventKind.Failed, DateTimeOffset.UtcNow)
            {
                Lesson = item.Key,
                Course = item.Course,
                Title = item.Title,
                Path = item.Path,
                Reason = failure.ErrorId,
                Message = failure.Message,
            }).ConfigureAwait(false);
            return failure;
        }
        catch (KinescopeException unwritable)
        {
            return unwritable;
        }
    }
}
