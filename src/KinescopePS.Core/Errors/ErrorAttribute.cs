using System.Reflection;

namespace KinescopePS;

/// <summary>The facts of an error id that hold wherever the error happens.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class ErrorAttribute(ErrorKind kind) : Attribute
{
    public ErrorKind Kind { get; } = kind;

    /// <summary>True where the same request may succeed later (network, 5xx, 429): it is retried.</summary>
    public bool IsTransient { get; init; }

    /// <summary>True where nothing else in the run can work either (token rejected, payment required).</summary>
    public bool StopsRun { get; init; }

    /// <summary>The facts of an id; of one that is not in <see cref="ErrorIds"/>, an invalid operation.</summary>
    public static ErrorAttribute Of(string errorId) =>
        typeof(ErrorIds).GetField(errorId)?.GetCustomAttribute<ErrorAttribute>() ?? new ErrorAttribute(ErrorKind.InvalidOperation);
}
