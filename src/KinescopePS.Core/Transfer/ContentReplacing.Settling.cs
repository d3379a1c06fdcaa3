using KinescopePS.Companions;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <content>What a video had beside its old content is put back.</content>
internal sealed partial class ContentReplacing
{
    /// <summary>The time after which a new content that is not shown is said to be missing.</summary>
    private static readonly TimeSpan LongestProcessing = TimeSpan.FromDays(1);

    /// <summary>Within it what differs is the platform's doing; later it may be somebody's change.</summary>
    private static readonly TimeSpan LongestFresh = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Puts back what the platform took with the old content, and ends the replacement where the video shows the new one. What cannot be
    /// put back is named; the next run tries again.
    /// </summary>
    /// <param name="isProcessed">
    /// True where time was given to Kinescope; false right after the bytes, before others may have changed the video.
    /// </param>
    /// <param name="mayEnd">False where the content is compared with the file yet.</param>
    /// <exception cref="KinescopeException"><c>VideoProcessingFailed</c>, or of the record.</exception>
    public async Task<RecordedUpload> SettleAsync(
        UploadItem item, RecordedUpload recorded, bool isProcessed, bool mayEnd, CancellationToken cancellation)
    {
        if (recorded.Replacement is not { IsSent: true } replacement)
            return recorded;
        services.Replaced(recorded.VideoId!, replacement);
        VideoDetails details;
        try
        {
            details = await RestoreAsync(item, recorded.VideoId!, replacement, !isProcessed, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (!services.Record.HasFailedBy(failure) && failure.ErrorId != ErrorIds.LessonClaimed)
        {
            services.Log.Warning(
                $"{item.Name}: the content of video {recorded.VideoId} is replaced, but what it had beside the old one could not be put "
                + $"back ('{replacement.Before.Title}' is its title). The next run tries again. {failure.Message}");
            return recorded;
        }

        // What is compared first may have to be sent again.
        if (mayEnd && VideoRestoring.Shows(details.Video, replacement))
        {
            Waypoint.Pass("replaced-due");
            recorded = await AppendAsync(UploadEventKind.Replaced).ConfigureAwait(false);
            Waypoint.Pass("replaced-recorded");
            return recorded;
        }

        // What it shows at once is of the old content.
        if (isProcessed && VideoRestoring.HasFailed(details.Video, replacement))
        {
            throw new KinescopeException(
                ErrorIds.VideoProcessingFailed,
                $"Kinescope could not process the new content of video {recorded.VideoId}: {details.Video.Failure} Is the file a sound "
                + "video? Send another file, or this one again with -Replace -Force.");
        }

        if (services.Record.Now - replacement.At > LongestProcessing)
        {
            services.Log.Warning($"{item.Name}: video {recorded.VideoId} shows its old content though the new one was sent at "
                + $"{replacement.At.ToLocalTime():g}: Kinescope may have failed to process it. -Replace -Force sends it again.");
        }
        else
        {
            services.Log.Verbose(
                $"{item.Name}: video {recorded.VideoId} shows its old content until Kinescope has processed the new one.");
        }

        return replacement.IsRestored ? recorded : await AppendAsync(UploadEventKind.Restored).ConfigureAwait(false);

        ValueTask<RecordedUpload> AppendAsync(UploadEventKind kind) =>
            services.Record.AppendAsync(item.Event(kind) with { Video = recorded.VideoId });
    }

    private async Task<VideoDetails> RestoreAsync(
        UploadItem item, string videoId, Replacement replacement, bool isFresh, CancellationToken cancellation)
    {
        var before = replacement.Before;
        var stamp = UploadStamp.Of(item.Key, replacement.Fingerprint ?? "", replacement.Attempt);
        // Read anew before each try: hours may go by where the API cannot be reached.
        (VideoDetails Was, VideoChange Change)? putBack = null;
        var (details, change) = await services.Retry.CallAsync(async token =>
        {
            var now = await services.Kinescope.GetDetailsAsync(videoId, token).ConfigureAwait(false);
            isFresh = isFresh && services.Record.Now - replacement.ReadAtEnd < LongestFresh;
            var due = VideoRestoring.ChangeOf(now.Video, replacement, stamp, services.Settings.Stamp);
            if (due.Fields.Count > 0)
            {
                putBack = (now, due);
                await services.Kinescope.ChangeVideoAsync(videoId, due, token).ConfigureAwait(false);
            }

            return (now, due);
        }, cancellation).ConfigureAwait(false);
        if (putBack is { } put)
        {
            TellPutBack(item, videoId, VideoRestoring.Of(put.Was), VideoRestoring.With(put.Was, put.Change), isFresh);
            Waypoint.Pass("replaced-restored");
        }

        TellLeft(item, videoId, VideoDifferences.Of(VideoRestoring.With(details, change), before), replacement.IsRestored);
        await RestoreExtrasAsync(item, details, before, isFresh, cancellation).ConfigureAwait(false);
        return details;
    }

    private void TellPutBack(UploadItem item, string videoId, VideoBefore was, VideoBefore now, bool isFresh)
    {
        var differences = VideoDifferences.Of(now, was);
        if (differences.Count == 0)
        {
            services.Log.Verbose($"{item.Name}: video {videoId} has the stamp of its new content.");
            return;
        }

        var text = $"{item.Name}: put back on video {videoId}, whose content was replaced: {VideoDifferences.Text(differences)}.";
        if (differences.Any(one => one.IsPrivacy))
            services.Log.Warning($"{text} If that is not as it is meant to be, set it again with Set-KinescopeVideo.");
        else if (isFresh)
            services.Log.Verbose(text);
        else
            services.Log.Warning(text);
    }

    private void TellLeft(UploadItem item, string videoId, IReadOnlyList<VideoDifference> left, bool isRestored)
    {
        if (left.Count == 0)
            return;
        var text = $"{item.Name}: changed on video {videoId} since its content began to be replaced, and left as it is: "
            + $"{VideoDifferences.Text(left)}.";
        // Once all was put back, a change is a person's.
        if (isRestored && !left.Any(one => one.IsPrivacy))
            services.Log.Verbose(text);
        else
            services.Log.Warning(text);
    }

    private async Task RestoreExtrasAsync(
        UploadItem item, VideoDetails details, VideoBefore before, bool isFresh, CancellationToken cancellation)
    {
        var videoId = details.Video.VideoId;
        if (VideoRestoring.LacksChapters(details, before, isFresh))
        {
            await services.Retry.CallAsync(
                token => services.Kinescope.SetChaptersAsync(
                    videoId, before.Chapters, before.ChaptersEnabled, before.ChaptersShown, token), cancellation).ConfigureAwait(false);
            services.Log.Verbose($"{item.Name}: put back the chapters of video {videoId}.");
        }

        if (VideoRestoring.LacksPoster(details, before, isFresh))
        {
            try
            {
                await services.Retry.CallAsync(
                    token => services.Kinescope.ActivatePosterAsync(videoId, before.Poster!, token), cancellation).ConfigureAwait(false);
                services.Log.Verbose($"{item.Name}: put back the poster of video {videoId}.");
            }
            catch (KinescopeException lost) when (lost.ErrorId is ErrorIds.EntityNotFound or ErrorIds.RequestInvalid)
            {
                services.Log.Warning($"{item.Name}: the poster of video {videoId} went with its old content: "
                    + (item.Companions.Poster is { } file ? $"{Path.GetFileName(file)} is sent again." : "set it again."));
                await ForgetAsync(item, PosterCompanion.TheKind).ConfigureAwait(false);
            }
        }

        if (VideoRestoring.LostSubtitles(details, before) is { Count: > 0 } languages)
        {
            var beside = item.Companions.Subtitles
                .Where(file => languages.Contains(file.Language, StringComparer.OrdinalIgnoreCase)).ToList();
            var others = languages.Except(beside.Select(file => file.Language), StringComparer.OrdinalIgnoreCase).ToList();
            var again = beside.Count > 0 ? $"{string.Join(", ", beside.Select(file => Path.GetFileName(file.Path)))} is sent again" : "";
            var lost = others.Count > 0 ? $"add them again ({string.Join(", ", others)})" : "";
            services.Log.Warning($"{item.Name}: the subtitles of video {videoId} went with its old content: "
                + $"{again}{(beside.Count > 0 && others.Count > 0 ? "; " : "")}{lost}.");
            foreach (var language in languages)
                await ForgetAsync(item, SubtitleCompanion.KindOf(language)).ConfigureAwait(false);
        }
    }

    /// <summary>Records that what stood beside the video is not there any more, so that it is sent again where it is at hand.</summary>
    private async Task ForgetAsync(UploadItem item, string kind)
    {
        var recorded = await NowAsync(item, CancellationToken.None).ConfigureAwait(false);
        if (recorded.Companions.Find(known => known.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase)) is not { Hash.Length: > 0 } gone)
            return;
        var forgotten = new RecordedCompanion(gone.Kind, gone.Video, "");
        await services.Record.AppendAsync(item.Event(UploadEventKind.Companion) with { Companion = forgotten }).ConfigureAwait(false);
    }

    /// <summary>Puts back what an attempt that failed may have taken. Where that fails too, the next run does it.</summary>
    /// <returns>True where the title is the old one.</returns>
    private async Task<bool> RestoreQuietlyAsync(
        UploadItem item, string videoId, Replacement replacement, CancellationToken cancellation)
    {
        try
        {
            replacement = (await NowAsync(item, cancellation).ConfigureAwait(false)).Replacement ?? replacement;
            var details = await services.Kinescope.GetDetailsAsync(videoId, cancellation).ConfigureAwait(false);
            var title = VideoRestoring.Renewed(replacement, details).Title;
            if (details.Video.Title != title)
            {
                await services.Kinescope.ChangeVideoAsync(videoId, new VideoChange { Title = title }, cancellation).ConfigureAwait(false);
            }

            return true;
        }
        catch (KinescopeException failure)
        {
            services.Log.Verbose($"{item.Name}: the title of video {videoId} could not be put back. {failure.Message}");
            return false;
        }
    }
}
