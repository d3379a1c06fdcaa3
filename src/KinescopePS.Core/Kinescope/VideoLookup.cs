using Polly;

namespace KinescopePS.Kinescope;

/// <summary>Looks videos up by their ids, a page of them a call.</summary>
internal static class VideoLookup
{
    /// <summary>The videos that are there, by the ids that were asked for. Those that this token may not see are not among them.</summary>
    /// <param name="kinescope">The API.</param>
    /// <param name="videoIds">The ids, in any form. One that is none of Kinescope's is not asked for.</param>
    /// <param name="retry">The retries of each call.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task<IReadOnlyDictionary<string, KinescopeVideo>> FindVideosAsync(
        this KinescopeClient kinescope, IEnumerable<string> videoIds, ResiliencePipeline retry, CancellationToken cancellation)
    {
        var found = new Dictionary<string, KinescopeVideo>();
        var ids = videoIds.Where(VideoIds.IsPlatformForm).Select(VideoIds.Canonical).Distinct();
        foreach (var page in ids.Chunk(KinescopeClient.PageSize))
            await FindPageAsync(kinescope, page, found, retry, cancellation).ConfigureAwait(false);
        return found;
    }

    private static async Task FindPageAsync(
        KinescopeClient kinescope, string[] ids, Dictionary<string, KinescopeVideo> found, ResiliencePipeline retry,
        CancellationToken cancellation)
    {
        try
        {
            var query = new VideoQuery { VideoIds = ids, IsNewestFirst = true };
            var videos = await Paging.ForwardAsync(
                (page, token) => kinescope.ListVideosAsync(query, page, token), video => video.VideoId, retry, cancellation)
                .CollectAsync(ids.Length).ConfigureAwait(false);
            foreach (var video in videos.Where(video => !video.IsDeleted))
                found[video.VideoId] = video;

            // The list shows UUIDs, whatever was asked for: the video itself shows that an old number is its own.
            foreach (var number in ids.Where(id => VideoIds.FormOf(id) is null && !found.ContainsKey(id)))
            {
                var video = await retry.CallAsync(token => kinescope.FindVideoAsync(number, token), cancellation).ConfigureAwait(false);
                if (video is not null)
                    found[number] = video;
            }
        }
        catch (KinescopeException refusal) when (refusal.ErrorId is ErrorIds.IdInvalid or ErrorIds.RequestInvalid)
        {
            // One of them is no id at all: half of the others are not it.
            if (ids.Length == 1)
                return;
            foreach (var half in ids.Chunk((ids.Length + 1) / 2))
                await FindPageAsync(kinescope, half, found, retry, cancellation).ConfigureAwait(false);
        }
    }
}
