using System.Globalization;
using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KinescopePS.Kinescope;

/// <summary>The meaning of Kinescope's refusals and of a broken network.</summary>
internal static partial class KinescopeErrors
{
    /// <summary>Kinescope's <c>error.code</c> values that we act on.</summary>
    public const int AlreadyExists = 400419, InvalidUuid = 400301, NoSuchEntity = 404404;

    private const int LimitReached = 100106, ValidationError = 402402, UnexpectedValue = 400400, ImportFailed = 610100;

    /// <summary>The code of tusd, the reference server, for a lock that it waited for in vain; it comes with HTTP 500.</summary>
    private const string TusLockTimeout = "ERR_LOCK_TIMEOUT";

    private const int FirstBillingCode = 400207, LastBillingCode = 400212;
    private const int MaxQuotedLength = 200;

    /// <summary>Reads an answer that is no success. Bodies may be anything: a proxy's HTML, nothing, Kinescope's envelope.</summary>
    public static async Task<KinescopeRequestException> FromAnswerAsync(
        HttpResponseMessage answer, TimeProvider time, CancellationToken cancellation)
    {
        var body = await ResponseBody.ReadRefusalAsync(answer, cancellation).ConfigureAwait(false);
        var error = ParseEnvelope(body);
        var requestId = answer.Headers.TryGetValues("X-Request-ID", out var ids) ? ids.FirstOrDefault() : null;
        var status = (int)answer.StatusCode;
        var (errorId, advice) = Classify(status, error);

        var code = error?.Code is { } number ? $", code {number}" : "";
        var said = Printable(error?.Text ?? "");
        var words = said.Length > 0 ? $": {said}" : "";
        return new KinescopeRequestException(
            errorId,
            $"Kinescope answered HTTP {status}{code}{words}.{advice}{(requestId is null ? "" : $" (X-Request-ID {Printable(requestId)})")}",
            answer.StatusCode,
            error?.Code)
        {
            StopsRun = status is >= 300 and < 400 || ErrorAttribute.Of(errorId).StopsRun,
            Service = answer.RequestMessage?.RequestUri is { } uri ? KinescopeHttp.ServiceOf(uri) : null,
            RequestId = requestId is null ? null : Printable(requestId),
            IsPlatforms = error?.Code is not null || error?.TusCode is not null || answer.Headers.Contains("Tus-Resumable"),
            Words = said,
            RetryAfter = RetryAfterOf(answer, time),
            Location = answer.Headers.Location,
            MaxSize =
                answer.Headers.TryGetValues("Tus-Max-Size", out var sizes) && long.TryParse(sizes.First(), out var size) ? size : null,
        };
    }

    /// <summary>The meaning of a request's failure without a response.</summary>
    public static KinescopeException FromFailure(Exception failure, Uri uri)
    {
        var host = uri.Authority;
        return failure switch
        {
            HttpRequestException { InnerException: ConnectException { Proxy: { } proxy } connect } =>
                new KinescopeException(
                    ErrorIds.HostUnreachable,
                    $"{host} cannot be reached because the proxy {proxy} cannot: {Sentence(connect.Message)} The proxy is that of -Proxy, "
                    + "else of HTTPS_PROXY, ALL_PROXY or HTTP_PROXY, else of the system.",
                    failure),
            HttpRequestException { InnerException: ConnectException connect } =>
                new KinescopeException(ErrorIds.HostUnreachable, $"{host} cannot be reached: {Sentence(connect.Message)}", failure),
            HttpRequestException { StatusCode: HttpStatusCode.ProxyAuthenticationRequired } =>
                new KinescopeException(
                    ErrorIds.ProxyAuthenticationRequired,
                    $"The proxy on the way to {host} asks for a user name and password ({Sentence(failure.Message).TrimEnd('.')}).",
                    failure),
            HttpRequestException when failure.InnerException is AuthenticationException certificate =>
                new KinescopeException(
                    ErrorIds.CertificateRejected,
                    $"The certificate of {host} is not trusted: "
                    + $"{Sentence(certificate.Message)} Check this machine's clock and its certificate authorities.",
                    failure),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError } =>
                new KinescopeException(
                    ErrorIds.HostUnreachable,
                    $"{host} cannot be reached: {Sentence(failure.GetBaseException().Message)}",
                    failure),
            HttpRequestException or IOException =>
                new KinescopeException(
                    ErrorIds.KinescopeUnavailable,
                    $"The connection to {host} failed: {Sentence(failure.GetBaseException().Message)}",
                    failure),
            _ => KinescopeException.Unexpected(failure),
        };
    }

    /// <summary>The meaning of a body that broke off or cannot be decompressed.</summary>
    public static KinescopeException FromBody(Exception failure, Uri uri) => failure is HttpRequestException or IOException
        ? FromFailure(failure, uri)
        : new KinescopeException(
            ErrorIds.KinescopeUnavailable,
            $"The response of {uri.Authority} cannot be decoded: {Sentence(failure.Message)}",
            failure);

    /// <summary>The error of whoever uses a session that was disconnected.</summary>
    /// <param name="cause">The failure that showed it, where there is one.</param>
    public static KinescopeException SessionClosed(Exception? cause = null) =>
        new(ErrorIds.SessionClosed, "This session was disconnected. Connect again with Connect-Kinescope.", cause);

    /// <summary>The failure of a response that is not Kinescope's.</summary>
    public static KinescopeException NotKinescopes(Uri uri, HttpStatusCode status) =>
        new(
            ErrorIds.AnswerInvalid,
            $"{uri.Host} answered HTTP {(int)status} with something that is not Kinescope's JSON. "
            + "Is a proxy or a sign-in page in between?");

    /// <summary>A refusal that is not Kinescope's.</summary>
    public static KinescopeException NotKinescopes(KinescopeRequestException refusal, Uri uri)
    {
        var words = refusal.Words.Length > 0 ? $": {refusal.Words}" : "";
        return refusal.As(
            ErrorIds.AnswerInvalid,
            $"{uri.Host} answered HTTP {(int)refusal.StatusCode}{words}. That is not Kinescope's JSON: a proxy or a sign-in page is in "
            + "between, or there is no such call (check KINESCOPE_API_URL and KINESCOPE_UPLOADER_URL).");
    }

    // The status and the code's first digits disagree at times: 100101 comes with 400, and 402402 is no matter of payment.
    private static (string ErrorId, string Advice) Classify(int status, Envelope? error) => (status, error?.Code) switch
    {
        _ when error?.TusCode == TusLockTimeout => (ErrorIds.UploadLocked, " Another request is writing to this upload."),
        (_, >= FirstBillingCode and <= LastBillingCode or LimitReached) => (ErrorIds.PaymentRequired, PlanUsedUp),
        (402, not ValidationError) when error?.InvalidParameters is null or [] => (ErrorIds.PaymentRequired, PlanUsedUp),
        (401, _) or (_, 100101 or 100102) =>
            (
                ErrorIds.TokenRejected,
                " Check KINESCOPE_API_KEY, or connect again with Connect-Kinescope: the token is missing, wrong or "
                + "revoked."),
        (403, _) or (_, 100103 or 100107) =>
            (ErrorIds.AccessDenied, " The token lacks the right for this: check its permissions in the dashboard."),
        (407, _) => (ErrorIds.ProxyAuthenticationRequired, " The proxy asks for a user name and password."),
        (413, _) => (ErrorIds.UploadTooLarge, " The file or the request is larger than the server takes."),
        (429, _) => (ErrorIds.RateLimited, " Wait a little, or run fewer commands at once."),
        (408 or >= 500, _) => (ErrorIds.KinescopeUnavailable, " Try again later; https://status.kinescope.io tells of disturbances."),
        ( >= 300 and < 400, _) =>
            (ErrorIds.AnswerInvalid, " A redirect is not followed: check KINESCOPE_API_URL and KINESCOPE_UPLOADER_URL."),
        _ when error?.Names("parent_id") == true => ParentUnknown,
        (_, 400201 or 400203) => (ErrorIds.NameTaken, " Choose another name, or use what has it already."),
        (_, 400216) => (ErrorIds.OrderNotAllowed, " Order by another field, as title, created_at or duration."),
        (_, InvalidUuid) =>
            (
                ErrorIds.IdInvalid,
                " Check the id: a UUID, as the dashboard's addresses show it; a video's may be its short id or a link too."),
        (_, AlreadyExists) =>
            (ErrorIds.VideoAlreadyExists, " A video was created with this id before: look it up with Get-KinescopeVideo."),
        (_, NoSuchEntity) => (ErrorIds.EntityNotFound, " It was deleted, or this token may not see it: check the ids."),
        (_, ImportFailed) =>
            (
                ErrorIds.VideoProcessingFailed,
                " Kinescope could not fetch the video from its address: check that it can be downloaded without "
                + "signing in."),
        // A validation is known by what it names: its code is 400400 or 402402.
        _ when error?.InvalidParameters.Count > 0 => (ErrorIds.RequestInvalid, " Correct what it names."),
        (_, UnexpectedValue or ValidationError) =>
            (ErrorIds.RequestInvalid, " A parameter has a value that Kinescope does not know: check what it names."),
        (_, 1 or 400101 or 400102) =>
            (
                ErrorIds.RequestInvalid,
                " Kinescope could not read the request: check the body that was given to Invoke-KinescopeApi. From "
                + "another command, report it with the output of Get-Error."),
        (404 or 405, _) =>
            (ErrorIds.RequestInvalid, " Kinescope has no such call: check the path, KINESCOPE_API_URL and KINESCOPE_UPLOADER_URL."),
        _ => (ErrorIds.RequestInvalid, ""),
    };

    private const string PlanUsedUp = " The plan's limit or balance is used up: see Billing in the dashboard, then run again.";

    private static (string, string) ParentUnknown => (ErrorIds.ParentNotFound, " Check KINESCOPE_PROJECT_ID, -ProjectId or -ParentId.");

    /// <summary>The wait that <c>Retry-After</c> asks for, as seconds or as a date against the server's own clock.</summary>
    private static TimeSpan? RetryAfterOf(HttpResponseMessage answer, TimeProvider time)
    {
        // The framework's own reading takes no number beyond 31 bits.
        var text = answer.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : "";
        var wait = double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2))
            : answer.Headers.RetryAfter?.Date - (answer.Headers.Date ?? time.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static Envelope? ParseEnvelope(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.Field("error") is not { ValueKind: JsonValueKind.Object } error)
                return new Envelope(null, body, []);

            var texts = new[] { error.Text("message"), error.Text("detail") }.Where(text => !string.IsNullOrEmpty(text));
            var named = error.Items("invalid_params")
                .Select(item => (Name: item.Text("name") ?? "", Reason: ReasonOf(item)))
                .Where(item => item.Name.Length + item.Reason.Length > 0)
                .ToList();
            var parameters = named.Select(item => string.Join(": ", new[] { item.Name, item.Reason }.Where(part => part.Length > 0)));
            var text = string.Join("; ", texts.Concat(parameters));
            return new Envelope((int?)error.Whole("code"), text, [.. named.Select(item => item.Name)]);
        }
        catch (JsonException)
        {
            return body.Length > 0 ? new Envelope(null, body, []) : null;
        }
    }

    private static string ReasonOf(JsonElement parameter) =>
        parameter.Text("message") is { Length: > 0 } message ? message : parameter.Text("reason") ?? "";

    /// <summary>A text that another sentence may follow.</summary>
    public static string Sentence(string text) => text.TrimEnd().TrimEnd('.') + ".";

    // A server's text may hold anything, terminal control sequences included.
    public static string Printable(string text)
    {
        var line = Blanks().Replace(Tags().Replace(text, " "), " ").Trim();
        line = new string([.. line.Where(character => !char.IsControl(character))]);
        return line.Length > MaxQuotedLength ? line[..MaxQuotedLength] + "..." : line;
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("^(ERR_[A-Z_]+):")]
    private static partial Regex TusError();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    private sealed record Envelope(int? Code, string Text, IReadOnlyList<string> InvalidParameters)
    {
        /// <summary>The code that tusd puts before its message, as <c>ERR_UPLOAD_STOPPED: ...</c>.</summary>
        public string? TusCode => TusError().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

        public bool Names(string parameter) => InvalidParameters.Contains(parameter);
    }
}
