using System.Globalization;
using System.Net;
using KinescopePS.Content;
using KinescopePS.Kinescope;

namespace KinescopePS.Tus;

/// <summary>Patience and speed of the transfer of bytes.</summary>
/// <param name="StallTimeout">The time over which a request must make progress.</param>
/// <param name="MinimumRate">The progress that it must make. Unit: bytes per second.</param>
/// <param name="Limiter">The run's bandwidth; null for no limit.</param>
internal sealed record TusSettings(TimeSpan StallTimeout, double MinimumRate, BandwidthLimiter? Limiter);

/// <summary>The tus 1.0.0 core protocol on an upload URL: <c>HEAD</c> for the offset, <c>PATCH</c> for the bytes.</summary>
/// <param name="http">The connections.</param>
/// <param name="settings">Patience and speed.</param>
/// <param name="authorize">
/// Adds what the upload URL's host wants beyond the URL itself; most want nothing. False where a key is kept from the host.
/// </param>
internal sealed class TusClient(KinescopeHttp http, TusSettings settings, Func<HttpRequestMessage, bool> authorize)
{
    private static readonly HttpRequestOptionsKey<bool> IsKeyKeptBack = new(nameof(IsKeyKeptBack));

    /// <summary>Asks how many bytes the server holds.</summary>
    /// <param name="endpoint">The upload URL.</param>
    /// <param name="length">The file's size: the server must have the same in mind. Unit: bytes.</param>
    /// <returns>The server's <c>Upload-Offset</c>, 0 to <paramref name="length"/>. Unit: bytes.</returns>
    /// <exception cref="KinescopeException">
    /// <c>UploadExpired</c>: Kinescope no longer knows the upload, or its <c>Upload-Length</c> is another one.
    /// <c>UploadRefused</c>: something in between forbids the request.
    /// <c>RequestInvalid</c>: HEAD answered 400, so there is no telling what the server holds.
    /// </exception>
    public async Task<long> GetOffsetAsync(Uri endpoint, long length, CancellationToken cancellation)
    {
        using var request = RequestTo(endpoint, HttpMethod.Head);
        using var response = await AskAsync(request, cancellation).ConfigureAwait(false);
        if (NumberOf(response, "Upload-Length") is { } serverLength && serverLength != length)
            throw new KinescopeException(ErrorIds.UploadExpired, $"The server expects {serverLength} bytes, the file has {length}.");

        return NumberOf(response, "Upload-Offset") is { } offset && offset <= length ? offset : throw OffsetUnclear(response);
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage head, CancellationToken cancellation)
    {
        using var watchdog = new ProgressWatchdog(settings.StallTimeout, 0, http.Time, cancellation);
        try
        {
            return await SendAsync(head, watchdog, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (refusal.ErrorId == ErrorIds.UploadRefused)
        {
            // An answer to HEAD has no body, which tells Kinescope's word from a gateway's.
            await RequireKnownAsync(head.RequestUri!, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Sends no bytes, for the body of the refusal.</summary>
    /// <exception cref="KinescopeException"><c>UploadExpired</c>: Kinescope itself says that it does not know the upload.</exception>
    private async Task RequireKnownAsync(Uri endpoint, CancellationToken cancellation)
    {
        using var request = RequestTo(endpoint, HttpMethod.Patch);
        request.Headers.Add("Upload-Offset", "0");
        request.Content = new ByteArrayContent([]);
        request.Content.Headers.ContentType = FileSliceContent.MediaType;
        using var watchdog = new ProgressWatchdog(settings.StallTimeout, 0, http.Time, cancellation);
        try
        {
            using var response = await SendAsync(request, watchdog, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException refusal) when (refusal.ErrorId != ErrorIds.UploadExpired)
        {
        }
    }

    /// <summary>Asks what the server can do.</summary>
    /// <param name="endpoint">The upload URL.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The headers of its response whose names begin with <c>Tus-</c>.</returns>
    /// <exception cref="KinescopeException">As of <see cref="GetOffsetAsync"/>.</exception>
    public async Task<IReadOnlyDictionary<string, string>> GetOptionsAsync(Uri endpoint, CancellationToken cancellation)
    {
        using var request = RequestTo(endpoint, HttpMethod.Options);
        using var watchdog = new ProgressWatchdog(settings.StallTimeout, 0, http.Time, cancellation);
        using var response = await SendAsync(request, watchdog, cancellation).ConfigureAwait(false);
        return response.Headers.NonValidated.Where(header => header.Key.StartsWith("Tus-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToString());
    }

    /// <summary>Sends a part of the file.</summary>
    /// <param name="patch">The part.</param>
    /// <param name="sent">Callback for each run of bytes that was handed to the connection.</param>
    /// <param name="cancellation">Ends the request; what the server received it keeps.</param>
    /// <returns>The server's new <c>Upload-Offset</c>, above the part's; it may be short of what was sent.</returns>
    /// <exception cref="KinescopeException">Transient unless said otherwise: ask for the offset, then go on from there.</exception>
    public async Task<long> SendAsync(TusPatch patch, Action<ReadOnlyMemory<byte>> sent, CancellationToken cancellation)
    {
        using var watchdog = new ProgressWatchdog(settings.StallTimeout, settings.MinimumRate, http.Time, cancellation);
        var (offset, count, started) = (patch.Offset, patch.Count, http.Time.GetTimestamp());
        using var content = new FileSliceContent(patch.File, offset, count, settings.Limiter, Begin, bytes =>
        {
            sent(bytes);
            patch.Progressed(bytes.Length);
            watchdog.Progressed(bytes.Length);
        }, patch.Ending);
        using var request = RequestTo(patch.Endpoint, HttpMethod.Patch);
        request.Content = content;
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Headers.ExpectContinue = patch.AsksFirst;
        request.Headers.ConnectionClose = patch.EndsConnection;
        try
        {
            using var response = await SendAsync(request, watchdog, cancellation, () => started = http.Time.GetTimestamp())
                .ConfigureAwait(false);
            return NumberOf(response, "Upload-Offset") is { } reached && reached > offset && reached <= offset + count
                ? reached
                : throw OffsetUnclear(response);
        }
        catch (KinescopeException) when (content.Failure is { } failure)
        {
            throw failure;
        }

        // The handler waits for consent, and then sends the bytes without it. Its clock is not quite this one.
        void Begin() => patch.Begin(hasConsent: http.Time.GetElapsedTime(started) < 0.9 * KinescopeHttp.ConsentTimeout);
    }

    private HttpRequestMessage RequestTo(Uri endpoint, HttpMethod method)
    {
        // HTTP/2 uploads are a third to a half slower in .NET.
        var request = new HttpRequestMessage(method, endpoint)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Options.Set(IsKeyKeptBack, !authorize(request));
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, ProgressWatchdog watchdog, CancellationToken cancellation, Action? sending = null)
    {
        try
        {
            return await http.SendAsync(request, Begin, RequestLimits.None, watchdog.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (watchdog.HasFired && !cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(
                ErrorIds.UploadInterrupted,
                $"The connection to {request.RequestUri!.Host} got nowhere for {settings.StallTimeout.TotalSeconds:0} s.")
            {
                Service = KinescopeHttp.ServiceOf(request.RequestUri),
            };
        }
        catch (KinescopeRequestException refusal)
        {
            throw Refused(refusal, request);
        }

        void Begin()
        {
            sending?.Invoke();
            watchdog.Start();
        }
    }

    private static KinescopeException Refused(
        KinescopeRequestException refusal, HttpRequestMessage request) => (refusal.ErrorId, (int)refusal.StatusCode) switch
        {
            (ErrorIds.PaymentRequired, _) => refusal,
            (ErrorIds.TokenRejected or ErrorIds.AccessDenied, _) when WantsKey(refusal, request) => KeyKeptBack(refusal, request),
            (ErrorIds.TokenRejected or ErrorIds.AccessDenied, _) or (_, 404 or 405) when !refusal.IsPlatforms =>
                Forbidden(refusal, request),
            // Whether it is the upload's address or the token that is refused, a call with the token tells.
            (ErrorIds.TokenRejected or ErrorIds.AccessDenied, var status) =>
                refusal.As(ErrorIds.UploadExpired, $"The server no longer accepts this upload (HTTP {status})."),
            (_, (404 or 410) and var status) =>
                refusal.As(ErrorIds.UploadExpired, $"The server no longer knows this upload (HTTP {status})."),
            (_, 409 or 423) => refusal.As(
                ErrorIds.UploadLocked,
                $"The server holds another offset, or another request is writing to this upload (HTTP {(int)refusal.StatusCode})."),
            (_, 460) => refusal.As(ErrorIds.UploadChecksumMismatch, "The server found the bytes damaged on their way (HTTP 460)."),
            // Servers say interrupted and unexpected end with 400 too: the offset tells the truth, unless that is refused as well.
            (_, 400) when request.Method != HttpMethod.Head => refusal.As(ErrorIds.UploadInterrupted, refusal.Message),
            (_, 301 or 302 or 307 or 308) => Moved(refusal, request.RequestUri!),
            _ => refusal,
        };

    private static bool WantsKey(KinescopeRequestException refusal, HttpRequestMessage request) =>
        request.Options.TryGetValue(IsKeyKeptBack, out var isKeptBack) && isKeptBack
        && (refusal.IsPlatforms || refusal.StatusCode == HttpStatusCode.Unauthorized);

    private static KinescopeException KeyKeptBack(KinescopeRequestException refusal, HttpRequestMessage request) => refusal.As(
        ErrorIds.UploadRefused,
        $"{request.RequestUri!.Authority} seems to want the API key (HTTP {(int)refusal.StatusCode}), which goes to the API and the "
        + "uploader only. Leave out the workspace (-WorkspaceId, KINESCOPE_WORKSPACE_ID), or make this host the uploader: "
        + "KINESCOPE_UPLOADER_URL, Connect-Kinescope -UploaderUri.");

    private static KinescopeException Forbidden(KinescopeRequestException refusal, HttpRequestMessage request)
    {
        var words = refusal.Words.Length > 0 ? $": {refusal.Words}" : "";
        return refusal.As(
            ErrorIds.UploadRefused,
            $"{request.Method} to {request.RequestUri!.Authority} was refused with HTTP {(int)refusal.StatusCode}{words}. That is not "
            + "Kinescope's word: a gateway, proxy or firewall on the way seems to forbid it. Have it let these requests pass.");
    }

    private static KinescopeException Moved(KinescopeRequestException refusal, Uri from) =>
        refusal.Location is { } location && Uri.TryCreate(from, location, out var to)
            && to.IsOriginOf(from) && to.UserInfo.Length == 0
            ? refusal.As(ErrorIds.UploadMoved, "The server moved the upload to another address.")
            : refusal.As(
                ErrorIds.UploadEndpointRefused,
                $"{from.Authority} sends this upload to another host. No upload follows a redirect there: nothing is sent to it.");

    private static long? NumberOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values)
            && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static KinescopeException OffsetUnclear(HttpResponseMessage response)
    {
        var said = response.Headers.TryGetValues("Upload-Offset", out var values)
            ? $"the Upload-Offset '{KinescopeErrors.Printable(string.Join(", ", values))}', which cannot be right"
            : "no Upload-Offset";
        return new KinescopeException(ErrorIds.UploadOffsetMismatch, $"The server answered HTTP {(int)response.StatusCode} with {said}.");
    }
}
