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

    private LessonSelection _selection = null!;

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

    /// <summary>The column for the video's duration, a number or text. Default: the connection's, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DurationColumn { get; set; }

    /// <summary>The unit of the duration column: Minutes or Seconds. Default: the connection's, else Minutes.</summary>
    [Parameter]
    public DurationUnit DurationUnit { get; set; }

    /// <summary>The column for the address of the video's poster. Default: the connection's, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PosterUrlColumn { get; set; }

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
        var database = LessonDatabases.Find(this, Database, DatabaseUrl, new EnvironmentSettings(this, EnvironmentFile));
        var store = LessonDatabases.StoreOf(
            database, DurationColumn, IsTyped(nameof(DurationUnit)) ? DurationUnit : null, PosterUrlColumn);
        var query = new LessonQuery(TitleColumn, CourseColumn) { IsMissing = Missing };
        _selection = new LessonSelection(this, store, query, Course, page => WriteObject(page, enumerateCollection: true));
    }

    private protected override void Process()
    {
        if (LessonId is not null)
            _selection.Add(LessonId, IsTyped(nameof(LessonId)));
    }

    private protected override void End() => _selection.Complete();
}
