using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Makes folders in a project.</summary>
[Cmdlet(VerbsCommon.New, "KinescopeFolder", SupportsShouldProcess = true)]
[OutputType(typeof(KinescopeFolder))]
public sealed class NewKinescopeFolderCommand : ProjectCmdlet
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

    private protected override void Process()
    {
        var projectId = RequireProjectId();
        ForEach(Name, "Folder", name =>
        {
            if (ShouldProcess(name, $"Make a folder in {(ParentId is null ? $"project {projectId}" : $"folder {ParentId}")} at Kinescope"))
                WriteObject(CallOnce((kinescope, token) => kinescope.CreateFolderAsync(projectId, ParentId, name, token)));
        });
    }
}
