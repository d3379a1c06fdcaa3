namespace KinescopePS;

/// <summary>A file beside a video that was not sent, though it should have been.</summary>
/// <param name="Kind"><c>poster</c>, <c>chapters</c>, or <c>subtitles</c> with the language.</param>
/// <param name="Why">The reason.</param>
internal sealed record CompanionFailure(string Kind, KinescopeException Why)
{
    /// <summary>The reason without its lesson, for what names that beside.</summary>
    public string Reason { get; init; } = Why.Message;

    /// <summary>The failure as one of a lesson.</summary>
    public CompanionFailure Of(string lesson) => this with { Why = Why.About(lesson) };
}

/// <summary>The end of the files beside a video, by their kinds: each is in one of the lists.</summary>
/// <param name="Sent">Those that this run sent.</param>
/// <param name="Unchanged">Those that were at the video.</param>
/// <param name="Left">Those that this run did not try, or could not decide on; a later run does.</param>
/// <param name="Failed">Those that failed.</param>
internal sealed record CompanionOutcome(
    IReadOnlyList<string> Sent, IReadOnlyList<string> Unchanged, IReadOnlyList<string> Left, IReadOnlyList<CompanionFailure> Failed)
{
    public static readonly CompanionOutcome None = new([], [], [], []);

    /// <summary>The failures, each once.</summary>
    public IEnumerable<KinescopeException> Failures => Failed.Select(failed => failed.Why).Distinct();

    /// <summary>Their reasons, each once.</summary>
    public string Reasons => string.Join(' ', Failed.Select(failed => failed.Reason).Distinct());

    public LessonCompanionStatus Status =>
        Failed.Count > 0 ? LessonCompanionStatus.Failed
        : Left.Count > 0 ? LessonCompanionStatus.Left
        : Sent.Count > 0 ? LessonCompanionStatus.Sent
        : Unchanged.Count > 0 ? LessonCompanionStatus.Unchanged
        : LessonCompanionStatus.None;
}
