using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>A video entry that waits for its bytes.</summary>
/// <param name="VideoId">Kinescope's id of the video, final from the start.</param>
/// <param name="Endpoint">The upload URL: whoever has it can write to the video.</param>
internal sealed record CreatedVideo(string VideoId, Uri Endpoint);

/// <summary>The fields of a new video.</summary>
/// <param name="ParentId">Kinescope's <c>parent_id</c>: the project or folder that it goes to.</param>
/// <param name="Title">The title.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="FileSize">Exactly the bytes that will follow: the tus length.</param>
/// <param name="Description">The description.</param>
internal sealed record NewVideo(string ParentId, string Title, string FileName, long FileSize, string Description);

/// <summary>Kinescope's API, one method a call; nothing is repeated here.</summary>
internal sealed partial class KinescopeClient(KinescopeHttp http, KinescopeSettings settings)
{
    /// <summary>The number of items on a page of a listing that is asked for: the most that Kinescope gives.</summary>
    public const int PageSize = 100;

    /// <summary>The longest wait for a response to a call that carries no video.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(100);

    // Not known to count against the limits: the uploader says so where they do.
    private volatile bool _countsCreations;

    /// <summary>The clock that requests go by.</summary>
    public TimeProvider Time => http.Time;

    /// <inheritdoc cref="KinescopeHttp.Hold" />
    public Hold? Hold => http.Hold;

    /// <summary>Creates a video entry by <c>POST /v2/init</c>. Not idempotent: each call that arrives makes one.</summary>
    public async Task<CreatedVideo> CreateVideoAsync(NewVideo video, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.UploaderUri, "/v2/init"))
        {
            Content = JsonContent.Create(new
            {
                type = "video",
                parent_id = video.ParentId,
                title = video.Title,
                filename = video.FileName,
                filesize = video.FileSize,
                description = video.Description,
            }),
        };
        // With a Content-Length: a refusal before the end of a chunked body costs the connection.
        await request.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        var response = await CreateAsync(request, video.ParentId, ResponseBody.ReadJsonAsync, cancellation).ConfigureAwait(false);
        var data = response.Field("data");
        if (data.ValueKind != JsonValueKind.Object)
            throw KinescopeErrors.NotKinescopes(settings.UploaderUri, HttpStatusCode.OK);
        return new CreatedVideo(KinescopeSettings.AcceptVideoId(data.Text("id")), settings.AcceptEndpoint(data.Text("endpoint")));
    }

    /// <summary>Creates a video entry whose id is ours, by tus creation.</summary>
    /// <param name="initId">A UUID that becomes the video's id; refused with code 400419 when it was used before.</param>
    /// <remarks>Source: kinescope-api section 4d, the dashboard's own way. All six metadata keys are needed.</remarks>
    public async Task<CreatedVideo> CreateVideoAsync(NewVideo video, string initId, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.UploaderUri, "/v2/init"));
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", video.FileSize.ToString());
        request.Headers.Add("Upload-Metadata", string.Join(",", new (string Key, string Value)[]
        {
            ("parent_id", video.ParentId),
            ("init_id", initId),
            ("type", "video"),
            ("title", video.Title),
            ("filename", video.FileName),
            ("filesize", video.FileSize.ToString()),
        }.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}")));
        request.Headers.Add("X-Workspace-ID", settings.WorkspaceId);
        var location = await CreateAsync(request, video.ParentId, (response, _) => Task.FromResult(response.Headers.Location), cancellation)
            .ConfigureAwait(false);
        return new CreatedVideo(initId, settings.AcceptEndpoint(location?.OriginalString));
    }

    /// <summary>Any call of the API.</summary>
    /// <param name="method">The verb.</param>
    /// <param name="path">Path and query, from the host on.</param>
    /// <param name="body">Sent as it is where it is <see cref="HttpContent"/>, else as JSON; null for no body.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The whole response; of the kind <c>Undefined</c> where it has no body.</returns>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>: the path leads to another host. Others: the call failed.</exception>
    public async Task<JsonElement> InvokeAsync(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(settings.ApiUri, path, out var uri)
            || !uri.IsOriginOf(settings.ApiUri) || uri.UserInfo.Length > 0)
        {
            throw new KinescopeException(
                ErrorIds.UriInvalid,
                $"'{KinescopeErrors.Printable(path)}' leads to another host than {settings.ApiUri.Authority}; the API key is sent nowhere "
                + "else. Give a path such as /v1/videos.");
        }

        using var request = new HttpRequestMessage(method, uri);
        if (body is not null)
        {
            request.Content = body as HttpContent ?? JsonContent.Create(body);
            await request.Content.LoadIntoBufferAsync().ConfigureAwait(false);
        }

        return await CallAsync(request, ResponseBody.ReadJsonAsync, settings.Limits, cancellation).ConfigureAwait(false);
    }

    /// <summary>A page of any list.</summary>
    public Task<Page<JsonElement>> ListAsync(string path, long page, CancellationToken cancellation) =>
        PageAsync(path, page, item => item, cancellation);

    private async Task<JsonElement> DataAsync(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        var response = await InvokeAsync(method, path, body, cancellation).ConfigureAwait(false);
        return response.Field("data") is { ValueKind: JsonValueKind.Object } data
            ? data
            : throw KinescopeErrors.NotKinescopes(settings.ApiUri, HttpStatusCode.OK);
    }

    private async Task<T> GetAsync<T>(string path, Func<JsonElement, T> read, string missingId, CancellationToken cancellation)
    {
        try
        {
            return read(await DataAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false));
        }
        catch (KinescopeRequestException refusal) when (refusal.StatusCode == HttpStatusCode.NotFound)
        {
            throw refusal.As(missingId, $"There is none, or this token may not see it. {refusal.Message}");
        }
    }

    /// <summary>The id that each of Kinescope's objects has.</summary>
    /// <exception cref="KinescopeException"><c>AnswerInvalid</c>: it has none that is usable.</exception>
    private string IdOf(JsonElement data) => data.Id("id") ?? throw KinescopeErrors.NotKinescopes(settings.ApiUri, HttpStatusCode.OK);

    private async Task<Page<T>> PageAsync<T>(string path, long page, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        var paged = $"{path}{(path.Contains('?') ? '&' : '?')}per_page={PageSize}&page={page}";
        var response = await InvokeAsync(HttpMethod.Get, paged, null, cancellation).ConfigureAwait(false);
        if (response.Field("data").ValueKind != JsonValueKind.Array)
            throw KinescopeErrors.NotKinescopes(settings.ApiUri, HttpStatusCode.OK);
        IReadOnlyList<T> items = [.. response.Items("data").Select(read)];
        var (meta, pagination) = (response.Field("meta"), response.Field("meta").Field("pagination"));
        var size = pagination.Whole("per_page") is > 0 and <= PageSize and var given ? given : PageSize;
        // The list of tokens has no pages, and its total elsewhere.
        var total = pagination.Whole("total") ?? meta.Whole("total");
        return new Page<T>(items, size, total >= items.Count ? total : null);
    }

    private async Task<T> CreateAsync<T>(
        HttpRequestMessage request, string parentId,
        Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            var limits = _countsCreations ? settings.Limits : RequestLimits.None;
            return await CallAsync(request, read, limits, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (refusal.ErrorId == ErrorIds.RateLimited)
        {
            http.Pause(request.RequestUri!, settings.Limits, refusal);
            _countsCreations = true;
            throw;
        }
        catch (KinescopeRequestException refusal) when (refusal.Code is KinescopeErrors.NoSuchEntity or KinescopeErrors.InvalidUuid)
        {
            throw refusal.As(
                ErrorIds.ParentNotFound,
                $"Kinescope has no project or folder {parentId} for this token. Check KINESCOPE_PROJECT_ID, -ProjectId or -ParentId. "
                + refusal.Message);
        }
    }

    private async Task<T> CallAsync<T>(
        HttpRequestMessage request, Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        RequestLimits limits, CancellationToken cancellation)
    {
        request.Headers.Authorization = settings.AuthorizationHeader();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            using var response = await http.SendAsync(request, () => timeout.CancelAfter(CallTimeout), limits, timeout.Token)
                .ConfigureAwait(false);
            return await read(response, timeout.Token).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (!refusal.IsPlatforms && (int)refusal.StatusCode is 403 or 404 or 405 or 410)
        {
            // A gateway's word says nothing of a right, nor that something is gone.
            throw KinescopeErrors.NotKinescopes(refusal, request.RequestUri!);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(
                ErrorIds.KinescopeUnavailable,
                $"{request.RequestUri!.Host} took the request and did not answer within {CallTimeout.TotalSeconds:0} s.")
            {
                Service = KinescopeHttp.ServiceOf(request.RequestUri),
            };
        }
    }
}
