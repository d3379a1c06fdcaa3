namespace KinescopePS;

/// <summary>The contents of a lesson video map: the output of <c>Measure-LessonVideoMap</c>.</summary>
public sealed class LessonVideoMapSummary
{
    private readonly IReadOnlyList<LessonVideoMapCourse> _courses = JoinedList<LessonVideoMapCourse>.Empty;
    private readonly IReadOnlyList<LessonVideoMapExtension> _extensions = JoinedList<LessonVideoMapExtension>.Empty;
    private readonly IReadOnlyList<string> _missingPaths = JoinedList<string>.Empty;

    /// <summary>The number of lessons.</summary>
    public int Lessons { get; init; }

    /// <summary>Lessons whose file can be uploaded.</summary>
    public int Ready { get; init; }

    /// <summary>Lessons whose file is not there.</summary>
    public int Missing { get; init; }

    /// <summary>Lessons whose file has no bytes.</summary>
    public int Empty { get; init; }

    /// <summary>Lessons whose file is no video.</summary>
    public int NotVideo { get; init; }

    /// <summary>Lessons whose file was changed within <c>-MinimumAge</c>.</summary>
    public int Changing { get; init; }

    /// <summary>Lessons for which no file was found by title.</summary>
    public int Unmatched { get; init; }

    /// <summary>Lessons that have a video id already.</summary>
    public int WithVideoId { get; init; }

    /// <summary>The size of the lessons' files. Unit: bytes.</summary>
    public long Length { get; init; }

    /// <summary>Video files that no lesson names; they count nowhere else.</summary>
    public int Orphans { get; init; }

    /// <summary>The size of these files. Unit: bytes.</summary>
    public long OrphanLength { get; init; }

    /// <summary>The courses, in the order in which they came.</summary>
    public IReadOnlyList<LessonVideoMapCourse> Courses
    {
        get => _courses;
        init => _courses = new JoinedList<LessonVideoMapCourse>(value);
    }

    /// <summary>The extensions of the lessons' files, the most frequent first.</summary>
    public IReadOnlyList<LessonVideoMapExtension> Extensions
    {
        get => _extensions;
        init => _extensions = new JoinedList<LessonVideoMapExtension>(value);
    }

    /// <summary>The paths of the files that are not there.</summary>
    public IReadOnlyList<string> MissingPaths
    {
        get => _missingPaths;
        init => _missingPaths = new JoinedList<string>(value);
    }

    /// <inheritdoc />
    public override string ToString() => $"{Lessons} lessons, {Missing} missing, {Length} bytes";
}

/// <summary>A course in a <see cref="LessonVideoMapSummary"/>.</summary>
public sealed class LessonVideoMapCourse
{
    /// <summary>The course's id; null for lessons without one.</summary>
    public string? Course { get; init; }

    /// <summary>The course's <c>skill_category</c>.</summary>
    public string? Category { get; init; }

    /// <summary>The number of lessons.</summary>
    public int Lessons { get; init; }

    /// <summary>Lessons whose file is not there.</summary>
    public int Missing { get; init; }

    /// <summary>Lessons that have a video id already.</summary>
    public int WithVideoId { get; init; }

    /// <summary>The size of the lessons' files. Unit: bytes.</summary>
    public long Length { get; init; }

    /// <summary>The course's share of the map's bytes. 0 to 100.</summary>
    public double Percent { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Course}: {Lessons} lessons";
}

/// <summary>An extension in a <see cref="LessonVideoMapSummary"/>.</summary>
public sealed class LessonVideoMapExtension
{
    /// <summary>In lower case, with its dot.</summary>
    public required string Extension { get; init; }

    /// <summary>The number of lessons with such a file.</summary>
    public int Lessons { get; init; }

    /// <summary>The size of these files. Unit: bytes.</summary>
    public long Length { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Extension}: {Lessons}";
}
