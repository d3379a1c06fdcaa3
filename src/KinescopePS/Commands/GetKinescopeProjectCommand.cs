using System.Management.Automation;
using KinescopePS.Kinescope;
using static KinescopePS.Commands.Wildcards;

namespace KinescopePS.Commands;

/// <summary>Shows the projects that the token may see.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeProject", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeProject))]
public sealed class GetKinescopeProjectCommand : KinescopeCmdlet
{
    /// <summary>Only projects with such names.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only these projects.</summary>
    [Parameter(ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[]? ProjectId { get; set; }

    private protected override void Process()
    {
        var names = PatternsOf(Name);
        if (ProjectId is null)
        {
            WriteAll(
                Paging.ForwardAsync(Kinescope.ListProjectsAsync, project => project.ProjectId, Retries, StopToken),
                project => Matches(names, project.Name));
            return;
        }

        ForEach(ProjectId, "Project", id =>
        {
            var project = Call((kinescope, token) => kinescope.GetProjectAsync(id, token));
            if (Matches(names, project.Name))
                WriteObject(project);
        });
    }
}
