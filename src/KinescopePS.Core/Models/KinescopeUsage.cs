namespace KinescopePS;

/// <summary>The use of one day: the output of <c>Get-KinescopeUsage</c>.</summary>
public sealed class KinescopeUsage
{
    /// <summary>The day, UTC; null for a total.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary><c>storage</c>, <c>encoding</c>, <c>cdn</c>, or what else Kinescope bills.</summary>
    public string Product { get; init; } = "";

    /// <summary>The amount. Unit: <see cref="Unit"/>.</summary>
    public double Usage { get; init; }

    /// <summary><c>bytes</c>, or <c>minutes</c> of video that were encoded; null for a product that is not known here.</summary>
    public string? Unit { get; init; }

    /// <summary>The project, where usage is told by project.</summary>
    public string? ProjectId { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Date:yyyy-MM-dd} {Product}: {Usage} {Unit}".Trim();
}
