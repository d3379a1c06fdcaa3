using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Checks a lesson table and keeps the connection for the cmdlets that follow.</summary>
[Cmdlet(VerbsCommunications.Connect, "LessonDatabase")]
[OutputType(typeof(LessonDatabase))]
public sealed class ConnectLessonDatabaseCommand : AsyncCmdlet
{
    /// <summary>
    /// The lesson database: Prisma's <c>postgresql://user:password@host:5432/database?schema=public</c>, or <c>file:./dev.db</c>
    /// for SQLite. Default: the setting DATABASE_URL. A relative path starts from the current location; in an environment file, from that
    /// file's folder.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>User name and password of the database; they win over those in the URL.</summary>
    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    /// <summary>The lesson table. Default: Lesson.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string TableName { get; set; } = LessonTable.Default.Name;

    /// <summary>The column that holds the lesson's id. Default: id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string IdColumn { get; set; } = LessonTable.Default.IdColumn;

    /// <summary>The column for the video id. Default: videoId.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string VideoIdColumn { get; set; } = LessonTable.Default.VideoIdColumn;

    /// <summary>The column for the video's address. Default: videoUrl.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string VideoUrlColumn { get; set; } = LessonTable.Default.VideoUrlColumn;

    /// <summary>The column for the video's duration, a number or text. Default: none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DurationColumn { get; set; }

    /// <summary>The unit of the duration column: Minutes or Seconds. Default: Minutes.</summary>
    [Parameter]
    public DurationUnit DurationUnit { get; set; }

    /// <summary>The column for the address of the video's poster. Default: none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PosterUrlColumn { get; set; }

    /// <summary>The number of times in a row that a database that is down is tried again. 0 to 100, default 3.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRetry { get; set; } = Retry.DefaultCount;

    /// <summary>
    /// The wait before the first repetition; each further one doubles it, up to a minute. 5s, or a number of seconds.
    /// Unit: seconds, 0 to 60, default 2.
    /// </summary>
    [Parameter]
    [Alias("RetryDelaySeconds")]
    [Duration(NumbersAreSeconds = true)]
    [TimeRange(0, 60)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(Retry.DefaultDelaySeconds);

    private protected override void Begin()
    {
        var settings = new EnvironmentSettings(this, EnvironmentFile);
        var table = new LessonTable(TableName, IdColumn, VideoIdColumn, VideoUrlColumn)
        {
            DurationColumn = DurationColumn,
            DurationUnit = DurationUnit,
            PosterUrlColumn = PosterUrlColumn,
        };
        var database = new LessonDatabase(
            LessonDatabases.OpenStore(this, DatabaseUrl, settings, Credential?.GetNetworkCredential(), table))
        {
            MaxRetry = MaxRetry,
            RetryDelaySeconds = RetryDelay.TotalSeconds,
            ConnectedAt = Clock.GetUtcNow(),
        };
        try
        {
            Await(stop => LessonDatabases.RetriesOf(this, database).CallAsync(database.Store.PrepareAsync, stop));
        }
        catch
        {
            database.Close();
            throw;
        }

        Connected.Database = database;
        WriteObject(database);
    }
}
