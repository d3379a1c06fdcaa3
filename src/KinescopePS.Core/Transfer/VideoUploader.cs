using System.Collections.Concurrent;
using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>
/// Carries out what was decided of a lesson's file. Each step is recorded before the next is taken: intent, video, bytes, done. A rerun
/// enters where the record ends, and the server's offset decides what is sent.
/// </summary>
internal sealed class VideoUploader(UploadServices services, UploadSurvey survey)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _files = new();
    private readonly VideoCreation _creation = new(services);
    private readonly VideoSender _sender = new(services);
    private readonly ContentReplacing _replacing = new(services);
    private readonly LessonCompanions _companions = new(services);

    /// <summary>Uploads one file, or continues it, or finds it done.</summary>
    /// <returns>The outcome. A failure is part of it, never thrown.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped; what was done is recorded.</exception>
    public async Task<UploadOutcome> UploadAsync(PlannedUpload planned, FileTransfer transfer, CancellationToken cancellation)
    {
        var item = planned.Item;
        // Two lessons may share a file: the second one waits and then needs no upload.
        var turn = _files.GetOrAdd(FilePaths.KeyOf(item.File), _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var outcome = planned.Decision is { Step: UploadStep.HandOn, VideoId: { } handedOn }
                ? new UploadOutcome(item.Result(LessonUploadStatus.Skipped, handedOn), null) { IsHandedOn = true }
                : await UploadClaimedAsync(planned, transfer, cancellation).ConfigureAwait(false);
            return item.Companions.HasAny
                ? await _companions.SendAsync(item, outcome, cancellation).ConfigureAwait(false)
                : outcome;
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            var reason = failure as KinescopeException ?? KinescopeException.Unexpected(failure);
            // Of a lesson that is another's by now nothing is written.
            if (!reason.StopsRun && reason.ErrorId != ErrorIds.LessonClaimed)
                reason = await RecordFailureAsync(item, reason).ConfigureAwait(false);
            var named = reason.About(item.Name);
            return new UploadOutcome(item.Result(LessonUploadStatus.Failed, null, transfer, named), named);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<UploadOutcome> UploadClaimedAsync(PlannedUpload planned, FileTransfer transfer, CancellationToken cancellation)
    {
        if (services.Record.IsShared && await TryFindDoneAsync(planned, transfer, cancellation).ConfigureAwait(false) is { } done)
            return done;
        var claim = await LessonClaim.TakeAsync(services.Record, planned.Item.Key, cancellation).ConfigureAwait(false);
        await using (claim.ConfigureAwait(false))
        {
            try
            {
                return await CarryOutAsync(planned, transfer, claim.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (claim.Failure is not null && !cancellation.IsCancellationRequested)
            {
                throw claim.Failure;
            }
        }
    }

    /// <summary>The outcome of a lesson that is uploaded and needs nothing more: no claim and no question is spent on it.</summary>
    private async Task<UploadOutcome?> TryFindDoneAsync(PlannedUpload planned, FileTransfer transfer, CancellationToken cancellation)
    {
        var recorded = await services.Record.FindAsync(planned.Item.Key, cancellation).ConfigureAwait(false);
        if (services.Settings.Force
            || recorded is not { Stage: UploadStage.Uploaded, LostAttempts.Count: 0, AbandonedVideos.Count: 0, Fingerprint: not null })
            return null;
        using var file = SourceFile.Open(planned.Item.Path);
        transfer.Length = file.Length;
        var facts = await survey.BeginAsync(planned.Facts, planned.Item.File, new FileFacts(file.Length, file.Modified), cancellation)
            .ConfigureAwait(false);
        var decision = UploadDecision.Of(facts, force: false, services.Settings.Replaces);
        if (decision.Needs == CostlyFact.Fingerprint)
        {
            facts = await survey.ReadAsync(facts, decision.Needs, file, cancellation).ConfigureAwait(false);
            decision = UploadDecision.Of(facts, force: false, services.Settings.Replaces);
        }

        return decision is { Step: UploadStep.Done, Needs: CostlyFact.None }
            ? await ConfirmDoneAsync(planned.Item, facts, decision.VideoId!, transfer, cancellation).ConfigureAwait(false)
            : null;
    }

    private async Task<UploadOutcome> CarryOutAsync(PlannedUpload planned, FileTransfer transfer, CancellationToken cancellation)
    {
        var item = planned.Item;
        using var file = SourceFile.Open(item.Path);
        transfer.Length = file.Length;
        var (decision, facts) = await DecideAsync(planned, file, transfer, cancellation).ConfigureAwait(false);
        foreach (var notice in decision.Notices)
            services.Log.Warning($"{item.Name}: {notice}");
        foreach (var videoId in decision.Abandoned)
            await services.AbandonAsync(item, videoId, decision.AbandonReason).ConfigureAwait(false);

        switch (decision.Step)
        {
            case UploadStep.Done:
                return await ConfirmDoneAsync(item, facts, decision.VideoId!, transfer, cancellation).ConfigureAwait(false);

            case UploadStep.Adopt:
                services.Log.Verbose(decision.OtherLesson is { } other
                    ? $"{item.Name}: its file is video {decision.VideoId} already, uploaded for '{other}'."
                    : $"{item.Name}: is at Kinescope already, as video {decision.VideoId}.");
                if (facts.File!.Fingerprint is null)
                    facts = await survey.ReadAsync(facts, CostlyFact.Fingerprint, file, cancellation).ConfigureAwait(false);
                var adopted = await FinishAsync(item, facts, decision.VideoId!, transfer, LessonUploadStatus.Skipped, cancellation)
                    .ConfigureAwait(false);
                if (decision.IsVerified && adopted.Failure is null)
                    await RecordComparisonAsync(item, decision.VideoId!, facts.File!.Whole!).ConfigureAwait(false);
                return adopted;

            case UploadStep.Continue when decision.OtherLesson is not null:
                return await ContinueOthersAsync(item, facts, file, transfer, cancellation).ConfigureAwait(false);

            case UploadStep.Continue:
                return await SendAsync(item, facts, TargetOf(item, facts.Recorded!), file, transfer, cancellation).ConfigureAwait(false);

            case UploadStep.Begin:
                var video = await _creation.CreateAsync(item, file, facts.File!.Fingerprint!, transfer, cancellation)
                    .ConfigureAwait(false);
                foreach (var lookalike in decision.Lookalikes)
                {
                    services.Log.Warning($"{item.Name}: video {lookalike} at Kinescope has the same title and size. "
                        + "If it is the same, link it with Set-LessonVideoId and delete the new one.");
                }

                return await SendAsync(item, facts, video, file, transfer, cancellation).ConfigureAwait(false);

            case UploadStep.Replace:
                planned.RequireWithinLimit(file.Length, facts);
                var sent = await _replacing.ReplaceAsync(item, facts, file, transfer, cancellation).ConfigureAwait(false);
                return await SettleAsync(item, sent, transfer, isSent: true, cancellation).ConfigureAwait(false);

            case UploadStep.Settle:
                var arrived = facts.Recorded!.Replacement!.IsSent
                    ? facts.Recorded
                    : await _replacing.ArrivedAsync(item, facts, facts.Recorded).ConfigureAwait(false);
                return await SettleAsync(item, arrived, transfer, isSent: false, cancellation).ConfigureAwait(false);

            default:
                throw decision.Failure!;
        }
    }

    private async Task<UploadOutcome> SettleAsync(
        UploadItem item, RecordedUpload recorded, FileTransfer transfer, bool isSent, CancellationToken cancellation)
    {
        transfer.EndBytes();
        survey.Uploaded(item.File);
        recorded = await _replacing.SettleAsync(
            item, recorded, isProcessed: !isSent, mayEnd: !services.Settings.Verifies, cancellation).ConfigureAwait(false);
        await services.DeleteAbandonedAsync(item, recorded, cancellation).ConfigureAwait(false);
        var status = isSent ? LessonUploadStatus.Uploaded : LessonUploadStatus.Skipped;
        return new UploadOutcome(item.Result(status, recorded.VideoId, transfer), null);
    }

    /// <summary>The plan's decision, brought to its end; taken again where the facts have changed that it was taken from.</summary>
    private async Task<(UploadDecision Decision, UploadFacts Facts)> DecideAsync(
        PlannedUpload planned, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        var facts = await survey.BeginAsync(
            planned.Facts with { SharedWith = null }, planned.Item.File, new FileFacts(file.Length, file.Modified), cancellation)
                .ConfigureAwait(false);
        if (facts.HasBasisOf(planned.Facts))
            facts = planned.Facts;
        while (true)
        {
            var decision = UploadDecision.Of(facts, services.Settings.Force, services.Settings.Replaces);
            switch (decision.Needs)
            {
                case CostlyFact.None:
                    return (decision, facts);
                case CostlyFact.Videos:
                    var videos = await services.Catalogue.FindAsync(planned.Item, facts.Recorded, file.Length, cancellation)
                        .ConfigureAwait(false);
                    facts = facts with { Videos = videos };
                    break;
                case CostlyFact.Completion:
                    var others = facts.Videos!.Stamped.Where(video => video.VideoId != decision.VideoId);
                    var waiting = facts.Videos.Stamped.First(video => video.VideoId == decision.VideoId);
                    services.Log.Verbose($"{planned.Item.Name}: video {waiting.VideoId} has its stamp and may be complete: looking again.");
                    var seen = await services.Catalogue.LookAgainAsync(waiting, cancellation).ConfigureAwait(false);
                    facts = facts with { Videos = facts.Videos with { Stamped = [.. seen, .. others] } };
                    break;
                case CostlyFact.Arrival:
                    var arrival = await _replacing.LookAsync(planned.Item, facts.Recorded!, transfer, cancellation)
                        .ConfigureAwait(false);
                    facts = facts with { Arrival = arrival };
                    break;
                case CostlyFact.Whole:
                    services.Log.Verbose(
                        $"{planned.Item.Name}: has the stamp of video {decision.VideoId} at Kinescope; comparing the whole file with it.");
                    var whole = await ContentHash.WholeAsync(file, cancellation).ConfigureAwait(false);
                    facts = facts with { File = facts.File! with { Whole = whole } };
                    break;
                default:
                    facts = await survey.ReadAsync(facts, decision.Needs, file, cancellation).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Keeps what the comparison read: -Verify need not read it again, and a later run sees by the marks what it was.</summary>
    private async Task RecordComparisonAsync(UploadItem item, string videoId, WholeFile whole)
    {
        foreach (var mark in whole.Marks)
            services.Record.Mark(item.Key, mark);
        await services.Record.AppendAsync(item.Event(UploadEventKind.Verified) with { Video = videoId }).ConfigureAwait(false);
    }

    private TargetVideo TargetOf(UploadItem item, RecordedUpload recorded)
    {
        if (recorded.Parent != item.ParentId)
            services.Log.Warning(
                $"{item.Name}: the upload began under parent {recorded.Parent} and is finished there, not under {item.ParentId}.");
        services.Log.Verbose($"{item.Name}: continues video {recorded.VideoId}.");
        var endpoint = services.Settings.Kinescope.AcceptEndpoint(recorded.Endpoint);
        return new TargetVideo(recorded.VideoId!, endpoint, IsResumed: true, recorded.Marks, recorded.MayBeComplete);
    }

    /// <summary>Finishes what was begun of the file for another lesson, and takes its video for this one too.</summary>
    private async Task<UploadOutcome> ContinueOthersAsync(
        UploadItem item, UploadFacts facts, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        var begun = facts.Begun!;
        var other = item with { LessonId = begun.Lesson, Course = begun.Course, Title = begun.Title ?? item.Title };
        var claim = await LessonClaim.TakeAsync(services.Record, begun.Lesson, cancellation).ConfigureAwait(false);
        await using (claim.ConfigureAwait(false))
        {
            var sent = await SendAsync(other, facts, TargetOf(other, begun), file, transfer, claim.Token).ConfigureAwait(false);
            return sent.Failure is null
                ? await FinishAsync(item, facts, sent.Result.VideoId!, transfer, LessonUploadStatus.Uploaded, cancellation)
                    .ConfigureAwait(false)
                : sent with { Result = item.Result(sent.Result.Status, sent.Result.VideoId, transfer, sent.Failure) };
        }
    }

    private async Task<UploadOutcome> SendAsync(
        UploadItem item, UploadFacts facts, TargetVideo video, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        await transfer.WaitForTurnAsync(cancellation).ConfigureAwait(false);
        var videoId = await _sender.SendAsync(item, facts.File!.Fingerprint!, video, file, transfer, cancellation).ConfigureAwait(false);
        transfer.EndBytes();
        return await FinishAsync(item, facts, videoId, transfer, LessonUploadStatus.Uploaded, cancellation).ConfigureAwait(false);
    }

    private async Task<UploadOutcome> ConfirmDoneAsync(
        UploadItem item, UploadFacts facts, string videoId, FileTransfer transfer, CancellationToken cancellation)
    {
        // Only its date may have changed: the next run need not compare it again.
        if (facts.Recorded!.Length is not null && facts.Recorded.File?.Modified != facts.File!.Modified)
            return await FinishAsync(item, facts, videoId, transfer, LessonUploadStatus.Skipped, cancellation).ConfigureAwait(false);
        var state = await _creation.FindLostAsync(item, facts.Recorded, cancellation).ConfigureAwait(false);
        await services.DeleteAbandonedAsync(item, state, cancellation).ConfigureAwait(false);
        return new UploadOutcome(item.Result(LessonUploadStatus.Skipped, videoId, transfer), null);
    }

    private async Task<UploadOutcome> FinishAsync(
        UploadItem item,
        UploadFacts facts,
        string videoId,
        FileTransfer transfer,
        LessonUploadStatus status,
        CancellationToken cancellation)
    {
        transfer.Step = TransferStep.Ending;
        try
        {
            var state = await services.Record.AppendAsync(item.Event(UploadEventKind.Uploaded) with
            {
                Course = item.Course,
                Title = item.Title,
                Path = item.File,
                Video = videoId,
                Length = facts.File!.Length,
                Modified = facts.File.Modified,
                Fingerprint = facts.File.Fingerprint,
            }).ConfigureAwait(false);
            survey.Uploaded(item.File);
            Waypoint.Pass("uploaded-recorded");
            if (status == LessonUploadStatus.Uploaded)
            {
                services.Sent(videoId);
                await services.PlaceStampAsync(item, videoId, facts.File.Fingerprint!, cancellation).ConfigureAwait(false);
            }

            state = await _creation.FindLostAsync(item, state, cancellation).ConfigureAwait(false);
            await services.DeleteAbandonedAsync(item, state, cancellation).ConfigureAwait(false);
            return new UploadOutcome(item.Result(status, videoId, transfer), null);
        }
        catch (KinescopeException failure) when (services.Record.HasFailedBy(failure))
        {
            // The id must not be lost: it still goes down the pipeline, and into the error.
            var unrecorded = failure.Saying(
                $"{item.Name} is uploaded as video {videoId}, but that could not be recorded. {failure.Message}");
            return new UploadOutcome(item.Result(status, videoId, transfer, unrecorded), unrecorded);
        }
    }

    private async Task<KinescopeException> RecordFailureAsync(UploadItem item, KinescopeException failure)
    {
        try
        {
            await services.Record.AppendAsync(item.Event(UploadEventKind.Failed) with
            {
                Course = item.Course,
                Title = item.Title,
                Path = item.File,
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
