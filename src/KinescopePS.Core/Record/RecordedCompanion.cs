namespace KinescopePS.Record;

/// <summary>A file beside a lesson's video, as it was sent to that.</summary>
/// <param name="Kind"><c>poster</c>, <c>chapters</c>, or <c>subtitles</c> with the language, as <c>subtitles ru</c>.</param>
/// <param name="Video">The video that it was sent to.</param>
/// <param name="Hash">The SHA-256 of what was sent.</param>
internal sealed record RecordedCompanion(string Kind, string Video, string Hash)
{
    /// <summary>Kinescope's id of the subtitles; null where they are about to be sent.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The ids of all subtitles of the language before these were sent, where the end of that is not known: another one with their text is
    /// this record's.
    /// </summary>
    public IReadOnlyList<string>? Before { get; init; }

    /// <summary>The SHA-256 of what the subtitles show, whichever the format; null but where <see cref="Before"/> is there.</summary>
    public string? Text { get; init; }

    /// <summary>The SHA-256 of subtitles without their description; null for those that have none.</summary>
    public string? PlainHash { get; init; }

    /// <summary>Those of them that give way, and may be there yet; null once all is done.</summary>
    public IReadOnlyList<string>? GivingWay { get; init; }
}
