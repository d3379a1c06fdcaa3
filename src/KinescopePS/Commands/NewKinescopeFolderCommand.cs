using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Makes folders in a project.</summary>
[Cmdlet(VerbsCommon.New, "KinescopeFolder", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeFolder))]
public sealed class NewKinescopeFolderCommand : KinescopeCmdlet
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The folder to make it in. Default: the one that is piped in, else the project's top.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ParentId { get; set; }

    /// <summary>The object from the pipeline: a folder is the one to make it in.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The project. Default: the session's, else the environment variable KINESCOPE_PROJECT_ID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    private protected override void Process()
    {
        var projectId = Connection.RequireProjectId(Places.ProjectOf(ProjectId));
        var above = InputObject is { BaseObject: not string } folder ? folder.Properties["FolderId"]?.Value?.ToString() : null;
        if (above is not null && !IsTyped(nameof(Name)))
            throw new KinescopeException(ErrorIds.RequestInvalid, $"Folder {above} is there. Say with -Name what to make in it.");
        var parentId = Places.FolderOf(ParentId, projectId) ?? above;
        ForEach(Name, "Folder", name =>
        {
            if (ShouldProcess(name, $"Make a folder in {(parentId is null ? $"project {projectId}" : $"folder {parentId}")} at Kinescope"))
                WriteObject(Connection.CallOnce((kinescope, token) => kinescope.CreateFolderAsync(projectId, parentId, name, token)));
        });
    }
}
