using System.Net;

namespace KinescopePS;

/// <summary>A response of Kinescope that is no success.</summary>
public sealed class KinescopeRequestException : KinescopeException
{
    internal KinescopeRequestException(
        string errorId, string message, HttpStatusCode statusCode, int? code, Exception? innerException = null)
        : base(errorId, message, innerException) => (StatusCode, Code) = (statusCode, code);

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Kinescope's own <c>error.code</c>, where the response has one.</summary>
    public int? Code { get; }

    /// <summary>The response's <c>X-Request-ID</c>: quote it to Kinescope's support.</summary>
    public string? RequestId { get; internal init; }

    /// <summary>False for what may be the word of a gateway in between: nothing in the response is Kinescope's or tus'.</summary>
    internal bool IsPlatforms { get; init; } = true;

    /// <summary>The words of the response, fit to be quoted; empty where it has none.</summary>
    internal string Words { get; init; } = "";

    /// <summary>The wait that the response asks for.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The target of a redirect.</summary>
    internal Uri? Location { get; init; }

    /// <summary>The largest upload that the server takes, where it says so. Unit: bytes.</summary>
    internal long? MaxSize { get; init; }

    private protected override KinescopeException Copy(string errorId, string message, bool isTransient, bool stopsRun) =>
        new KinescopeRequestException(errorId, message, StatusCode, Code, this)
        {
            IsTransient = isTransient,
            StopsRun = stopsRun,
            Service = Service,
            RequestId = RequestId,
            IsPlatforms = IsPlatforms,
            Words = Words,
            RetryAfter = RetryAfter,
            Location = Location,
            MaxSize = MaxSize,
        };
}
