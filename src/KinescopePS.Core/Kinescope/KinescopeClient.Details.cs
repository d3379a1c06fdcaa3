using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>A video with what it has beside its content, as far as Kinescope tells it.</summary>
/// <param name="PosterId">The id of its active poster; null where it has none.</param>
/// <param name="Chapters">Its chapters.</param>
/// <param name="ChaptersEnabled">True where viewers have the chapters.</param>
/// <param name="ChaptersShown">True where they are open from the start.</param>
/// <param name="Subtitles">The languages of its subtitles.</param>
internal sealed record VideoDetails(
    KinescopeVideo Video, string? PosterId, IReadOnlyList<VideoChapter> Chapters, bool ChaptersEnabled, bool ChaptersShown,
    IReadOnlyList<string> Subtitles);

/// <content>What a video has beside its content.</content>
internal sealed partial class KinescopeClient
{
    /// <summary>The video of an id with what it has beside its content.</summary>
    /// <exception cref="KinescopeException"><c>VideoNotFound</c>.</exception>
    public async Task<VideoDetails> GetDetailsAsync(string videoId, CancellationToken cancellation)
    {
        var details = await GetAsync(PathOfVideo(videoId), DetailsOf, ErrorIds.VideoNotFound, cancellation).ConfigureAwait(false);
        return details.Video.IsDeleted
            ? throw new KinescopeException(ErrorIds.VideoNotFound, $"Video {videoId} was deleted. Kinescope keeps it in its recycle bin.")
            : details;
    }

    /// <summary>Puts chapters in the place of those that a video has.</summary>
    /// <remarks>Source: kinescope-api section 11, row 10.</remarks>
    public Task SetChaptersAsync(
        string videoId, IReadOnlyList<VideoChapter> chapters, bool enabled, bool shown, CancellationToken cancellation)
    {
        var items = chapters.Select(chapter => new { time = chapter.Time, title = chapter.Title });
        return InvokeAsync(HttpMethod.Put, PathOfVideo(videoId) + "/chapters", new { items, enabled, show_on_load = shown }, cancellation);
    }

    /// <summary>Makes one of a video's posters the active one.</summary>
    public Task ActivatePosterAsync(string videoId, string posterId, CancellationToken cancellation) =>
        InvokeAsync(HttpMethod.Post, $"{PathOfVideo(videoId)}/posters/{Uri.EscapeDataString(posterId)}/active", null, cancellation);

    private VideoDetails DetailsOf(JsonElement data)
    {
        var chapters = data.Field("chapters");
        return new VideoDetails(
            VideoOf(data),
            data.Field("poster").Text("id"),
            [.. chapters.Items("items").Select(item => new VideoChapter(item.Whole("time") ?? 0, item.Text("title") ?? ""))],
            chapters.Field("enabled").ValueKind == JsonValueKind.True,
            chapters.Field("show_on_load").ValueKind == JsonValueKind.True,
            [.. data.Items("subtitles").Select(item => item.Text("language")).OfType<string>()]);
    }
}
