namespace KinescopePS;

/// <summary>The findings of a course: the output of <c>Compare-LessonVideo -Summary</c>.</summary>
public sealed class LessonFindingTotal
{
    private readonly IReadOnlyDictionary<string, int> _counts = JoinedDictionary<string, int>.Empty;

    /// <summary>The course's id; null for lessons, files and videos of no course.</summary>
    public string? Course { get; init; }

    /// <summary>The number of its lessons.</summary>
    public int Lessons { get; init; }

    /// <summary>Lessons of which all that was compared agrees.</summary>
    public int Agree { get; init; }

    /// <summary>Lessons with at least one finding.</summary>
    public int Differ => Lessons - Agree;

    /// <summary>The number of findings of each kind but Agrees, the most frequent first.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get => _counts;
        init => _counts = new JoinedDictionary<string, int>(value);
    }

    /// <summary>The same as text, for a list or a CSV file.</summary>
    public string Findings => string.Join(", ", Counts.Select(count => $"{count.Key} {count.Value}"));

    /// <inheritdoc />
    public override string ToString() => $"{Course}: {Agree} of {Lessons} agree";
}
