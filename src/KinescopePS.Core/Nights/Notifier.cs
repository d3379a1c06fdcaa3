using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Polly;
using Polly.Retry;

namespace KinescopePS.Nights;

/// <summary>
/// Sends messages to webhooks, and pings what watches over scheduled runs. An address holds a key: of it only the host is ever shown.
/// </summary>
/// <param name="client">The connections. They must not follow redirects, which would hand the address to others.</param>
/// <param name="time">The clock of the waits.</param>
internal sealed class Notifier(HttpClient client, TimeProvider? time = null)
{
    private const int Repetitions = 3;
    private const int LongestAnswer = 200;

    /// <summary>A part of an address that is shorter is no key.</summary>
    private const int ShortestSecret = 6;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestOfAll = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline _retry = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Repetitions,
            Delay = FirstDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = new PredicateBuilder().Handle<KinescopeException>(failure => failure.IsTransient),
            DelayGenerator = arguments => new(arguments.Outcome.Exception is KinescopeRequestException { RetryAfter: { } wait }
                ? TimeSpan.FromTicks(Math.Min(wait.Ticks, LongestDelay.Ticks))
                : null),
        })
        .Build();

    /// <summary>An address that messages may go to.</summary>
    /// <param name="uri">The text that was given.</param>
    /// <param name="name">The parameter or setting that it stands in.</param>
    /// <exception cref="KinescopeException"><c>UriInvalid</c></exception>
    public static Uri AddressOf(string uri, string name)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var address)
            || address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            throw new KinescopeException(
                ErrorIds.UriInvalid, $"{name} is not a web address. Expected is something like https://hooks.example.org/services/...");
        return address.Scheme == Uri.UriSchemeHttps || address.IsLoopback
            ? address
            : throw new KinescopeException(
                ErrorIds.UriInvalid, $"{name} must begin with https://: who reads the address on its way can write in your name.");
    }

    /// <summary>Sends a message. What may pass is tried four times within 30 s; what may have arrived is not sent again.</summary>
    /// <exception cref="KinescopeException"><c>NotificationFailed</c></exception>
    public Task SendAsync(Uri uri, JsonObject body, CancellationToken cancellation) =>
        RequestAsync(uri, () => new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"), cancellation);

    /// <summary>Calls an address that only has to be called.</summary>
    /// <exception cref="KinescopeException"><c>NotificationFailed</c></exception>
    public Task PingAsync(Uri uri, CancellationToken cancellation) => RequestAsync(uri, content: null, cancellation);

    private async Task RequestAsync(Uri uri, Func<HttpContent>? content, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(LongestOfAll);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        KinescopeException? last = null;
        try
        {
            await _retry.ExecuteAsync(async token =>
            {
                try
                {
                    await OnceAsync(uri, content, token).ConfigureAwait(false);
                }
                catch (KinescopeException failure)
                {
                    last = failure;
                    throw;
                }
            }, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw last ?? Failure(uri, $"there was no answer within {LongestOfAll.TotalSeconds:0} s");
        }
    }

    private async Task OnceAsync(Uri uri, Func<HttpContent>? content, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, uri)
        {
            Content = content?.Invoke(),
        };
        if (uri.UserInfo.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri.UserInfo))));
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token)
                .ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw await RefusalAsync(uri, response, timeout.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            // Only what did not come to a connection has certainly not arrived.
            throw Failure(uri, failure.Message, failure, isTransient: IsUnconnected(failure));
        }
        catch (OperationCanceledException failure) when (!cancellation.IsCancellationRequested)
        {
            throw Failure(uri, $"there was no answer within {Timeout.TotalSeconds:0} s", failure);
        }
    }

    private static async Task<KinescopeException> RefusalAsync(Uri uri, HttpResponseMessage response, CancellationToken cancellation)
    {
        var answer = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        var status = response.StatusCode;
        var isTransient = status >= HttpStatusCode.InternalServerError
            || status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
        var reason = (int)status is >= 300 and < 400
            ? $"it answers with {(int)status}, a redirect, which is not followed; give the address that it leads to"
            : $"it answers with {(int)status}{(answer.Length > 0 ? $": {WithoutSecrets(uri, answer)}" : "")}";
        return new KinescopeRequestException(ErrorIds.NotificationFailed, Sentence(uri, reason), status, code: null)
        {
            IsTransient = isTransient,
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    private static KinescopeException Failure(Uri uri, string reason, Exception? cause = null, bool isTransient = false) =>
        new(ErrorIds.NotificationFailed, Sentence(uri, WithoutSecrets(uri, reason)), cause) { IsTransient = isTransient };

    private static bool IsUnconnected(Exception failure) => failure is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.ProxyTunnelError or HttpRequestError.SecureConnectionError,
    };

    private static string Sentence(Uri uri, string reason) => $"The message did not reach {uri.Authority}: {reason.TrimEnd('.')}.";

    // Some receivers send the address back.
    private static string WithoutSecrets(Uri uri, string text)
    {
        var query = uri.Query.TrimStart('?').Split('&').SelectMany(pair => pair.Split('=', 2));
        var parts = uri.AbsolutePath.Split('/').Concat(query).Concat(uri.UserInfo.Split(':'));
        var secrets = parts.SelectMany(part => new[] { part, Uri.UnescapeDataString(part) }).Where(part => part.Length >= ShortestSecret);
        foreach (var part in secrets.OrderByDescending(part => part.Length))
            text = text.Replace(part, "***", StringComparison.OrdinalIgnoreCase);
        return text.Length > LongestAnswer ? text[..LongestAnswer] + '\u2026' : text;
    }
}
