using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <content>A platform that makes another video instead, and whose response was lost.</content>
internal sealed partial class ContentReplacing
{
    /// <summary>
    /// Looks for a video that a lost request may have made, and replaces nothing where there is one: it would make another.
    /// </summary>
    /// <exception cref="KinescopeException"><c>AnswerInvalid</c>.</exception>
    private async Task RequireNothingMadeInsteadAsync(UploadItem item, RecordedUpload recorded, CancellationToken cancellation)
    {
        var made = await FindMadeInsteadAsync(item, recorded, answered: null, cancellation).ConfigureAwait(false);
        if (made.Count == 0)
            return;
        await KeepAsync(item, recorded, ErrorIds.AnswerInvalid, mayLackTitle: true, cancellation).ConfigureAwait(false);
        throw new KinescopeException(
            ErrorIds.AnswerInvalid,
            $"Kinescope seems to have made video {string.Join(", ", made)} of the file instead of replacing the content of video "
            + $"{recorded.VideoId}: it came with the title '{VideoRestoring.RequestTitle(recorded.Replacement!)}' after a request whose "
            + "response was lost. It stays, as that proves nothing: delete it in the dashboard if nobody else made it. Send the lesson "
            + "without -Replace, and tell Kinescope's support.");
    }

    /// <summary>Names what a lost request made before the one that showed that the platform makes videos instead.</summary>
    private async Task NameMadeBeforeAsync(UploadItem item, string answered, CancellationToken cancellation)
    {
        if (await NowAsync(item, cancellation).ConfigureAwait(false) is { Replacement.MayHaveArrived: true } recorded
            && await FindMadeInsteadAsync(item, recorded, answered, cancellation).ConfigureAwait(false) is { Count: > 0 } made)
            services.Log.Warning(
                $"{item.Name}: video {string.Join(", ", made)} too may have been made of its file, by a request whose response was lost: "
                + "delete it in the dashboard if nobody else made it.");
    }

    /// <summary>
    /// Finds and records the videos that a lost request may have made. Title, size and time prove nothing, so they are not deleted. Those
    /// that an earlier search has recorded count as well: what it was to lead to may have failed.
    /// </summary>
    /// <param name="item">The lesson.</param>
    /// <param name="recorded">Its upload, with the replacement.</param>
    /// <param name="answered">A video that a later request is known to have made; null for none.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <returns>Their ids.</returns>
    private async Task<IReadOnlyList<string>> FindMadeInsteadAsync(
        UploadItem item, RecordedUpload recorded, string? answered, CancellationToken cancellation)
    {
        var replacement = recorded.Replacement!;
        var made = new List<string>();
        try
        {
            var found = await services.Catalogue.FindMadeInsteadAsync(
                VideoRestoring.RequestTitle(replacement), replacement.Length, replacement.At, cancellation).ConfigureAwait(false);
            string?[] others = [recorded.VideoId, VideoIds.Read(answered)];
            foreach (var videoId in found.Select(video => VideoIds.Canonical(video.VideoId)).Where(videoId => !others.Contains(videoId)))
            {
                if (recorded.SupersededVideos.Contains(videoId) || recorded.AbandonedVideos.Contains(videoId))
                {
                    made.Add(videoId);
                    continue;
                }

                if ((await services.Record.FindVideoAsync(videoId, cancellation).ConfigureAwait(false)).Count > 0)
                    continue;
                await services.Record.AppendAsync(
                    item.Event(UploadEventKind.Superseded) with { Video = videoId, Reason = AbandonReasons.ReplacementMisplaced })
                    .ConfigureAwait(false);
                made.Add(videoId);
            }
        }
        catch (KinescopeException failure) when (!services.Record.HasFailedBy(failure) && failure.ErrorId != ErrorIds.LessonClaimed)
        {
            services.Log.Warning(
                $"{item.Name}: whether the request without a response made a video of its own instead of replacing the content of video "
                + $"{recorded.VideoId} could not be found out. {failure.Message}");
        }

        return made;
    }
}
