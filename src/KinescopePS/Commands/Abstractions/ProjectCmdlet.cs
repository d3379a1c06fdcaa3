using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>A cmdlet that works in one project.</summary>
public abstract class ProjectCmdlet : ApiCmdlet
{
    /// <summary>The project. Default: the session's, else the environment variable KINESCOPE_PROJECT_ID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <exception cref="KinescopeException"><c>ParentMissing</c>.</exception>
    private protected string RequireProjectId() => ProjectId ?? FindProjectId()
        ?? throw new KinescopeException(ErrorIds.ParentMissing, "No Kinescope project is named. Give -ProjectId, connect with Connect-Kinescope -ProjectId, or set the environment variable KINESCOPE_PROJECT_ID.");
}
