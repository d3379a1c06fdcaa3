using System.Net;
using System.Net.Http.Headers;
using KinescopePS.Content;
using KinescopePS.Kinescope;

namespace KinescopePS.Tus;

/// <summary>A whole file as the new content of a video.</summary>
/// <param name="VideoId">The video.</param>
/// <param name="Title">The title that the request carries. ASCII.</param>
/// <param name="File">The file.</param>
internal sealed record NewContent(string VideoId, string Title, SourceFile File)
{
    /// <summary>True where the host is asked before the bytes.</summary>
    public bool AsksFirst { get; init; }

    /// <summary>Callback before the last byte is handed to the connection.</summary>
    public required Func<ValueTask> Ending { get; init; }
}

/// <summary>Uploads in one request: nothing of them can be continued.</summary>
/// <remarks>Source: kinescope-api sections 4a and 4e.</remarks>
internal sealed class SingleRequest(KinescopeHttp http, TusSettings settings, KinescopeSettings account)
{
    private static readonly MediaTypeHeaderValue MediaType = new("application/octet-stream");

    /// <summary>The address that the bytes go to.</summary>
    public Uri Endpoint { get; } = new(account.UploaderUri, "/v2/video");

    /// <summary>Replaces the content of a video. The title is the request's afterwards.</summary>
    /// <param name="content">The new content.</param>
    /// <param name="sent">Callback for each run of bytes that was handed to the connection.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The id that Kinescope answers: that of the video, if it did what was asked. Null where it tells none.</returns>
    /// <exception cref="KinescopeException">
    /// <c>VideoNotFound</c>: Kinescope has no such video. One that is transient: the request may have arrived.
    /// </exception>
    public async Task<string?> ReplaceAsync(NewContent content, Action<ReadOnlyMemory<byte>> sent, CancellationToken cancellation)
    {
        using var watchdog = new ProgressWatchdog(settings.StallTimeout, settings.MinimumRate, http.Time, cancellation);
        using var body = new FileSliceContent(content.File, 0, content.File.Length, settings.Limiter, () => { }, bytes =>
        {
            sent(bytes);
            watchdog.Progressed(bytes.Length);
        }, EndAsync);
        body.Headers.ContentType = MediaType;
        // HTTP/2 uploads are a third to a half slower in .NET.
        using var request = new HttpRequestMessage(HttpMethod.Post, Endpoint)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        request.Headers.Authorization = account.AuthorizationHeader();
        request.Headers.Add("X-Replace-Video-ID", content.VideoId);
        request.Headers.Add("X-Video-Title", content.Title);
        request.Headers.ExpectContinue = content.AsksFirst;
        try
        {
            using var response = await http.SendAsync(request, watchdog.Start, RequestLimits.None, watchdog.Token).ConfigureAwait(false);
            var answer = await ResponseBody.ReadJsonAsync(response, watchdog.Token).ConfigureAwait(false);
            return VideoIds.Read(answer.Field("data").Text("id"));
        }
        catch (KinescopeException) when (body.Failure is { } failure)
        {
            throw failure;
        }
        catch (KinescopeRequestException refusal) when (!refusal.IsPlatforms && (int)refusal.StatusCode is 403 or 404 or 405 or 410)
        {
            throw KinescopeErrors.NotKinescopes(refusal, Endpoint);
        }
        catch (KinescopeRequestException missing) when (missing.Code == KinescopeErrors.NoSuchEntity)
        {
            throw missing.As(ErrorIds.VideoNotFound, $"Kinescope has no video {content.VideoId} for this token. {missing.Message}");
        }
        catch (OperationCanceledException) when (watchdog.HasFired && !cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(
                ErrorIds.UploadInterrupted, $"The connection to {Endpoint.Host} got nowhere for {settings.StallTimeout.TotalSeconds:0} s.")
            {
                Service = KinescopeHttp.ServiceOf(Endpoint),
            };
        }

        // What is done before the last byte is no standstill of the line.
        async ValueTask EndAsync()
        {
            watchdog.Stop();
            await content.Ending().ConfigureAwait(false);
            watchdog.Start();
        }
    }
}
