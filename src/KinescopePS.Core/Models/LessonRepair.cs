namespace KinescopePS;

/// <summary>The end of a repair.</summary>
public enum LessonRepairOutcome
{
    /// <summary>The finding is mended.</summary>
    Mended,

    /// <summary>It is no longer as it was found: nothing was done.</summary>
    Stale,

    /// <summary>Nothing was done: it is not mended without being told, or a person has to decide, or the run ended before.</summary>
    Left,

    /// <summary>It could not be mended, or in part only.</summary>
    Failed,
}

/// <summary>The repair of a finding: the output of <c>Repair-LessonVideo</c>.</summary>
public sealed class LessonRepair
{
    /// <summary>The lesson's id; null for a file or a video of no lesson.</summary>
    public string? LessonId { get; init; }

    /// <summary>The result that was found.</summary>
    public LessonFindingStatus Status { get; init; }

    /// <summary>The end of its repair.</summary>
    public LessonRepairOutcome Outcome { get; init; }

    /// <summary>The video that the lesson has now, or that was renamed, moved or deleted; null for none.</summary>
    public string? VideoId { get; init; }

    /// <summary>The steps that were taken, or the reason why none was.</summary>
    public required string Message { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId ?? VideoId}: {Outcome}";
}
