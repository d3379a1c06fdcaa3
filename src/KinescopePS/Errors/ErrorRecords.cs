using System.Management.Automation;

namespace KinescopePS;

/// <summary>The one place where a failure becomes an <see cref="ErrorRecord"/>.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of a failure: its id, the category that belongs to it, and the input it happened to.</summary>
    public static ErrorRecord ToErrorRecord(this KinescopeException failure, object? target) =>
        new(failure, failure.ErrorId, Enum.Parse<ErrorCategory>(ErrorAttribute.Of(failure.ErrorId).Kind.ToString()), target);
}
