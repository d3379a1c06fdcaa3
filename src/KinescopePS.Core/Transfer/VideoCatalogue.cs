using KinescopePS.Kinescope;
using KinescopePS.Record;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>
/// Finds the videos at Kinescope that may be a lesson's. The whole list is read once, and only when it is needed: for lessons that the
/// record does not know, because they are new, or because it was lost or damaged.
/// </summary>
/// <param name="pause">The first pause before a video is looked at again.</param>
internal sealed class VideoCatalogue(KinescopeClient kinescope, ResiliencePipeline retry, TimeSpan pause, IUploadLog log)
{
    /// <summary>The number of looks at a video that may be complete: two minutes in all, with the longest first pause.</summary>
    private const int MaxLooks = 8;

    private const int MaxGrowth = 10;

    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(2);

    /// <summary>The most by which Kinescope's clock may be behind this machine's.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(10);

    private readonly object _gate = new();
    private Task<Contents>? _reading;
    private bool _isUndecided;

    /// <summary>False once this token was refused to look at a video.</summary>
    public bool CanLook { get; private set; } = true;

    /// <summary>The videos that may be this lesson's.</summary>
    /// <param name="item">The lesson.</param>
    /// <param name="recorded">The lesson's upload in the record.</param>
    /// <param name="length">The file's size. Unit: bytes.</param>
    public async Task<VideosAtKinescope> FindAsync(UploadItem item, RecordedUpload? recorded, long length, CancellationToken cancellation)
    {
        // A video that a lost response made is newer than the list may be.
        if (recorded?.Stage == UploadStage.Intended)
            return await SearchAsync(item, recorded.Title ?? item.Title, recorded.IntendedAt, cancellation).ConfigureAwait(false);

        var contents = await ReadOnceAsync(cancellation).ConfigureAwait(false);
        return new VideosAtKinescope(
            [.. contents.ByLesson[UploadStamp.LessonPart(item.Key)]],
            recorded is null ? [.. contents.Unstamped[(item.Title, length)]] : []);
    }

    /// <summary>The newest videos that carry the lesson's stamp: those of a title, and all that were made since a time.</summary>
    /// <param name="item">The lesson.</param>
    /// <param name="title">The title; a search for it may find a new video late.</param>
    /// <param name="since">The earliest time that a video may have been made; the newest page is read in any case.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<VideosAtKinescope> SearchAsync(
        UploadItem item, string title, DateTimeOffset? since, CancellationToken cancellation)
    {
        var lesson = UploadStamp.LessonPart(item.Key);
        try
        {
            var query = new VideoQuery { Text = title, IsNewestFirst = true };
            var found = await kinescope.ListVideosAsync(query, retry, cancellation).CollectAsync(KinescopeClient.PageSize)
                .ConfigureAwait(false);
            var earliest = since - ClockDifference;
            var newest = await NewestAsync(earliest, cancellation).ConfigureAwait(false);
            var videos = found.Concat(newest).DistinctBy(video => video.VideoId).ToList();
            return new VideosAtKinescope([.. videos.SelectMany(StampsOf).Where(video => video.Stamp.Lesson == lesson)], [])
            {
                Unfinished =
                [
                    .. videos.Where(video => video.Title == title && video.CreatedAt >= earliest && !video.HasAllBytes
                        && !UploadStamp.On(video).Any()).Select(video => video.VideoId),
                ],
            };
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            log.Warning($"{item.Name}: an empty video '{title}' may be left from a call that got no response; "
                + "this token may not search for it. Look in the dashboard.");
            return VideosAtKinescope.None;
        }
    }

    /// <summary>
    /// The videos that a request may have made which was to replace a content and got no response: those of its title and size, made since,
    /// that carry no stamp.
    /// </summary>
    /// <param name="title">The title that the request had.</param>
    /// <param name="length">The size of its content. Unit: bytes.</param>
    /// <param name="since">When it was about to be made.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<IReadOnlyList<KinescopeVideo>> FindMadeInsteadAsync(
        string title, long length, DateTimeOffset since, CancellationToken cancellation)
    {
        var query = new VideoQuery { Text = title, IsNewestFirst = true };
        var found = await kinescope.ListVideosAsync(query, retry, cancellation).CollectAsync(KinescopeClient.PageSize)
            .ConfigureAwait(false);
        var newest = await NewestAsync(since - ClockDifference, cancellation).ConfigureAwait(false);
        return
        [
            .. found.Concat(newest).DistinctBy(video => video.VideoId).Where(video => video.Title == title
                && video.CreatedAt >= since - ClockDifference && (video.Original?.Length ?? length) == length
                && !UploadStamp.On(video).Any()),
        ];
    }

    /// <summary>A video that may be complete, looked at until that is decided, for two minutes at most; null where it is gone.</summary>
    public async Task<KinescopeVideo?> LookAgainAsync(string videoId, CancellationToken cancellation)
    {
        var first = pause < LongestFirstPause ? pause : LongestFirstPause;
        for (var (look, growth) = (1, 1); ; (look, growth) = (look + 1, Math.Min(growth * 2, MaxGrowth)))
        {
            await Task.Delay(first * growth, kinescope.Time, cancellation).ConfigureAwait(false);
            var video = await FindVideoAsync(videoId, cancellation).ConfigureAwait(false);
            if (video is null or { HasAllBytes: true } or { HasFailed: true } || look == MaxLooks)
                return video;
        }
    }

    /// <summary>The same of a video that was found by its stamp. One wait serves a run: a whole list may be waiting at Kinescope.</summary>
    public async Task<IReadOnlyList<StampedVideo>> LookAgainAsync(StampedVideo found, CancellationToken cancellation)
    {
        var video = _isUndecided
            ? await FindVideoAsync(found.VideoId, cancellation).ConfigureAwait(false)
            : await LookAgainAsync(found.VideoId, cancellation).ConfigureAwait(false);
        _isUndecided |= video is { MayHaveAllBytes: true } || !CanLook;
        return video is null
            ? CanLook ? [] : [found with { IsLastLook = true }]
            : [.. StampsOf(video).Where(seen => seen.Stamp == found.Stamp).Select(seen => seen with { IsLastLook = true })];
    }

    /// <summary>A video by its id; null where there is none, or none that this token may see.</summary>
    public async Task<KinescopeVideo?> FindVideoAsync(string videoId, CancellationToken cancellation)
    {
        try
        {
            return await retry.CallAsync(token => kinescope.FindVideoAsync(videoId, token), cancellation)
                .ConfigureAwait(false);
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            // A token that may only upload sees nothing; that is no reason to stop.
            CanLook = false;
            log.Verbose($"This token may not look at videos. {denied.Message}");
            return null;
        }
    }

    private async Task<IReadOnlyList<KinescopeVideo>> NewestAsync(DateTimeOffset? since, CancellationToken cancellation)
    {
        var videos = new List<KinescopeVideo>();
        await foreach (var video in kinescope.ListVideosAsync(new VideoQuery { IsNewestFirst = true }, retry, cancellation)
            .ConfigureAwait(false))
        {
            if (videos.Count >= KinescopeClient.PageSize && !(video.CreatedAt >= since))
                break;
            videos.Add(video);
        }

        return videos;
    }

    // Those who wait for the reading share its failure; who comes after it has it read again.
    private Task<Contents> ReadOnceAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_reading is null or { IsFaulted: true } or { IsCanceled: true })
                _reading = ReadAsync(cancellation);
            return _reading;
        }
    }

    private async Task<Contents> ReadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<KinescopeVideo> videos = [];
        try
        {
            videos = await kinescope.ListVideosAsync(new VideoQuery { IsNewestFirst = true }, retry, cancellation).CollectAsync()
                .ConfigureAwait(false);
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            log.Warning($"This token may not list videos, so what an unknown earlier run uploaded is not recognised. {denied.Message}");
        }

        return new Contents(
            videos.OrderByDescending(video => video.CreatedAt).SelectMany(StampsOf).ToLookup(video => video.Stamp.Lesson),
            videos.Where(video => video.Original?.Length is not null && !UploadStamp.On(video).Any())
                .ToLookup(video => (video.Title, video.Original!.Length!.Value), video => video.VideoId));
    }

    private static IEnumerable<StampedVideo> StampsOf(KinescopeVideo video) =>
        UploadStamp.On(video).Select(stamp => new StampedVideo(video.VideoId, stamp, video.HasAllBytes)
        {
            HasFailed = video.HasFailed,
            MayHaveAllBytes = video.MayHaveAllBytes,
            CreatedAt = video.CreatedAt,
            Original = video.Original,
        });

    private sealed record Contents(ILookup<string, StampedVideo> ByLesson, ILookup<(string Title, long Length), string> Unstamped);
}
