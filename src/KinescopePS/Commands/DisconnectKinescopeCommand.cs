using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Ends a session: its key is forgotten.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "Kinescope")]
public sealed class DisconnectKinescopeCommand : PSCmdlet
{
    /// <summary>The session. Default: the current one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public KinescopeSession? Session { get; set; }

    /// <inheritdoc />
    protected override void ProcessRecord()
    {
        var session = Session ?? Connected.Session;
        if (session is null)
        {
            WriteError(new KinescopeException(ErrorIds.SessionMissing, "There is no session to disconnect.").ToErrorRecord(null));
            return;
        }

        if (session == Connected.Session)
            Connected.Session = null;
        session.Close();
    }
}
