namespace KinescopePS;

/// <summary>
/// A failure that a user can act on: what happened, where, what to do. Its message holds no secret and no upload URL.
/// </summary>
public class KinescopeException : Exception
{
    private readonly string? _requestId;

    /// <summary>Creates a failure with its stable id.</summary>
    /// <param name="errorId">One of the ids listed in docs/troubleshooting.md, for example <c>LessonFileNotFound</c>.</param>
    /// <param name="message">One or two sentences: what, where, what to do. What of it comes from elsewhere may hold anything.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public KinescopeException(string errorId, string message, Exception? innerException = null)
        : base(PrintableText.Of(message), innerException) => ErrorId = errorId;

    /// <summary>The stable id that scripts branch on.</summary>
    public string ErrorId { get; }

    /// <summary>The <c>X-Request-ID</c> of Kinescope's answer, where there was one: quote it to Kinescope's support.</summary>
    public string? RequestId
    {
        get => _requestId ?? (InnerException as KinescopeException)?.RequestId;
        internal init => _requestId = value;
    }

    /// <summary>Whether nothing else in this run can work either (token rejected, payment required): the run stops.</summary>
    public bool StopsRun { get; init; }

    /// <summary>Whether the same request may succeed later (network, 5xx, 429): it is retried.</summary>
    public bool IsTransient { get; init; }
}
