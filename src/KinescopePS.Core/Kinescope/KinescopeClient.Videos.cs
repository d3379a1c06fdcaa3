using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Polly;

namespace KinescopePS.Kinescope;

/// <summary>A filter of a listing; a field that is null or empty narrows nothing.</summary>
internal sealed record VideoQuery
{
    public string? ProjectId { get; init; }

    public string? FolderId { get; init; }

    public string[] Status { get; init; } = [];

    /// <summary>Only these videos, at most <see cref="KinescopeClient.PageSize"/>.</summary>
    public IReadOnlyList<string> VideoIds { get; init; } = [];

    /// <summary>A text that title or description contain.</summary>
    public string? Text { get; init; }

    /// <summary>True for the newest first; else the oldest.</summary>
    public bool IsNewestFirst { get; init; }
}

/// <summary>Changes to a video; a field that is null stays as it is.</summary>
internal sealed record VideoChange
{
    public string? Title { get; init; }

    public string? Description { get; init; }

    public string[]? Tags { get; init; }

    public string? PrivacyType { get; init; }

    public string[]? PrivacyDomains { get; init; }

    /// <summary>The fields that are given, under Kinescope's names.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, object> Fields => new Dictionary<string, object?>
    {
        ["title"] = Title,
        ["description"] = Description,
        ["tags"] = Tags,
        ["privacy_type"] = PrivacyType,
        ["privacy_domains"] = PrivacyDomains,
    }.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!);
}

/// <summary>Listings of videos.</summary>
internal static class VideoListings
{
    /// <summary>A listing without the videos in the recycle bin, which Kinescope may go on to show.</summary>
    public static async IAsyncEnumerable<KinescopeVideo> WithoutDeleted(this IAsyncEnumerable<KinescopeVideo> videos)
    {
        await foreach (var video in videos.ConfigureAwait(false))
        {
            if (!video.IsDeleted)
                yield return video;
        }
    }
}

/// <content>Videos.</content>
internal sealed partial class KinescopeClient
{
    /// <summary>The sizes of a poster, the largest first.</summary>
    private static readonly string[] PosterSizes = ["original", "lg", "md", "sm", "xs", "url"];

    /// <summary>The video of an id, or null where there is none that this token may see.</summary>
    public async Task<KinescopeVideo?> FindVideoAsync(string videoId, CancellationToken cancellation)
    {
        try
        {
            return await GetVideoAsync(videoId, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException missing) when (missing.ErrorId == ErrorIds.VideoNotFound)
        {
            return null;
        }
    }

    /// <summary>The video of an id.</summary>
    /// <exception cref="KinescopeException"><c>VideoNotFound</c>.</exception>
    public async Task<KinescopeVideo> GetVideoAsync(string videoId, CancellationToken cancellation)
    {
        var video = await GetAsync(PathOfVideo(videoId), VideoOf, ErrorIds.VideoNotFound, cancellation).ConfigureAwait(false);
        return video.IsDeleted
            ? throw new KinescopeException(ErrorIds.VideoNotFound, $"Video {videoId} was deleted. Kinescope keeps it in its recycle bin.")
            : video;
    }

    /// <summary>A page of the videos that a query covers, with those in the recycle bin where Kinescope lists them.</summary>
    public Task<Page<KinescopeVideo>> ListVideosAsync(VideoQuery query, long page, CancellationToken cancellation) =>
        PageAsync(
            $"/v1/videos?order=created_at.{(query.IsNewestFirst ? "desc" : "asc")}"
                + $"{One("project_id", query.ProjectId)}{One("folder_id", query.FolderId)}{One("q", query.Text)}"
                + $"{Many("status[]", query.Status)}{Many("video_ids[]", query.VideoIds)}",
            page, VideoOf, cancellation);

    /// <summary>All videos that a query covers, read page by page, without those in the recycle bin.</summary>
    public IAsyncEnumerable<KinescopeVideo> ListVideosAsync(VideoQuery query, ResiliencePipeline retry, CancellationToken cancellation) =>
        Paging.ForwardAsync((page, token) => ListVideosAsync(query, page, token), video => video.VideoId, retry, cancellation)
            .WithoutDeleted();

    /// <summary>Changes what is given of a video, and nothing else.</summary>
    /// <returns>The fields as Kinescope stored them, as far as it tells.</returns>
    public async Task<VideoChange> ChangeVideoAsync(string videoId, VideoChange change, CancellationToken cancellation)
    {
        var answer = await InvokeAsync(HttpMethod.Patch, PathOfVideo(videoId), change.Fields, cancellation).ConfigureAwait(false);
        var video = answer.Field("data");
        return new VideoChange
        {
            Title = video.Text("title"),
            Description = video.Lines("description"),
            Tags = video.Field("tags").ValueKind == JsonValueKind.Array ? video.Texts("tags") : null,
            PrivacyType = video.Text("privacy_type"),
            PrivacyDomains = video.Field("privacy_domains").ValueKind == JsonValueKind.Array ? video.Texts("privacy_domains") : null,
        };
    }

    /// <summary>Moves a video to a folder, or to the top of a project. Its id stays.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="projectId">The project, which Kinescope asks for beside a folder too.</param>
    /// <param name="folderId">The folder; null for the project's top.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task MoveVideoAsync(string videoId, string projectId, string? folderId, CancellationToken cancellation)
    {
        var target = new Dictionary<string, string?> { ["project_id"] = projectId, ["folder_id"] = folderId };
        return InvokeAsync(HttpMethod.Put, PathOfVideo(videoId) + "/move", target, cancellation);
    }

    /// <summary>Deletes a video. One that is gone already counts as deleted.</summary>
    public async Task DeleteVideoAsync(string videoId, CancellationToken cancellation)
    {
        try
        {
            await InvokeAsync(HttpMethod.Delete, PathOfVideo(videoId), null, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (refusal.StatusCode == HttpStatusCode.NotFound)
        {
        }
    }

    private static string PathOfVideo(string videoId) => $"/v1/videos/{Uri.EscapeDataString(VideoIds.Canonical(videoId))}";

    private static string One(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string Many(string name, IEnumerable<string> values) => string.Concat(values.Select(value => One(name, value)));

    private KinescopeVideo VideoOf(JsonElement data)
    {
        KinescopeAsset[] assets = [.. data.Items("assets").Select(AssetOf)];
        var videoId = VideoIds.Canonical(IdOf(data));
        return new KinescopeVideo
        {
            VideoId = videoId,
            ProjectId = data.Id("project_id"),
            FolderId = data.Id("folder_id"),
            Title = data.Text("title") ?? "",
            Description = data.Lines("description") ?? "",
            Status = KinescopeErrors.Printable(data.Text("status") ?? ""),
            StatusMessage = StatusMessageOf(data) is { Length: > 0 } message ? KinescopeErrors.Printable(message) : null,
            Duration = data.Number("duration") is > 0 and < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            EmbedUrl = data.Address("embed_link"),
            PlayUrl = data.Address("play_link"),
            HlsUrl = data.Address("hls_link"),
            PosterUrl = PosterUrlOf(data, videoId),
            PrivacyType = data.Text("privacy_type"),
            PrivacyDomains = data.Texts("privacy_domains"),
            Tags = data.Texts("tags"),
            Subtitles = [.. data.Items("subtitles").Select(SubtitlesOf).OfType<KinescopeSubtitle>()],
            Chapters = ChaptersOf(data.Field("chapters")),
            HasChaptersEnabled = FlagOf(data.Field("chapters").Field("enabled")),
            ShowsChaptersOnLoad = FlagOf(data.Field("chapters").Field("show_on_load")),
            Original = Array.Find(assets, asset => asset.Quality == "original"),
            Assets = assets,
            CreatedAt = data.Time("created_at"),
            UpdatedAt = data.Time("updated_at"),
            IsDeleted = data.Time("deleted_at") is not null,
        };
    }

    /// <remarks>Source: kinescope-api sections 3 and 5. An address with a query may be signed, and expire: a site is to keep it.</remarks>
    private static string? PosterUrlOf(JsonElement data, string videoId)
    {
        var poster = data.Field("poster");
        var url = data.Address("poster")
            ?? PosterSizes.Select(size => poster.Address(size)).FirstOrDefault(address => address is not null);
        return url is not null && url.Contains('?') ? $"https://kinescope.io/{videoId}/poster.jpg" : url;
    }

    private static string? StatusMessageOf(JsonElement data) =>
        data.Text("message") ?? data.Text("error_message") ?? data.Field("error").Text("message");

    private static KinescopeAsset AssetOf(JsonElement data) => new()
    {
        Quality = data.Text("quality"),
        Resolution = data.Text("resolution"),
        OriginalName = data.Text("original_name"),
        // Not known yet, or not told, is no size of a file.
        Length = data.Whole("file_size") is > 0 and var size ? size : null,
        Md5 = data.Text("md5") is { Length: 32 } md5 && md5.All(char.IsAsciiHexDigit) ? md5.ToLowerInvariant() : null,
        DownloadUrl = data.Address("download_link") ?? data.Address("url"),
        FileType = data.Text("filetype"),
        AssetId = data.Text("id"),
        CreatedAt = data.Time("created_at"),
    };
}
