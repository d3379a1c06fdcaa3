using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Ends a connection to a lesson database: its password is forgotten.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "LessonDatabase")]
public sealed class DisconnectLessonDatabaseCommand : PSCmdlet
{
    /// <summary>The lesson database. Default: the current one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        var database = Database ?? Connected.Database;
        if (database is null)
        {
            WriteError(new KinescopeException(ErrorIds.SessionMissing, "There is no lesson database to disconnect.").ToErrorRecord(null));
            return;
        }

        if (database == Connected.Database)
            Connected.Database = null;
        database.Close();
    }
}
