using System.Net.Http.Headers;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <content>Calls that carry files whole: small ones, as they are not repeated in parts.</content>
internal sealed partial class KinescopeClient
{
    /// <summary>The redirects of a download that are followed.</summary>
    private const int MaxRedirects = 5;

    /// <summary>A call of the uploader with a file as its body.</summary>
    /// <param name="path">The path, from the host on.</param>
    /// <param name="file">The file.</param>
    /// <param name="headers">Everything else that is said of it. ASCII.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The whole response; of the kind <c>Undefined</c> where it has no body.</returns>
    public async Task<JsonElement> UploadAsync(
        string path, HttpContent file, IReadOnlyDictionary<string, string> headers, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(settings.UploaderUri, path)) { Content = file };
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await CallAsync(request, ResponseBody.ReadJsonAsync, RequestLimits.None, cancellation).ConfigureAwait(false);
    }

    /// <summary>A file of the platform's, by a link that needs no key.</summary>
    /// <param name="link">The link, as an asset has it.</param>
    /// <param name="most">The longest file that is taken. Unit: bytes.</param>
    /// <param name="cancellation">Ends the download.</param>
    /// <exception cref="KinescopeException"><c>DownloadRefused</c>, or <c>AnswerInvalid</c>: the file is longer.</exception>
    public async Task<byte[]> DownloadAsync(Uri link, int most, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, settings.AcceptDownload(link));
        try
        {
            using var response = await http.SendAsync(request, () => timeout.CancelAfter(CallTimeout), RequestLimits.None, timeout.Token)
                .ConfigureAwait(false);
            return await ResponseBody.ReadFileAsync(response, most, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(
                ErrorIds.KinescopeUnavailable, $"{link.Host} did not send the file within {CallTimeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>Opens a file of the platform's, from a byte on. Redirects are followed to hosts that may be downloaded from.</summary>
    /// <param name="link">The link, as an asset has it.</param>
    /// <param name="from">The first byte that is wanted. Unit: bytes.</param>
    /// <param name="validator">The content that a part is wanted of; of another one the whole comes.</param>
    /// <param name="sending">Called when a host's pause is over.</param>
    /// <param name="redirected">Called when another host has it, which may have asked for a pause of its own.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The successful response, its headers read. No key went with the request.</returns>
    /// <exception cref="KinescopeException"><c>DownloadRefused</c>, or the refusal of the host.</exception>
    public async Task<HttpResponseMessage> OpenDownloadAsync(
        Uri link, long from, DownloadValidator validator, Action sending, Action redirected, CancellationToken cancellation)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, settings.AcceptDownload(link));
            request.Options.Set(KinescopeHttp.WantsBodyAsSent, true);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (from > 0)
            {
                request.Headers.Range = new RangeHeaderValue(from, null);
                request.Headers.IfRange = validator.Condition;
            }

            try
            {
                return await http.SendAsync(request, sending, RequestLimits.None, cancellation).ConfigureAwait(false);
            }
            catch (KinescopeRequestException moved) when ((int)moved.StatusCode is 301 or 302 or 303 or 307 or 308
                && moved.Location is { } location && redirects < MaxRedirects && Uri.TryCreate(link, location, out var next))
            {
                link = next;
                redirected();
            }
        }
    }
}
