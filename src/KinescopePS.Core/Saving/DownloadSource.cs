using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Saving;

/// <summary>The source of a video's file: its address, which expires, and what Kinescope tells of it.</summary>
/// <param name="kinescope">The API.</param>
/// <param name="retry">The retries of its calls.</param>
/// <param name="planned">The video.</param>
internal sealed class DownloadSource(KinescopeClient kinescope, ResiliencePipeline retry, PlannedSave planned)
{
    /// <summary>An address is asked for anew when it is older: nobody knows how long one lives, and the example's lives an hour.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private long _askedAt = planned.AskedAt;

    public KinescopeAsset Asset { get; private set; } = planned.Asset!;

    public Uri Address => new(Asset.DownloadUrl!);

    /// <summary>Asks anew where the address is old.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        if (kinescope.Time.GetElapsedTime(_askedAt) > Fresh)
            await RenewAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks Kinescope for the video again.</summary>
    /// <returns>True where it tells another size or MD5 than before.</returns>
    /// <exception cref="KinescopeException"><c>VideoNotFound</c> or <c>AssetNotFound</c>: it is gone since.</exception>
    public async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        var before = Asset;
        var video = await retry.CallAsync(token => kinescope.GetVideoAsync(planned.Given.VideoId, token), cancellation)
            .ConfigureAwait(false);
        Asset = SavePlan.AssetOf(video, planned.Quality);
        _askedAt = kinescope.Time.GetTimestamp();
        return Asset.Length != before.Length || Asset.Md5 != before.Md5;
    }
}
