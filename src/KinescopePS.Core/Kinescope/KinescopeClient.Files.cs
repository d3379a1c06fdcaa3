using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <content>Calls that carry files whole: small ones, as they are not repeated in parts.</content>
internal sealed partial class KinescopeClient
{
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
}
