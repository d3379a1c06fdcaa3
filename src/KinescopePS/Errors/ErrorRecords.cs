using System.Management.Automation;

namespace KinescopePS;

/// <summary>The one place where a failure becomes an <see cref="ErrorRecord"/>.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of a failure: its id, the category that belongs to it, and the input it happened to.</summary>
    public static ErrorRecord ToErrorRecord(this KinescopeException failure, object? target) =>
        new(failure, failure.ErrorId, Enum.Parse<ErrorCategory>(ErrorAttribute.Of(failure.ErrorId).Kind.ToString()), target);

    /// <summary>True for an exception that is neither ours nor PowerShell's own: those stop pipelines, or are a script's.</summary>
    public static bool IsUnexpected(this Exception failure) =>
        failure is not KinescopeException && failure.GetType().Assembly != typeof(PSObject).Assembly;
}
