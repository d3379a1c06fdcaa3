using KinescopePS.Database;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>Opens the record that <c>-ProgressFile</c> names: a progress file, or a database that machines share.</summary>
internal static class Records
{
    /// <summary>The word for the database of the lessons.</summary>
    public const string LessonDatabase = nameof(LessonDatabase);

    /// <summary>The longest wait of a step for the database of a shared record.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    /// <summary>Opens a record for the time of a cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet, whose location a relative path starts from.</param>
    /// <param name="progressFile">The record's name.</param>
    /// <param name="settings">The settings that the word <see cref="LessonDatabase"/> and passwords are looked up in.</param>
    /// <param name="isReadOnly">True to read it as it is.</param>
    /// <param name="mustExist">Makes an absent progress file an error.</param>
    /// <exception cref="KinescopeException">
    /// <see cref="UploadRecords.Open"/>'s, <see cref="SharedUploadRecord.JoinAsync"/>'s, or <see cref="AddressOf"/>'s.
    /// </exception>
    public static IUploadRecord Open(
        AsyncCmdlet cmdlet, string progressFile, EnvironmentSettings settings, bool isReadOnly, bool mustExist = false)
    {
        if (AddressOf(cmdlet, progressFile, settings) is { } address)
        {
            // A server that starts anew, or a machine under load, is no reason for a night without uploads.
            var retries = Retry.Create(
                Retry.DefaultCount, TimeSpan.FromSeconds(Retry.DefaultDelaySeconds),
                (failure, wait) => cmdlet.Post(() => cmdlet.WriteVerbose($"{failure.Message} Next try in {wait.TotalSeconds:0.0} s.")));
            return cmdlet.Await(stop => retries.CallAsync(
                token => isReadOnly
                    ? SharedUploadRecord.ReadAsync(address, TimeProvider.System, token)
                    : SharedUploadRecord.JoinAsync(address, Patience, TimeProvider.System, token), stop));
        }

        return isReadOnly
            ? UploadRecords.OpenReadOnly(progressFile, cmdlet.FilePathOf, mustExist)
            : UploadRecords.Open(progressFile, cmdlet.FilePathOf, mustExist);
    }

    /// <summary>Opens the database of a shared record for the time of a cmdlet that joins no run. Nothing is connected yet.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="progressFile">The record's name.</param>
    /// <param name="settings">As of <see cref="Open"/>.</param>
    /// <param name="advice">The sentences to say of a progress file, which the cmdlet is not for.</param>
    /// <exception cref="KinescopeException"><see cref="AddressOf"/>'s, or <c>RecordNotShared</c>: it is a progress file.</exception>
    public static SharedStore OpenStore(AsyncCmdlet cmdlet, string progressFile, EnvironmentSettings settings, string advice) =>
        cmdlet.Own(new SharedStore(AddressOf(cmdlet, progressFile, settings) ?? throw new KinescopeException(
            ErrorIds.RecordNotShared, $"{progressFile} is the name of a progress file, which one run at a time uses. {advice}")));

    /// <summary>True where a name is that of a database, not of a file.</summary>
    public static bool IsShared(string progressFile) =>
        progressFile.Equals(LessonDatabase, StringComparison.OrdinalIgnoreCase)
        || progressFile.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase)
        || progressFile.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The database of a shared record; null for a progress file.</summary>
    /// <exception cref="KinescopeException">
    /// <c>DatabaseUrlMissing</c> or <c>DatabaseUrlInvalid</c>; <c>RecordNotShared</c>: the database of the lessons is a SQLite file, or the
    /// address is of something else.
    /// </exception>
    public static PostgresAddress? AddressOf(AsyncCmdlet cmdlet, string progressFile, EnvironmentSettings settings)
    {
        if (!IsShared(progressFile))
        {
            var scheme = progressFile.IndexOf("://", StringComparison.Ordinal);
            return scheme < 0 ? null : throw new KinescopeException(
                ErrorIds.RecordNotShared,
                $"-ProgressFile names an address that begins with {progressFile[..scheme]}://, which is no record of uploads. Give the "
                + "path of a file, a postgresql:// URL, or LessonDatabase.");
        }

        var isWord = progressFile.Equals(LessonDatabase, StringComparison.OrdinalIgnoreCase);
        var address = isWord
            ? AddressOfLessons(cmdlet, settings)
            : DatabaseAddress.Parse(
                progressFile, cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath, null, LessonDatabases.SettingOf(settings));
        return address as PostgresAddress ?? throw new KinescopeException(
            ErrorIds.RecordNotShared,
            $"The database of the lessons is the SQLite file {address.DisplayName}: machines share a record in PostgreSQL only. Give "
            + "-ProgressFile a file, or a postgresql:// URL.");
    }

    private static DatabaseAddress AddressOfLessons(AsyncCmdlet cmdlet, EnvironmentSettings settings)
    {
        try
        {
            return LessonDatabases.Find(cmdlet, null, null, settings).Store.Address;
        }
        catch (KinescopeException none) when (none.ErrorId == ErrorIds.DatabaseUrlMissing)
        {
            throw none.Saying(
                "-ProgressFile LessonDatabase: no lesson database is named. Connect with Connect-LessonDatabase, or set the environment "
                + "variable DATABASE_URL.");
        }
    }
}
