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

    /// <summary>The folder to make it in. Default: the project's top.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ParentId { get; set; }

    /// <summary>The project. Default: the session's, else the environment variable KINESCOPE_PROJECT_ID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    private protected override void Process()
    {
        var projectId = Connection.RequireProjectId(ProjectId);
        ForEach(Name, "Folder", name =>
        {
            if (ShouldProcess(name, $"Make a folder in {(ParentId is null ? $"project {projectId}" : $"folder {ParentId}")} at Kinescope"))
                WriteObject(Connection.CallOnce((kinescope, token) => kinescope.CreateFolderAsync(projectId, ParentId, name, token)));
        });
    }
}
