using System.Management.Automation;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>Makes the record of uploads that machines share in a database, or brings it up to date.</summary>
[Cmdlet(
    VerbsData.Initialize,
    "KinescopeUpload",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(KinescopeRecord), ParameterSetName = [DatabaseSet])]
[OutputType(typeof(string), ParameterSetName = [ScriptSet])]
public sealed class InitializeKinescopeUploadCommand : AsyncCmdlet
{
    private const string DatabaseSet = "Database";
    private const string ScriptSet = "Script";

    /// <summary>The database: a postgresql:// URL, or LessonDatabase.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = DatabaseSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = "";

    /// <summary>A user who is given the rights to upload, as its name is.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Role { get; set; }

    /// <summary>Writes the SQL instead of running it, for whoever administers the database.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScriptSet)]
    public SwitchParameter AsSql { get; set; }

    private protected override void End()
    {
        var script = SharedSchema.ScriptFor(Role);
        if (AsSql)
        {
            WriteObject(script);
            return;
        }

        var store = Records.OpenStore(
            this, ProgressFile, Settings,
            "It is made by the first run that names it. For a record that machines share, give a postgresql:// URL, or LessonDatabase.");
        var before = Await(store.VersionAsync)?.Version;
        if (before > SharedSchema.Version)
            throw store.Newer(before.Value);
        if (before == SharedSchema.Version && Role is null)
            WriteVerbose($"{store.DisplayName} has the record of uploads in version {before} already. There is nothing to do.");
        else if (Consents(store, before, script))
            Await(stop => store.InitialiseAsync(stop, Role));
        else
            return;

        WriteObject(new KinescopeRecord
        {
            Database = store.DisplayName,
            PreviousVersion = before,
            Version = SharedSchema.Version,
            Role = Role,
        });
    }

    private bool Consents(SharedStore store, int? before, string script)
    {
        var action = before switch
        {
            null => "Make the record of uploads (schema kinescopeps)",
            SharedSchema.Version => "Grant the rights to upload",
            _ => $"Bring the record of uploads (schema kinescopeps) from version {before} to {SharedSchema.Version}",
        };
        var what = PrintableText.Of($"{action} in {store.DisplayName}");
        // Of several lines, so that it can be read: only the name of the role comes from elsewhere, and stands quoted in it.
        var lines = script.Split('\n').Select(PrintableText.Of);
        return ((Cmdlet)this).ShouldProcess(
            $"{what}:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}", $"{what}? (-WhatIf shows the SQL.)",
            MyInvocation.MyCommand.Name);
    }
}
