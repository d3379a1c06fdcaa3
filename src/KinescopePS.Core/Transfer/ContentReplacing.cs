using System.Net;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Tus;

namespace KinescopePS.Transfer;

/// <summary>
/// Replaces the content of a lesson's video, whose id stays. One request carries all of it and cannot be continued; to make it once more
/// does no harm but its bytes. What the platform takes with the old content is put back.
/// </summary>
internal sealed partial class ContentReplacing(UploadServices services)
{
    /// <summary>
    /// The number of looks at a video whose new content may be on its way: a minute and a half in all, with the longest pause. To send it
    /// once more takes all of its bytes, and Kinescope processes it, for its price, once more.
    /// </summary>
    private const int MaxLooks = 8;

    private const int MaxGrowth = 10;

    /// <summary>Up to this size a refused body costs less than to ask before. Unit: bytes.</summary>
    private const long SmallBody = 1 << 20;

    /// <summary>The time for a look at the video while the request waits with its last byte.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(2);

    private readonly SingleRequest _request = services.SingleRequest;

    private TimeSpan FirstPause =>
        services.Settings.RetryDelay < LongestFirstPause ? services.Settings.RetryDelay : LongestFirstPause;

    /// <summary>Looks whether a request whose response is not known arrived, for a minute and a half at most.</summary>
    public async Task<ReplacementArrival> LookAsync(
        UploadItem item, RecordedUpload recorded, FileTransfer transfer, CancellationToken cancellation)
    {
        var hold = HoldFor("looks whether it arrived");
        services.Log.Verbose(
            $"{item.Name}: the new content of video {recorded.VideoId} was sent, and its response is not known: looking at the video "
            + $"{hold.When}. It is sent again if it is not seen by then.");
        return await WaitAsync(transfer, hold, () => LookForAsync(item, recorded, cancellation)).ConfigureAwait(false);
    }

    private async Task<ReplacementArrival> LookForAsync(UploadItem item, RecordedUpload recorded, CancellationToken cancellation)
    {
        var replacement = recorded.Replacement!;
        for (var look = 1; ; look++)
        {
            var video = await FindAsync(recorded.VideoId!, cancellation).ConfigureAwait(false);
            if (video is null)
                return ReplacementArrival.Gone;
            if (VideoRestoring.Shows(video, replacement))
                return ReplacementArrival.Arrived;
            if (VideoRestoring.HasFailed(video, replacement) || look == MaxLooks && (video.IsReady || video.HasFailed))
            {
                await RequireNothingMadeInsteadAsync(item, recorded, cancellation).ConfigureAwait(false);
                return ReplacementArrival.NotSeen;
            }

            if (look == MaxLooks)
                return ReplacementArrival.Processing;
            await Task.Delay(PauseAfter(look), services.Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Replaces the content.</summary>
    /// <returns>The lesson's upload after it: Kinescope has all bytes.</returns>
    /// <exception cref="KinescopeException">
    /// <c>VideoNotFound</c>, <c>VideoNotProcessed</c>, <c>AnswerInvalid</c>: Kinescope makes another video instead, a refusal, or what the
    /// retries give up: the next run looks whether it arrived.
    /// </exception>
    public async Task<RecordedUpload> ReplaceAsync(
        UploadItem item, UploadFacts facts, SourceFile file, FileTransfer transfer, CancellationToken cancellation)
    {
        var (recorded, fingerprint) = (facts.Recorded!, facts.File!.Fingerprint!);
        var videoId = recorded.VideoId!;
        var details = await WaitAsync(
            transfer, HoldFor("Kinescope processes it"), () => AtRestAsync(item, videoId, cancellation)).ConfigureAwait(false);
        // What an earlier attempt has taken is put back from what was there before that.
        var begun = recorded.Replacement;
        var before = begun is null ? VideoRestoring.Of(details) : VideoRestoring.Renewed(begun, details);
        if (begun is not null)
        {
            before = before with { Assets = VideoRestoring.AssetsOf(details.Video), HasFailed = details.Video.HasFailed };
            TellLeft(item, videoId, VideoDifferences.Of(before, begun.Before), begun.IsRestored);
        }

        if ((begun is null ? VideoTitle.Ascii(before.Title) : VideoRestoring.RequestTitle(begun)) != before.Title)
            await RequireRightAsync(videoId, before.Title, cancellation).ConfigureAwait(false);

        Waypoint.Pass("replacing-due");
        recorded = await services.Record.AppendAsync(item.Event(UploadEventKind.Replacing) with
        {
            Course = item.Course,
            Title = item.Title,
            Path = item.File,
            Length = file.Length,
            Modified = file.Modified,
            Fingerprint = fingerprint,
            Video = videoId,
            Attempt = UploadStamp.NewAttempt(),
            Before = before,
        }, recorded).ConfigureAwait(false);
        Waypoint.Pass("replacing-recorded");
        await transfer.WaitForTurnAsync(cancellation).ConfigureAwait(false);

        (recorded, var marks) = await SendAsync(item, recorded, fingerprint, file, transfer, cancellation).ConfigureAwait(false);
        transfer.EndBytes();
        transfer.Step = TransferStep.Ending;
        Waypoint.Pass("replacing-answered");
        recorded = await ArrivedAsync(item, facts, recorded).ConfigureAwait(false);
        foreach (var mark in marks)
            services.Record.Mark(item.Key, mark);
        return recorded;
    }

    /// <summary>Records that Kinescope has all bytes of the new content.</summary>
    public async Task<RecordedUpload> ArrivedAsync(UploadItem item, UploadFacts facts, RecordedUpload recorded)
    {
        recorded = await services.Record.AppendAsync(item.Event(UploadEventKind.Uploaded) with
        {
            Course = item.Course,
            Title = item.Title,
            Path = item.File,
            Video = recorded.VideoId,
            Length = facts.File!.Length,
            Modified = facts.File.Modified,
            Fingerprint = facts.File.Fingerprint,
        }).ConfigureAwait(false);
        Waypoint.Pass("replacing-uploaded");
        return recorded;
    }

    private async Task<(RecordedUpload Recorded, IReadOnlyList<HashMark> Marks)> SendAsync(
        UploadItem item, RecordedUpload recorded, string fingerprint, SourceFile file, FileTransfer transfer,
        CancellationToken cancellation)
    {
        var (videoId, replacement) = (recorded.VideoId!, recorded.Replacement!);
        // A request whose last byte went, and whose response did not come: this run's, or an earlier one's.
        var (tries, isEnding, isLost) = (0, false, replacement.MayHaveArrived);
        IReadOnlyList<HashMark> marks = [];
        try
        {
            await services.Retry.ExecuteAsync(async token =>
            {
                transfer.Try = ++tries;
                if (isEnding && await HasArrivedAsync(item, transfer, token).ConfigureAwait(false))
                    return;
                var request = new NewContent(videoId, VideoRestoring.RequestTitle(replacement), file) { Ending = EndAsync };
                try
                {
                    marks = await SendOnceAsync(item, request, transfer, token).ConfigureAwait(false);
                }
                catch (KinescopeException failure) when (isEnding && !IsRefusal(failure))
                {
                    isLost = true;
                    throw;
                }
            }, cancellation).ConfigureAwait(false);
            await RequireSameAsync(file, videoId, fingerprint, cancellation).ConfigureAwait(false);
            transfer.Offset = file.Length;
            transfer.Meter.Needed(file.Length);
            return (await NowAsync(item, cancellation).ConfigureAwait(false), marks);
        }
        catch (KinescopeException refusal) when (IsRefusal(refusal) && !isLost)
        {
            // Nothing of it was taken, but an attempt that was cut may have taken the title.
            await KeepAsync(item, recorded, refusal.ErrorId, mayLackTitle: tries > 1, cancellation).ConfigureAwait(false);
            throw refusal.ErrorId == ErrorIds.VideoNotFound ? UploadDecision.Gone(videoId) : refusal;
        }
        catch (KinescopeException failure) when (!services.Record.HasFailedBy(failure) && failure.ErrorId != ErrorIds.LessonClaimed)
        {
            await RestoreQuietlyAsync(item, videoId, replacement, cancellation).ConfigureAwait(false);
            if (isLost && await NowAsync(item, cancellation).ConfigureAwait(false) is { Replacement: not null } now)
                await RequireNothingMadeInsteadAsync(item, now, cancellation).ConfigureAwait(false);
            throw;
        }

        async ValueTask EndAsync()
        {
            // Hours may have gone by since the video was read, or an attempt.
            var before = await ReadAtEndAsync(item, videoId, cancellation).ConfigureAwait(false);
            await services.Record.AppendAsync(item.Event(UploadEventKind.Ending) with { Before = before }).ConfigureAwait(false);
            isEnding = true;
            Waypoint.Pass("replacing-ending");
        }
    }

    /// <summary>Reads once more what the video has, for what somebody changed during the transfer to stay.</summary>
    /// <returns>That; null where it could not be read in time: the transfer does not fail of it.</returns>
    private async Task<VideoBefore?> ReadAtEndAsync(UploadItem item, string videoId, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(LongestLook, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var details = await services.Kinescope.GetDetailsAsync(videoId, either.Token).ConfigureAwait(false);
            var replacement = (await NowAsync(item, cancellation).ConfigureAwait(false)).Replacement!;
            return VideoRestoring.Renewed(replacement, details);
        }
        catch (Exception failure) when (failure is KinescopeException && !services.Record.HasFailedBy((KinescopeException)failure)
            || failure is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            services.Log.Verbose(
                $"{item.Name}: video {videoId} could not be read before the last byte: what somebody changed since the first one is left "
                + $"only where it cannot be the doing of the replacement. {failure.Message}");
            return null;
        }
    }

    private async Task<RecordedUpload> NowAsync(UploadItem item, CancellationToken cancellation) =>
        (await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false))!;

    /// <summary>True where a request of this run arrived, whose response did not come.</summary>
    private async Task<bool> HasArrivedAsync(UploadItem item, FileTransfer transfer, CancellationToken cancellation)
    {
        var recorded = await NowAsync(item, cancellation).ConfigureAwait(false);
        return await LookAsync(item, recorded, transfer, cancellation).ConfigureAwait(false) switch
        {
            ReplacementArrival.Arrived => true,
            ReplacementArrival.NotSeen => false,
            ReplacementArrival.Gone => throw UploadDecision.Gone(recorded.VideoId!),
            _ => throw UploadDecision.StillProcessing(recorded.VideoId!),
        };
    }

    private async Task<IReadOnlyList<HashMark>> SendOnceAsync(
        UploadItem item, NewContent request, FileTransfer transfer, CancellationToken cancellation)
    {
        var (file, line) = (request.File, services.LineTo(_request.Endpoint));
        file.RequireUnchanged();
        await services.Record.ConfirmAsync(item.Key, waits: true, cancellation).ConfigureAwait(false);
        var marks = new List<HashMark>();
        var hash = new ContentHash { Length = file.Length, Marked = marks.Add, Md5From = services.Settings.Verifies ? [] : null };
        transfer.Step = TransferStep.Sending;
        transfer.Offset = 0;
        transfer.Attempts++;
        var asksFirst = line.CanBeAsked && file.Length > SmallBody;
        try
        {
            var answered = await _request.ReplaceAsync(request with { AsksFirst = asksFirst }, bytes =>
            {
                hash.Append(bytes.Span);
                transfer.Sent(bytes.Length);
            }, cancellation).ConfigureAwait(false);
            return answered is null || VideoIds.AreSame(answered, request.VideoId)
                ? marks
                : throw await OtherVideoAsync(item, request.VideoId, answered, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException unwilling) when (unwilling.StatusCode == HttpStatusCode.ExpectationFailed && asksFirst)
        {
            line.LeaveUnasked();
            return await SendOnceAsync(item, request, transfer, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task RequireSameAsync(SourceFile sent, string videoId, string fingerprint, CancellationToken cancellation)
    {
        try
        {
            await VideoSender.RequireSameAsync(sent, fingerprint, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException changed) when (changed.ErrorId == ErrorIds.FileChangedDuringUpload)
        {
            throw changed.Saying(
                $"{sent.Path} was changed while it was sent as the new content of video {videoId}, which may be neither the old nor the "
                + "new one. Run again once the file is at rest: it is sent again.");
        }
    }

    /// <summary>
    /// Records that the old content stays; not before its title is back, which nothing else knows: then the next run puts it back.
    /// </summary>
    private async Task KeepAsync(
        UploadItem item, RecordedUpload recorded, string reason, bool mayLackTitle, CancellationToken cancellation)
    {
        if (mayLackTitle && !await RestoreQuietlyAsync(item, recorded.VideoId!, recorded.Replacement!, cancellation).ConfigureAwait(false))
            return;
        await services.Record.AppendAsync(item.Event(UploadEventKind.Kept) with { Video = recorded.VideoId, Reason = reason })
            .ConfigureAwait(false);
    }

    /// <summary>A platform that does not replace: what it made instead is deleted.</summary>
    private async Task<KinescopeException> OtherVideoAsync(
        UploadItem item, string videoId, string made, CancellationToken cancellation)
    {
        await NameMadeBeforeAsync(item, made, cancellation).ConfigureAwait(false);
        var state = await services.AbandonAsync(item, made, AbandonReasons.ReplacementMisplaced).ConfigureAwait(false);
        await services.DeleteAbandonedAsync(item, state, cancellation, sent: made).ConfigureAwait(false);
        await KeepAsync(
            item, await NowAsync(item, cancellation).ConfigureAwait(false), ErrorIds.AnswerInvalid, mayLackTitle: true, cancellation)
            .ConfigureAwait(false);
        return new KinescopeException(
            ErrorIds.AnswerInvalid,
            $"Kinescope made video {made} of the file instead of replacing the content of video {videoId}, which is as it was. Send the "
            + "lesson without -Replace, and tell Kinescope's support.");
    }

    /// <summary>The video once nothing is being made of it: what its files are then tells them from those that come.</summary>
    private async Task<VideoDetails> AtRestAsync(UploadItem item, string videoId, CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            try
            {
                var details = await DetailsAsync(videoId, cancellation).ConfigureAwait(false);
                if (details.Video.IsReady || details.Video.HasFailed)
                    return details;
            }
            catch (KinescopeException gone) when (gone.ErrorId == ErrorIds.VideoNotFound)
            {
                throw UploadDecision.Gone(videoId);
            }
            catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
            {
                throw denied.Saying($"-Replace has to read video {videoId} before. {denied.Message}", stopsRun: false);
            }

            if (look == MaxLooks)
                throw UploadDecision.StillProcessing(videoId);
            if (look == 1)
                services.Log.Verbose(
                    $"{item.Name}: Kinescope is processing video {videoId}: waiting {HoldFor("").When} for it before its content is "
                    + "replaced.");
            await Task.Delay(PauseAfter(look), services.Time, cancellation).ConfigureAwait(false);
        }
    }

    private TimeSpan PauseAfter(int look) => FirstPause * Math.Min(1 << (look - 1), MaxGrowth);

    /// <summary>A hold of all the pauses between looks.</summary>
    private Hold HoldFor(string reason) => Hold.For(
        reason, Enumerable.Range(1, MaxLooks - 1).Aggregate(TimeSpan.Zero, (sum, look) => sum + PauseAfter(look)), services.Time);

    /// <summary>Waits for one file, which its progress and the last word of the run tell.</summary>
    private async Task<T> WaitAsync<T>(FileTransfer transfer, Hold hold, Func<Task<T>> look)
    {
        var started = services.Time.GetTimestamp();
        transfer.Hold = hold;
        try
        {
            return await look().ConfigureAwait(false);
        }
        finally
        {
            transfer.Hold = null;
            transfer.Meter.Waited(hold.Reason, services.Time.GetElapsedTime(started));
        }
    }

    /// <summary>Makes sure, before the request overwrites the title, that it can be put back.</summary>
    private async Task RequireRightAsync(string videoId, string title, CancellationToken cancellation)
    {
        try
        {
            await services.Retry.CallAsync(
                token => services.Kinescope.ChangeVideoAsync(videoId, new VideoChange { Title = title }, token), cancellation)
                .ConfigureAwait(false);
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            throw denied.Saying(
                $"-Replace overwrites the title of video {videoId}, and this token may not put it back. {denied.Message}", stopsRun: false);
        }
    }

    private async Task<KinescopeVideo?> FindAsync(string videoId, CancellationToken cancellation) =>
        await services.Retry.CallAsync(token => services.Kinescope.FindVideoAsync(videoId, token), cancellation).ConfigureAwait(false);

    private async Task<VideoDetails> DetailsAsync(string videoId, CancellationToken cancellation) =>
        await services.Retry.CallAsync(token => services.Kinescope.GetDetailsAsync(videoId, token), cancellation).ConfigureAwait(false);

    /// <summary>True for Kinescope's own word that it takes nothing of a request.</summary>
    private static bool IsRefusal(KinescopeException failure) =>
        failure is KinescopeRequestException { IsPlatforms: true } refusal
        && (int)refusal.StatusCode is >= 400 and < 500 and not (408 or 409 or 423 or 429);
}
