using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Comparison;

/// <summary>Reads the videos that are compared: the list by pages of 100, then those that are named elsewhere and were not in it.</summary>
/// <param name="projectId">The project whose videos are read; null for all that the token may see.</param>
internal sealed class VideoLoading(KinescopeClient kinescope, ResiliencePipeline retry, string? projectId)
{
    /// <summary>The number of calls that were made.</summary>
    public int Calls { get; private set; }

    /// <summary>Reads the list.</summary>
    /// <param name="store">Takes the videos.</param>
    /// <param name="counted">Is told the number so far.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task ListAsync(ComparisonStore store, Action<int> counted, CancellationToken cancellation)
    {
        var query = new VideoQuery { ProjectId = projectId };
        var videos = Paging.ForwardAsync(
            (page, token) =>
            {
                Calls++;
                return kinescope.ListVideosAsync(query, page, token);
            },
            video => video.VideoId, retry, cancellation).WithoutDeleted();
        var count = 0;
        await foreach (var video in videos.ConfigureAwait(false))
        {
            store.Add(VideoSide.Of(video));
            if (++count % KinescopeClient.PageSize == 0)
                counted(count);
        }
    }

    /// <summary>Asks for the videos that rows and the progress file name and that the list did not bring.</summary>
    public async Task FindNamedAsync(ComparisonStore store, CancellationToken cancellation)
    {
        foreach (var ids in store.MissingVideos().Chunk(KinescopeClient.PageSize))
            await FindAsync(store, ids, cancellation).ConfigureAwait(false);
        // A list may show a new video late, and old numbers never: none is missing before it was asked for by itself.
        foreach (var id in store.MissingVideos())
        {
            Calls++;
            try
            {
                if (await retry.CallAsync(token => kinescope.FindVideoAsync(id, token), cancellation).ConfigureAwait(false) is { } video)
                    store.Add(VideoSide.Of(video), id);
            }
            catch (KinescopeException refusal) when (refusal.ErrorId is ErrorIds.IdInvalid or ErrorIds.RequestInvalid)
            {
                // No id of a video: there is none.
            }
        }
    }

    /// <summary>The paths of the project's folders, by their ids; empty where they are not to be had: they are only evidence.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ReadFoldersAsync(CancellationToken cancellation)
    {
        if (projectId is null)
            return new Dictionary<string, string>();
        Calls++;
        try
        {
            var folders = await retry.CallAsync(token => kinescope.NamedFoldersAsync(projectId, token), cancellation).ConfigureAwait(false);
            return FolderTree.Of(folders).ToDictionary(folder => folder.FolderId, folder => folder.Path);
        }
        catch (KinescopeException failure) when (!failure.StopsRun)
        {
            return new Dictionary<string, string>();
        }
    }

    private async Task FindAsync(ComparisonStore store, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var query = new VideoQuery { VideoIds = [.. ids] };
        try
        {
            Calls++;
            var page = await retry.CallAsync(token => kinescope.ListVideosAsync(query, 1, token), cancellation).ConfigureAwait(false);
            foreach (var video in page.Items.Where(video => !video.IsDeleted && ids.Contains(video.VideoId)))
                store.Add(VideoSide.Of(video));
        }
        catch (KinescopeException refusal) when (refusal.ErrorId is ErrorIds.IdInvalid or ErrorIds.RequestInvalid)
        {
            // One of them is no id at all: half of the others are not it.
            foreach (var half in ids.Count > 1 ? ids.Chunk((ids.Count + 1) / 2) : [])
                await FindAsync(store, half, cancellation).ConfigureAwait(false);
        }
    }
}
