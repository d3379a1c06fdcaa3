using System.Management.Automation;
using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>A cmdlet that reads or writes the site's lesson table: where the table is and what its columns are called.</summary>
public abstract class LessonTableCmdlet : SettingsCmdlet
{
    /// <summary>
    /// The lesson database: Prisma's <c>postgresql://user:password@host:5432/database?schema=public</c>, or <c>file:./dev.db</c>
    /// for SQLite. Default: the setting DATABASE_URL. A relative path starts from the folder of the environment file that says it, else
    /// from the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>User name and password of the database; they win over those in the URL.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>The lesson table. Default: Lesson.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string TableName { get; set; } = "Lesson";

    /// <summary>The column that holds the lesson's id. Default: id.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string IdColumn { get; set; } = "id";

    /// <summary>The column for the video id. Default: videoId.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string VideoIdColumn { get; set; } = "videoId";

    /// <summary>The column for the video's address. Default: videoUrl.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string VideoUrlColumn { get; set; } = "videoUrl";

    /// <summary>The lesson table as the parameters and the environment describe it. No connection is opened.</summary>
    /// <exception cref="KinescopeException"><c>DatabaseUrlMissing</c> or <c>DatabaseUrlInvalid</c>.</exception>
    private protected LessonStore OpenLessonStore()
    {
        var url = DatabaseUrl ?? Setting("DATABASE_URL");
        if (string.IsNullOrWhiteSpace(url))
            throw new KinescopeException(ErrorIds.DatabaseUrlMissing, "No lesson database is named. Give -DatabaseUrl, or -EnvironmentFile with the site's .env, or set the environment variable DATABASE_URL.");

        var folder = DatabaseUrl is null ? FolderOf("DATABASE_URL") : SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        return LessonStore.Open(
            DatabaseAddress.Parse(
                url, folder, Credential?.GetNetworkCredential(),
                name => name is "PGPASSFILE" or "PGSSLROOTCERT" ? PathSetting(name) : Setting(name)),
            new LessonTable(TableName, IdColumn, VideoIdColumn, VideoUrlColumn));
    }
}
