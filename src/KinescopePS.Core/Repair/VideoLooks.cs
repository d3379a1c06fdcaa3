using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Repair;

/// <summary>Looks at videos again before something is done about them: a page of them in one call.</summary>
internal sealed class VideoLooks(KinescopeClient kinescope, ResiliencePipeline retry)
{
    /// <summary>The number of videos that one call asks for.</summary>
    public const int MostAtOnce = KinescopeClient.PageSize;

    private readonly Dictionary<string, KinescopeVideo> _ahead = [];

    /// <summary>Looks at videos that are about to be taken.</summary>
    /// <param name="videoIds">Their ids: at most <see cref="MostAtOnce"/>.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task AheadAsync(IEnumerable<string> videoIds, CancellationToken cancellation)
    {
        _ahead.Clear();
        List<string> ids = [.. videoIds.Distinct()];
        if (ids.Count < 2)
            return;
        await foreach (var video in kinescope.ListVideosAsync(new VideoQuery { VideoIds = ids }, retry, cancellation).ConfigureAwait(false))
            _ahead[video.VideoId] = video;
    }

    /// <summary>
    /// A video, from what was looked at just now, else by its id: a list may show a new one late. Null where there is none.
    /// </summary>
    public async Task<KinescopeVideo?> TakeAsync(string videoId, CancellationToken cancellation) => _ahead.Remove(videoId, out var video)
        ? video
        : await retry.CallAsync(token => kinescope.FindVideoAsync(videoId, token), cancellation).ConfigureAwait(false);
}
