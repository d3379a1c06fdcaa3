namespace KinescopePS;

/// <summary>
/// A failure that a user can act on: what happened, where, what to do. Its message holds no secret and no upload URL.
/// </summary>
public class KinescopeException : Exception
{
    /// <summary>Creates a failure with its stable id.</summary>
    /// <param name="errorId">One of the ids listed in docs/troubleshooting.md, for example <c>LessonFileNotFound</c>.</param>
    /// <param name="message">One or two sentences: what, where, what to do. What of it comes from elsewhere may hold anything.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public KinescopeException(string errorId, string message, Exception? innerException = null)
        : base(PrintableText.Of(message), innerException)
    {
        var facts = ErrorAttribute.Of(errorId);
        (ErrorId, IsTransient, StopsRun) = (errorId, facts.IsTransient, facts.StopsRun);
    }

    /// <summary>The stable id that scripts branch on.</summary>
    public string ErrorId { get; }

    /// <summary>True where the same request may succeed later (network, 5xx, 429): it is retried.</summary>
    public bool IsTransient { get; internal init; }

    /// <summary>True where nothing else in this run can work either (token rejected, payment required): the run stops.</summary>
    public bool StopsRun { get; internal init; }

    /// <summary>The service whose request failed, as <c>KinescopeHttp.ServiceOf</c> names it; null where it was no request.</summary>
    internal string? Service { get; set; }

    /// <summary>An exception that nobody foresaw, as one of ours.</summary>
    internal static KinescopeException Unexpected(Exception failure) => new(
        ErrorIds.UnexpectedError,
        $"Something went wrong that was not foreseen ({failure.GetType().Name}: {failure.Message.TrimEnd('.')}). "
        + "Please report it with the output of Get-Error.",
        failure);

    /// <summary>The same failure, of which the message says whom it concerns: <c>subject: message</c>.</summary>
    /// <param name="subject">The lesson, file or video, as <c>lesson 'l7'</c>.</param>
    internal KinescopeException About(string subject) => Saying($"{subject}: {Message}");

    /// <summary>The same failure in other words.</summary>
    /// <param name="message">The whole new message.</param>
    /// <param name="isTransient">Given where repeating helps, or does harm, at this place only.</param>
    /// <param name="stopsRun">Given where the run can go on, or cannot, at this place only.</param>
    internal KinescopeException Saying(string message, bool? isTransient = null, bool? stopsRun = null) =>
        Copy(ErrorId, message, isTransient ?? IsTransient, stopsRun ?? StopsRun);

    /// <summary>The failure by another id: facts of the request stay, transience and stop are those of the new id.</summary>
    internal KinescopeException As(string errorId, string message)
    {
        var facts = ErrorAttribute.Of(errorId);
        return Copy(errorId, message, facts.IsTransient, facts.StopsRun);
    }

    /// <summary>A failure of this type with all of its facts and this one as its cause.</summary>
    private protected virtual KinescopeException Copy(string errorId, string message, bool isTransient, bool stopsRun) =>
        new(errorId, message, this) { IsTransient = isTransient, StopsRun = stopsRun, Service = Service };
}
