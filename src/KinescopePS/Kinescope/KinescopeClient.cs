using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>A video entry that waits for its bytes.</summary>
/// <param name="VideoId">Kinescope's id of the video, final from the start.</param>
/// <param name="Endpoint">The upload URL: whoever has it can write to the video.</param>
internal sealed record VideoEntry(string VideoId, Uri Endpoint);

/// <summary>What a new video entry is told.</summary>
/// <param name="Title">The title.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="FileSize">Exactly the bytes that will follow: the tus length.</param>
/// <param name="Description">The description.</param>
internal sealed record NewVideo(string Title, string FileName, long FileSize, string Description);

/// <summary>A video as the API shows it, as far as an upload needs it.</summary>
internal sealed record Video(string Id, string Title, string Description, string Status, DateTimeOffset? CreatedAt)
{
    /// <summary>Whether Kinescope gave up on it.</summary>
    public bool HasFailed => Status is "error" or "aborted" or "suspended";

    /// <summary>Whether waiting changes nothing any more.</summary>
    public bool IsSettled => HasFailed || Status == "done";

    /// <summary>The original's size, where Kinescope keeps and tells it. Unit: bytes.</summary>
    public long? OriginalSize { get; init; }

    /// <summary>The original's MD5 in lower-case hex, where Kinescope keeps and tells it.</summary>
    public string? OriginalMd5 { get; init; }

    /// <summary>Whether Kinescope has all bytes of it.</summary>
    /// <remarks>Source: the status values of kinescope-api section 3.</remarks>
    public bool HasAllBytes => Status is "pre-processing" or "processing" or "done";
}

/// <summary>Kinescope's API, one method a call; nothing is repeated here.</summary>
internal sealed class KinescopeClient(KinescopeHttp http, KinescopeSettings settings)
{
    /// <summary>How many videos a page of a listing has.</summary>
    public const int PageSize = 100;

    /// <summary>The longest wait for an answer to a call that carries no video.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(100);

    /// <summary>Creates a video entry by <c>POST /v2/init</c>. Not idempotent: each call that arrives makes one.</summary>
    public async Task<VideoEntry> CreateVideoAsync(NewVideo video, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.UploaderUri, "/v2/init"))
        {
            Content = JsonContent.Create(new
            {
                type = "video",
                parent_id = settings.ParentId,
                title = video.Title,
                filename = video.FileName,
                filesize = video.FileSize,
                description = video.Description,
            }),
        };
        // With a Content-Length: a refusal before the end of a chunked body costs the connection.
        await request.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        var data = await CreateAsync(request, DataOfAsync, cancellation).ConfigureAwait(false);
        var id = TextOf(data, "id") ?? throw new KinescopeException(ErrorIds.AnswerInvalid, "Kinescope created a video but did not say its id.");
        return new VideoEntry(id, settings.AcceptEndpoint(TextOf(data, "endpoint")));
    }

    /// <summary>Creates a video entry whose id is ours, by tus creation.</summary>
    /// <param name="initId">A UUID that becomes the video's id; refused with code 400419 when it was used before.</param>
    /// <remarks>Source: kinescope-api section 4d, the dashboard's own way. All six metadata keys are needed.</remarks>
    public async Task<VideoEntry> CreateVideoAsync(NewVideo video, string initId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.UploaderUri, "/v2/init"));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", video.FileSize.ToString());
        request.Headers.Add("Upload-Metadata", string.Join(",", new (string Key, string Value)[]
        {
            ("parent_id", settings.ParentId),
            ("init_id", initId),
            ("type", "video"),
            ("title", video.Title),
            ("filename", video.FileName),
            ("filesize", video.FileSize.ToString()),
        }.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}")));
        request.Headers.Add("X-Workspace-ID", settings.WorkspaceId);
        var location = await CreateAsync(request, (answer, _) => Task.FromResult(answer.Headers.Location), cancellation).ConfigureAwait(false);
        return new VideoEntry(initId, settings.AcceptEndpoint(location?.OriginalString));
    }

    /// <summary>The video of an id, or null where there is none that this token may see.</summary>
    public async Task<Video?> FindVideoAsync(string videoId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.ApiUri, $"/v1/videos/{Uri.EscapeDataString(videoId)}"));
        try
        {
            return VideoOf(await CallAsync(request, DataOfAsync, cancellation).ConfigureAwait(false));
        }
        catch (KinescopeRequestException refusal) when (refusal.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>The newest videos whose title or description has a text, most recent first, at most one page.</summary>
    public Task<IReadOnlyList<Video>> SearchVideosAsync(string text, CancellationToken cancellation) =>
        ListVideosAsync($"page=1&q={Uri.EscapeDataString(text)}", cancellation);

    /// <summary>A page of all videos that the token may see, most recent first. Pages count from 1; the last one is not full.</summary>
    public Task<IReadOnlyList<Video>> ListVideosAsync(int page, CancellationToken cancellation) => ListVideosAsync($"page={page}", cancellation);

    /// <summary>The videos of these ids that the token may see.</summary>
    /// <param name="videoIds">At most <see cref="PageSize"/>.</param>
    public Task<IReadOnlyList<Video>> ListVideosAsync(IEnumerable<string> videoIds, CancellationToken cancellation) =>
        ListVideosAsync("page=1" + string.Concat(videoIds.Select(id => $"&video_ids[]={Uri.EscapeDataString(id)}")), cancellation);

    /// <summary>Deletes a video. One that is gone already counts as deleted.</summary>
    public async Task DeleteVideoAsync(string videoId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(settings.ApiUri, $"/v1/videos/{Uri.EscapeDataString(videoId)}"));
        try
        {
            await CallAsync(request, (_, _) => Task.FromResult(true), cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (refusal.StatusCode == HttpStatusCode.NotFound)
        {
        }
    }

    private async Task<IReadOnlyList<Video>> ListVideosAsync(string query, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(settings.ApiUri, $"/v1/videos?per_page={PageSize}&order=created_at.desc&{query}"));
        var data = await CallAsync(request, DataOfAsync, cancellation).ConfigureAwait(false);
        return data.ValueKind == JsonValueKind.Array ? [.. data.EnumerateArray().Select(VideoOf)] : [];
    }

    private async Task<T> CreateAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await CallAsync(request, read, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (refusal.Code is KinescopeErrors.NoSuchEntity or KinescopeErrors.InvalidUuid)
        {
            throw new KinescopeException(ErrorIds.ParentNotFound, $"Kinescope has no project or folder {settings.ParentId} for this token. Check KINESCOPE_PROJECT_ID, -ProjectId or -ParentId. {refusal.Message}", refusal) { StopsRun = true };
        }
    }

    private async Task<T> CallAsync<T>(HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        request.Headers.Authorization = settings.Authorization;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using var answer = await http.SendAsync(request, () => timeout.CancelAfter(CallTimeout), timeout.Token).ConfigureAwait(false);
            return await read(answer, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(ErrorIds.KinescopeUnavailable, $"{request.RequestUri!.Host} did not answer within {CallTimeout.TotalSeconds:0} s.") { IsTransient = true };
        }
    }

    private static async Task<JsonElement> DataOfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            var stream = await answer.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            using var json = await JsonDocument.ParseAsync(stream, default, cancellation).ConfigureAwait(false);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("data", out var data))
                return data.Clone();
        }
        catch (JsonException)
        {
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw KinescopeErrors.FromFailure(failure, answer.RequestMessage!.RequestUri!);
        }

        throw new KinescopeException(ErrorIds.AnswerInvalid, $"{answer.RequestMessage!.RequestUri!.Host} answered HTTP {(int)answer.StatusCode} with something that is not Kinescope's JSON. Is a proxy or a sign-in page in between?");
    }

    private static Video VideoOf(JsonElement data)
    {
        var original = data.ValueKind == JsonValueKind.Object && data.TryGetProperty("assets", out var assets) && assets.ValueKind == JsonValueKind.Array
            ? assets.EnumerateArray().FirstOrDefault(asset => TextOf(asset, "quality") == "original")
            : default;
        return new Video(
            TextOf(data, "id") ?? "",
            TextOf(data, "title") ?? "",
            TextOf(data, "description") ?? "",
            TextOf(data, "status") ?? "",
            DateTimeOffset.TryParse(TextOf(data, "created_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var created) ? created : null)
        {
            OriginalSize = original.ValueKind == JsonValueKind.Object && original.TryGetProperty("file_size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes) ? bytes : null,
            OriginalMd5 = TextOf(original, "md5") is { Length: 32 } md5 ? md5.ToLowerInvariant() : null,
        };
    }

    private static string? TextOf(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
