using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Matching;

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
        var names = new TypedNames(Name);
        if (ProjectId is null)
        {
            WriteMatching(
                Paging.ForwardAsync(Kinescope.ListProjectsAsync, project => project.ProjectId, Retries, StopToken),
                names,
                project => project.Name, "project", ErrorIds.ProjectNotFound);
            return;
        }

        ForEach(ProjectId.Select(id => PlaceNames.IdsIn(id).FirstOrDefault() ?? id), "Project", id =>
        {
            var project = Call((kinescope, token) => kinescope.GetProjectAsync(id, token));
            if (names.Matches(project.Name))
                WriteObject(project);
        });
    }
}
