using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>
/// What is at Kinescope already, read once and only when it is needed: for lessons that the progress file does not know, because
/// they are new, or because it is, was lost or was damaged.
/// </summary>
internal sealed class VideoCatalogue(KinescopeClient kinescope, ResiliencePipeline retry, IUploadLog log)
{
    private readonly object _gate = new();
    private Task? _loading;
    private Dictionary<string, List<KinescopeVideo>>? _byStamp;
    private ILookup<(string Title, long Size), KinescopeVideo>? _bySize;

    /// <summary>The videos that carry a stamp, newest first.</summary>
    public async Task<IReadOnlyList<KinescopeVideo>> FindByStampAsync(string stamp, CancellationToken cancellation)
    {
        await LoadAsync(cancellation).ConfigureAwait(false);
        return _byStamp!.GetValueOrDefault(stamp) ?? [];
    }

    /// <summary>The videos without any stamp whose title and size are these: a hint, no proof.</summary>
    public async Task<IReadOnlyList<KinescopeVideo>> FindLookalikesAsync(string title, long size, CancellationToken cancellation)
    {
        await LoadAsync(cancellation).ConfigureAwait(false);
        return [.. _bySize![(title, size)]];
    }

    // Who waits for the reading shares its failure; who comes after it has it read again.
    private Task LoadAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
                _loading = ReadAsync(cancellation);
            return _loading;
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var videos = await ListAsync(cancellation).ConfigureAwait(false);
        _bySize = videos.Where(video => video.Original?.Length is not null && !UploadStamp.In(video.Description).Any()).ToLookup(video => (video.Title, video.Original!.Length!.Value));
        var stamps = new Dictionary<string, List<KinescopeVideo>>();
        foreach (var video in videos.OrderByDescending(video => video.CreatedAt))
        {
            foreach (var word in UploadStamp.In(video.Description))
            {
                if (!stamps.TryGetValue(word, out var list))
                    stamps[word] = list = [];
                list.Add(video);
            }
        }

        _byStamp = stamps;
    }

    private async Task<IReadOnlyCollection<KinescopeVideo>> ListAsync(CancellationToken cancellation)
    {
        // The listing is no snapshot: a video that moves between pages while they are read counts once.
        var videos = new Dictionary<string, KinescopeVideo>();
        try
        {
            for (var page = 1; ; page++)
            {
                var number = page;
                var found = await retry.ExecuteAsync(async token => await kinescope.ListVideosAsync(number, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
                foreach (var video in found)
                    videos.TryAdd(video.VideoId, video);
                if (found.Count < KinescopeClient.PageSize)
                    break;
            }
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            log.Warning($"This token may not list videos, so what an unknown earlier run uploaded is not recognised. {denied.Message}");
        }

        return videos.Values;
    }
}
