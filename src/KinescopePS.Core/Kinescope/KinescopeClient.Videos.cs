using System.Net;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>A filter of a listing; a field that is null or empty narrows nothing.</summary>
internal sealed record VideoQuery
{
    public string? ProjectId { get; init; }

    public string? FolderId { get; init; }

    public string[] Status { get; init; } = [];

    /// <summary>A text that title or description contain.</summary>
    public string? Text { get; init; }
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
    public IReadOnlyDictionary<string, object> Fields => new Dictionary<string, object?>
    {
        ["title"] = Title,
        ["description"] = Description,
        ["tags"] = Tags,
        ["privacy_type"] = PrivacyType,
        ["privacy_domains"] = PrivacyDomains,
    }.Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value!);
}

/// <content>Videos.</content>
internal sealed partial class KinescopeClient
{
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
    public Task<KinescopeVideo> GetVideoAsync(string videoId, CancellationToken cancellation) =>
        GetAsync(PathOfVideo(videoId), VideoOf, ErrorIds.VideoNotFound, cancellation);

    /// <summary>The newest videos whose title or description has a text, most recent first, at most one page.</summary>
    public async Task<IReadOnlyList<KinescopeVideo>> SearchVideosAsync(string text, CancellationToken cancellation) =>
        (await PageAsync($"/v1/videos?order=created_at.desc&q={Uri.EscapeDataString(text)}", 1, VideoOf, cancellation)
            .ConfigureAwait(false)).Items;

    /// <summary>A page of all videos that the token may see, most recent first. Pages count from 1; the last one is not full.</summary>
    public async Task<IReadOnlyList<KinescopeVideo>> ListVideosAsync(int page, CancellationToken cancellation) =>
        (await PageAsync("/v1/videos?order=created_at.desc", page, VideoOf, cancellation).ConfigureAwait(false)).Items;

    /// <summary>The videos of these ids that the token may see.</summary>
    /// <param name="videoIds">At most <see cref="PageSize"/>.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<KinescopeVideo>> ListVideosAsync(IEnumerable<string> videoIds, CancellationToken cancellation) =>
        (await PageAsync($"/v1/videos?order=created_at.desc{Many("video_ids[]", videoIds)}", 1, VideoOf, cancellation)
            .ConfigureAwait(false)).Items;

    /// <summary>A page of the videos that a query covers, the oldest first.</summary>
    public Task<Page<KinescopeVideo>> ListVideosAsync(VideoQuery query, int page, CancellationToken cancellation) =>
        PageAsync(
            $"/v1/videos?order=created_at.asc{One("project_id", query.ProjectId)}{One("folder_id", query.FolderId)}"
                + $"{One("q", query.Text)}{Many("status[]", query.Status)}",
            page, VideoOf, cancellation);

    /// <summary>Changes what is given of a video, and nothing else.</summary>
    public Task ChangeVideoAsync(string videoId, VideoChange change, CancellationToken cancellation) =>
        InvokeAsync(HttpMethod.Patch, PathOfVideo(videoId), change.Fields, cancellation);

    /// <summary>Moves a video to a folder, or to the top of a project. Its id stays.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="projectId">The project; null for the one that the folder is in.</param>
    /// <param name="folderId">The folder; null for the project's top.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task MoveVideoAsync(string videoId, string? projectId, string? folderId, CancellationToken cancellation)
    {
        var target = new Dictionary<string, string?> { ["folder_id"] = folderId };
        if (projectId is not null)
            target["project_id"] = projectId;
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

    private static string PathOfVideo(string videoId) => $"/v1/videos/{Uri.EscapeDataString(videoId)}";

    private static string One(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string Many(string name, IEnumerable<string> values) => string.Concat(values.Select(value => One(name, value)));

    private KinescopeVideo VideoOf(JsonElement data)
    {
        KinescopeAsset[] assets = [.. data.Items("assets").Select(AssetOf)];
        return new KinescopeVideo
        {
            VideoId = IdOf(data),
            ProjectId = data.Text("project_id"),
            FolderId = data.Text("folder_id") is { Length: > 0 } folder ? folder : null,
            Title = data.Text("title") ?? "",
            Description = data.Text("description") ?? "",
            Status = KinescopeErrors.Printable(data.Text("status") ?? ""),
            StatusMessage = StatusMessageOf(data) is { Length: > 0 } message ? KinescopeErrors.Printable(message) : null,
            Duration = data.Number("duration") is > 0 and < 1e9 and var seconds ? TimeSpan.FromSeconds(seconds) : null,
            EmbedUrl = data.Text("embed_link"),
            PlayUrl = data.Text("play_link"),
            HlsUrl = data.Text("hls_link"),
            PrivacyType = data.Text("privacy_type"),
            PrivacyDomains = data.Texts("privacy_domains"),
            Tags = data.Texts("tags"),
            Original = Array.Find(assets, asset => asset.Quality == "original"),
            Assets = assets,
            CreatedAt = data.Time("created_at"),
            UpdatedAt = data.Time("updated_at"),
        };
    }

    private static string? StatusMessageOf(JsonElement data) =>
        data.Text("message") ?? data.Text("error_message") ?? data.Field("error").Text("message");

    private static KinescopeAsset AssetOf(JsonElement data) => new()
    {
        Quality = data.Text("quality"),
        Resolution = data.Text("resolution"),
        FileName = data.Text("original_name"),
        Length = data.Whole("file_size"),
        Md5 = data.Text("md5") is { Length: 32 } md5 ? md5.ToLowerInvariant() : null,
        DownloadUrl = data.Text("download_link"),
    };
}
