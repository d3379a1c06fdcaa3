using System.Management.Automation;
using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>Shows the lessons of the site with their video ids.</summary>
[Cmdlet(VerbsCommon.Get, "LessonVideoId", DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(SiteLesson))]
public sealed class GetLessonVideoIdCommand : AsyncCmdlet
{
    private const string DatabaseSet = "Database";
    private const string SettingsSet = "Settings";
    private const int LookupBatchSize = 500;

    private readonly List<string> _lookups = [];
    private LessonStore _store = null!;
    private LessonQuery _query = null!;
    private bool _isAnyGiven;

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>Only lessons of these courses, by the course's id or title.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CourseCompleter))]
    public string[]? Course { get; set; }

    /// <summary>Only lessons without a video.</summary>
    [Parameter]
    public SwitchParameter Missing { get; set; }

    /// <summary>The column that holds the lesson's title, and the course's in its own table. Default: title, where there is one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TitleColumn { get; set; }

    /// <summary>The column that holds the id of the lesson's course. Default: courseId, where there is one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CourseColumn { get; set; }

    /// <summary>A lesson database of Connect-LessonDatabase. Default: the current one, which is the last that was connected.</summary>
    [Parameter(ParameterSetName = DatabaseSet)]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// The lesson database's address, with a table Lesson. Default: the current database, else the setting DATABASE_URL. A relative path
    /// starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    private protected override void Begin()
    {
        _store = LessonDatabases.Find(this, Database, DatabaseUrl, new EnvironmentSettings(this, EnvironmentFile)).Store;
        _query = new LessonQuery(TitleColumn, CourseColumn) { IsMissing = Missing };
        if (Course is null)
        {
            Await(_store.PrepareAsync);
            return;
        }

        var courses = Await(stop => _store.ReadCoursesAsync(_query, stop));
        var names = new TypedNames(Course).Noting(courses.Keys.Concat(courses.Values));
        var matching = courses.Where(course => names.Matches(course.Key) || names.Matches(course.Value));
        _query = _query with { CourseIds = [.. matching.Select(course => course.Key)] };
    }

    private protected override void Process()
    {
        if (LessonId is null)
            return;

        _isAnyGiven = true;
        foreach (var id in LessonId)
        {
            if (IsTyped(nameof(LessonId)) && new TypedNames([id]) is { HasWildcards: true } names && !IsThere(id))
                WriteAll(names);
            else
                _lookups.Add(id);
            if (_lookups.Count == LookupBatchSize)
                LookUp();
        }
    }

    private protected override void End()
    {
        LookUp();
        if (!_isAnyGiven && !MyInvocation.ExpectingInput)
            WriteAll(new TypedNames(null));
    }

    private bool IsThere(string id) => Await(stop => _store.ReadAsync([id], stop)).Count > 0;

    private void WriteAll(TypedNames names)
    {
        string? last = null;
        IReadOnlyList<SiteLesson> page;
        do
        {
            page = Await(stop => _store.ReadPageAsync(_query, last, stop));
            foreach (var lesson in page.Where(lesson => names.Matches(lesson.LessonId)))
            {
                if (PrintableText.Is(lesson.LessonId))
                    WriteObject(lesson);
                else
                    WriteError(new KinescopeException(
                        ErrorIds.LessonIdInvalid,
                        $"{_store.DisplayName} has a lesson '{lesson.LessonId}' in the table {_store.Table.Name}, whose id holds control "
                        + "characters: it is left out.").ToErrorRecord(PrintableText.Of(lesson.LessonId)));
            }

            last = page.Count > 0 ? page[^1].LessonId : null;
        }
        while (page.Count == LessonQuery.PageSize);
    }

    private void LookUp()
    {
        if (_lookups.Count == 0)
            return;

        // Whether a lesson is there at all is asked apart from whether it is one of those that are wanted.
        var rows = Await(stop => _store.ReadAsync(_lookups, stop));
        var wanted = Await(stop => _store.ReadPageAsync(_query with { LessonIds = _lookups }, null, stop))
            .ToLookup(lesson => lesson.LessonId, _store.IdComparer);
        foreach (var id in _lookups)
        {
            if (!rows.ContainsKey(id))
                WriteError(new KinescopeException(
                    ErrorIds.LessonNotFound,
                    $"{_store.DisplayName} has no lesson '{id}' in the table {_store.Table.Name}.").ToErrorRecord(id));
            else
                WriteObject(wanted[id], enumerateCollection: true);
        }

        _lookups.Clear();
    }
}
