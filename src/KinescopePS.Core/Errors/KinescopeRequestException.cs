using System.Net;

namespace KinescopePS;

/// <summary>An answer of Kinescope that is no success.</summary>
public sealed class KinescopeRequestException : KinescopeException
{
    internal KinescopeRequestException(string errorId, string message, HttpStatusCode statusCode, int? code)
        : base(errorId, message)
    {
        StatusCode = statusCode;
        Code = code;
    }

    /// <summary>The HTTP status.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Kinescope's own <c>error.code</c>, where the answer has one.</summary>
    public int? Code { get; }

    /// <summary>The wait that the answer asks for, where it does.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Where a redirect points, where the answer is one.</summary>
    internal Uri? Location { get; init; }

    /// <summary>The largest upload that the server takes, where it says so. Unit: bytes.</summary>
    internal long? MaxSize { get; init; }
}
