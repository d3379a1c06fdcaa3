using System.Net;
using KinescopePS.Database;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>Finds the lesson database that a cmdlet's parameters describe.</summary>
internal static class LessonDatabases
{
    private const string UrlSetting = "DATABASE_URL";

    /// <summary>
    /// The database given, else the current one, else one of the cmdlet's own. A URL that is given, or is in an environment file, names
    /// another database than the current one.
    /// </summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="database">The database given; null for none.</param>
    /// <param name="url">The URL given; null for none.</param>
    /// <param name="settings">The settings for what is not given.</param>
    /// <exception cref="KinescopeException"><c>SessionConflict</c>, <c>DatabaseUrlMissing</c> or <c>DatabaseUrlInvalid</c>.</exception>
    public static LessonDatabase Find(AsyncCmdlet cmdlet, LessonDatabase? database, string? url, EnvironmentSettings settings)
    {
        if (database is not null && (url is not null || settings.HasFiles))
            throw new KinescopeException(
                ErrorIds.SessionConflict,
                "-Database names the database and all its settings: leave out -DatabaseUrl and -EnvironmentFile.");
        database ??= url is not null || settings.IsInFile(UrlSetting) ? null : Connected.Database;
        return database ?? new LessonDatabase(cmdlet.Own(OpenStore(cmdlet, url, settings, null, LessonTable.Default)));
    }

    /// <summary>The database's table, with the further columns that a cmdlet's parameters name in place of the connection's.</summary>
    /// <param name="database">The database.</param>
    /// <param name="durationColumn">The column for durations; null for the connection's.</param>
    /// <param name="unit">Its unit; null for the connection's.</param>
    /// <param name="posterUrlColumn">The column for posters; null for the connection's.</param>
    /// <exception cref="KinescopeException"><c>SessionClosed</c>.</exception>
    public static LessonStore StoreOf(LessonDatabase database, string? durationColumn, DurationUnit? unit, string? posterUrlColumn)
    {
        var store = database.Store;
        return durationColumn is null && unit is null && posterUrlColumn is null
            ? store
            : store.With(store.Table with
            {
                DurationColumn = durationColumn ?? store.Table.DurationColumn,
                DurationUnit = unit ?? store.Table.DurationUnit,
                PosterUrlColumn = posterUrlColumn ?? store.Table.PosterUrlColumn,
            });
    }

    /// <summary>As <see cref="Find"/>; null where no database is named anywhere.</summary>
    /// <inheritdoc cref="Find" path="/param" />
    public static LessonDatabase? TryFind(AsyncCmdlet cmdlet, LessonDatabase? database, string? url, EnvironmentSettings settings)
    {
        try
        {
            return Find(cmdlet, database, url, settings);
        }
        catch (KinescopeException none) when (none.ErrorId == ErrorIds.DatabaseUrlMissing)
        {
            return null;
        }
    }

    /// <summary>The retries of a cmdlet's work on a database, reported with -Verbose.</summary>
    public static ResiliencePipeline RetriesOf(AsyncCmdlet cmdlet, LessonDatabase database) =>
        Retry.Create(database.MaxRetry, database.RetryDelay, (failure, wait) =>
            cmdlet.Post(() => cmdlet.WriteVerbose($"{failure.Message} Next try in {wait.TotalSeconds:0.0} s.")));

    /// <summary>Opens a lesson table. Nothing is connected yet.</summary>
    /// <param name="cmdlet">The cmdlet, from whose location a relative path in the URL given starts.</param>
    /// <param name="url">The URL given; null for the setting DATABASE_URL.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="credential">Wins over the user and password of the URL.</param>
    /// <param name="table">The names of the table and its columns.</param>
    /// <exception cref="KinescopeException"><c>DatabaseUrlMissing</c> or <c>DatabaseUrlInvalid</c>.</exception>
    public static LessonStore OpenStore(
        AsyncCmdlet cmdlet, string? url, EnvironmentSettings settings, NetworkCredential? credential, LessonTable table)
    {
        var address = url ?? settings.Find(UrlSetting);
        if (string.IsNullOrWhiteSpace(address))
            throw new KinescopeException(
                ErrorIds.DatabaseUrlMissing,
                "No lesson database is named. Give -DatabaseUrl, or -EnvironmentFile with the site's .env, set the environment variable "
                + "DATABASE_URL, or connect first with Connect-LessonDatabase and one of these.");

        var folder = url is null ? settings.FolderOf(UrlSetting) : cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        return LessonStore.Open(DatabaseAddress.Parse(address, folder, credential, SettingOf(settings)), table);
    }

    /// <summary>Looks up what a URL leaves to the environment.</summary>
    public static Func<string, string?> SettingOf(EnvironmentSettings settings) =>
        name => name is "PGPASSFILE" or "PGSSLROOTCERT" ? settings.FindPath(name) : settings.Find(name);
}
