using System.Globalization;
using System.Net;
using KinescopePS.Kinescope;

namespace KinescopePS.Tus;

/// <summary>The tus 1.0.0 core protocol on an upload URL: <c>HEAD</c> for the offset, <c>PATCH</c> for the bytes.</summary>
/// <param name="http">The connections.</param>
/// <param name="stallTimeout">How long nothing may move before a request is given up.</param>
/// <param name="authorize">Adds what the upload URL's host wants beyond the URL itself; most want nothing.</param>
internal sealed class TusClient(KinescopeHttp http, TimeSpan stallTimeout, Action<HttpRequestMessage> authorize)
{
    /// <summary>Asks how many bytes the server holds.</summary>
    /// <param name="endpoint">The upload URL.</param>
    /// <param name="length">The file's size: the server must have the same in mind. Unit: bytes.</param>
    /// <returns>The server's <c>Upload-Offset</c>, 0 to <paramref name="length"/>. Unit: bytes.</returns>
    /// <exception cref="KinescopeException">
    /// <c>UploadExpired</c>: HEAD answered 404 or 410, or the server's <c>Upload-Length</c> is another one.
    /// </exception>
    public async Task<long> GetOffsetAsync(Uri endpoint, long length, CancellationToken cancellation)
    {
        using var request = RequestTo(endpoint, HttpMethod.Head);
        using var watchdog = new ProgressWatchdog(stallTimeout, cancellation);
        using var answer = await SendAsync(request, watchdog, cancellation).ConfigureAwait(false);
        if (HeaderOf(answer, "Upload-Length") is { } serverLength && serverLength != length)
            throw new KinescopeException(ErrorIds.UploadExpired, $"The server expects {serverLength} bytes, the file has {length}.");

        return HeaderOf(answer, "Upload-Offset") is { } offset && offset <= length ? offset : throw OffsetUnclear(answer);
    }

    /// <summary>Sends the file's bytes from an offset to its end.</summary>
    /// <param name="endpoint">The upload URL.</param>
    /// <param name="file">The file.</param>
    /// <param name="offset">The server's offset. Unit: bytes.</param>
    /// <param name="isFirst">Whether to wait for the server's consent before the bytes: a refusal is then seen for what it is.</param>
    /// <param name="sent">Told of each run of bytes that was handed to the connection.</param>
    /// <param name="cancellation">Ends the request; what the server received it keeps.</param>
    /// <returns>The server's new <c>Upload-Offset</c>, above <paramref name="offset"/>; it may be short of the end.</returns>
    /// <exception cref="KinescopeException">Transient unless said otherwise: ask for the offset, then go on from there.</exception>
    public async Task<long> SendAsync(Uri endpoint, SourceFile file, long offset, bool isFirst, Action<int> sent, CancellationToken cancellation)
    {
        using var watchdog = new ProgressWatchdog(stallTimeout, cancellation);
        using var content = new FileSliceContent(file, offset, file.Length - offset, count =>
        {
            sent(count);
            watchdog.Progressed();
        });
        using var request = RequestTo(endpoint, HttpMethod.Patch);
        request.Content = content;
        request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        request.Headers.ExpectContinue = isFirst;
        try
        {
            using var answer = await SendAsync(request, watchdog, cancellation).ConfigureAwait(false);
            return HeaderOf(answer, "Upload-Offset") is { } reached && reached > offset && reached <= file.Length ? reached : throw OffsetUnclear(answer);
        }
        catch (KinescopeException) when (content.Failure is { } failure)
        {
            throw failure;
        }
    }

    private HttpRequestMessage RequestTo(Uri endpoint, HttpMethod method)
    {
        // HTTP/2 uploads are a third to a half slower in .NET: shared/uploading, section 2.
        var request = new HttpRequestMessage(method, endpoint) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        authorize(request);
        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ProgressWatchdog watchdog, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, watchdog.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (watchdog.HasFired && !cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(ErrorIds.UploadInterrupted, $"Nothing moved on the connection to {request.RequestUri!.Host} for {stallTimeout.TotalSeconds:0} s.") { IsTransient = true };
        }
        catch (KinescopeRequestException refusal)
        {
            throw Refused(refusal);
        }
    }

    private static KinescopeException Refused(KinescopeRequestException refusal) => (int)refusal.StatusCode switch
    {
        404 or 410 => new KinescopeException(ErrorIds.UploadExpired, "The server no longer knows this upload.", refusal),
        403 => new KinescopeException(ErrorIds.UploadExpired, "The server no longer accepts this upload.", refusal),
        409 or 423 => new KinescopeException(ErrorIds.UploadOffsetMismatch, "The server holds another offset, or another request is writing to this upload.", refusal) { IsTransient = true },
        // Servers say interrupted and unexpected end with 400 too: the offset tells the truth.
        400 or 460 => new KinescopeException(ErrorIds.UploadInterrupted, refusal.Message, refusal) { IsTransient = true },
        _ => refusal,
    };

    private static long? HeaderOf(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private static KinescopeException OffsetUnclear(HttpResponseMessage answer) =>
        new(ErrorIds.UploadOffsetMismatch, $"The server answered HTTP {(int)answer.StatusCode} without a usable Upload-Offset.") { IsTransient = true };
}
