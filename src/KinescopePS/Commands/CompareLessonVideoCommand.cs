using System.Management.Automation;
using System.Security;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>Compares what the map and the disk, the progress file, Kinescope and the lesson table say of lessons' videos.</summary>
[Cmdlet(VerbsData.Compare, "LessonVideo")]
[OutputType(typeof(LessonFinding), typeof(LessonFindingTotal))]
public sealed partial class CompareLessonVideoCommand : AsyncCmdlet
{
    /// <summary>
    /// Lessons of a map, or anything else with a LessonId: only these lessons are compared, unless -All says that they are the whole map.
    /// Without it the manifest is mapped as Get-LessonVideoMap does, and everything is compared.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string?[]? LessonId { get; set; }

    /// <summary>
    /// The manifest, or the folder that holds <c>manifest.json</c>, where no map comes from the pipeline. Default: the current location,
    /// then the environment variable KINESCOPE_MANIFEST.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The folder that the manifest's file paths start from, as Get-LessonVideoMap takes it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

    /// <summary>The lessons from the pipeline are the whole map: lessons, files and videos beside them are findings.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>A folder of Save-KinescopeVideo, which is compared too: it should have a copy of each lesson's video.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SavedPath { get; set; }

    /// <summary>The places to compare: Map, ProgressFile, Kinescope, Database, Backup. Default: all that can be found.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public LessonSide[]? Side { get; set; }

    /// <summary>Reads files whole where Kinescope tells the MD5 of an original, and compares it.</summary>
    [Parameter]
    public SwitchParameter Checksum { get; set; }

    /// <summary>The totals of each course instead of the findings.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>
    /// Writes an error, once all is written, where there is such a finding: for scripts and their exit codes. * stands for all but
    /// Agrees.
    /// </summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FindingStatusCompleter))]
    public string[]? FailOn { get; set; }

    /// <summary>
    /// The progress file, which may be absent. Default: kinescope-upload-progress.jsonl beside the manifest, else in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>
    /// The project whose videos are compared. Default: the session's, else KINESCOPE_PROJECT_ID, else all that the token may see.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <summary>A session of Connect-Kinescope. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public KinescopeSession? Session { get; set; }

    /// <summary>Kinescope's API key. Default: the current session's, else the environment variable KINESCOPE_API_KEY.</summary>
    [Parameter]
    [ValidateNotNull]
    [SecretText]
    public SecureString? ApiKey { get; set; }

    /// <summary>A lesson database of Connect-LessonDatabase. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// The lesson database's address, with a table Lesson. Default: the current database, else the setting DATABASE_URL. A relative path
    /// starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    /// <summary>The column that holds the lesson's title. Default: title, where there is one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TitleColumn { get; set; }

    /// <summary>The column that holds the id of the lesson's course. Default: courseId, where there is one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CourseColumn { get; set; }

    /// <summary>The column for the video's duration, which is then compared. Default: the connection's, else none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DurationColumn { get; set; }

    /// <summary>The unit of the duration column: Minutes or Seconds. Default: the connection's, else Minutes.</summary>
    [Parameter]
    public DurationUnit DurationUnit { get; set; }
}
