namespace KinescopePS.Matching;

/// <summary>A thing that is known by its name: a lesson, a file, a video.</summary>
/// <param name="Name">The title or file name, without a file extension.</param>
internal sealed record Named(string Name)
{
    /// <summary>Its id, whose words count as evidence; null where it tells nothing.</summary>
    public string? Id { get; init; }

    /// <summary>The things it stands in, from the outermost on: ids and titles of course and module, or the folders of a file.</summary>
    public IReadOnlyList<string> Group { get; init; } = [];

    /// <summary>Its place in its group, or null.</summary>
    public long? Order { get; init; }

    /// <summary>The size of its file, or null. Unit: bytes.</summary>
    public long? Length { get; init; }
}

/// <summary>The candidate that an item was matched with.</summary>
/// <param name="Candidate">The candidate's index; null where none is sure enough, or several are equally likely.</param>
/// <param name="By">The ground; null without a candidate.</param>
/// <param name="Confidence">The confidence in the candidate or, without one, in the likeliest. 0 to 1.</param>
/// <param name="RunnerUp">The index of the next likely candidate or, without a match, of the likeliest; null where there is none.</param>
/// <param name="RunnerUpConfidence">The confidence in that one. 0 to 1.</param>
internal sealed record TitleMatch(int? Candidate, MatchedBy? By, double Confidence, int? RunnerUp, double RunnerUpConfidence);

/// <summary>The caution with which titles are matched.</summary>
/// <param name="MinConfidence">Nothing below it is matched. 0 to 1.</param>
internal sealed record TitleMatchOptions(double MinConfidence = TitleMatchOptions.DefaultMinConfidence)
{
    public const double DefaultMinConfidence = 0.75;

    /// <summary>A candidate that leads by less is not sure. 0 to 1.</summary>
    public double Margin { get; init; } = 0.04;
}
