using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Makes projects.</summary>
[Cmdlet(VerbsCommon.New, "KinescopeProject", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeProject))]
public sealed class NewKinescopeProjectCommand : KinescopeCmdlet
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Where the player may be shown: anywhere, nowhere, or custom for the domains of -PrivacyDomain. Default: anywhere.</summary>
    [Parameter]
    [ValidateSet("anywhere", "nowhere", "custom")]
    public string PrivacyType { get; set; } = "anywhere";

    /// <summary>The domains that may embed its videos.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] PrivacyDomain { get; set; } = [];

    private protected override void Process() => ForEach(Name, "Project", name =>
    {
        if (ShouldProcess(name, "Make a project at Kinescope"))
            WriteObject(Connection.CallOnce((kinescope, token) =>
                kinescope.CreateProjectAsync(name, PrivacyType.ToLowerInvariant(), PrivacyDomain, token)));
    });
}
