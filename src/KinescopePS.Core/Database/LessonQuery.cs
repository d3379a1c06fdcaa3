namespace KinescopePS.Database;

/// <summary>Which lessons are read, and which columns tell of them.</summary>
/// <param name="TitleColumn">The lesson's title, and the course's in its own table; null for the default, which may be absent.</param>
/// <param name="CourseColumn">The lesson's course; null for the default, which may be absent.</param>
internal sealed record LessonQuery(string? TitleColumn, string? CourseColumn)
{
    public const string DefaultTitleColumn = "title", DefaultCourseColumn = "courseId", OrderColumn = "order";

    /// <summary>The number of lessons of a page.</summary>
    public const int PageSize = 5000;

    /// <summary>True to read also the lesson's place in its course, where the table has a column of the usual name.</summary>
    public bool HasOrder { get; init; }

    /// <summary>True for only lessons without a video.</summary>
    public bool IsMissing { get; init; }

    /// <summary>True for only lessons with a video.</summary>
    public bool IsLinked { get; init; }

    /// <summary>Only these lessons, or null for all.</summary>
    public IReadOnlyList<string>? LessonIds { get; init; }

    /// <summary>Only lessons of these courses, or null for all.</summary>
    public IReadOnlyList<string>? CourseIds { get; init; }
}

/// <summary>The table of the courses, as SQL names it; nameless where there is none.</summary>
internal sealed record CourseTable(string? Name, string? IdColumn, string? TitleColumn)
{
    public static readonly CourseTable None = new(null, null, null);

    /// <summary>The join to it as <c>course</c>, from the lesson's column that refers to it.</summary>
    public string Join(string courseColumn) =>
        Name is null ? "" : $" LEFT JOIN {Name} AS course ON course.{LessonTable.Quote(IdColumn!)} = {courseColumn}";
}
