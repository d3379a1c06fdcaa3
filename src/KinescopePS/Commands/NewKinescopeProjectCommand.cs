using System.Management.Automation;
using KinescopePS.Changes;

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
    [Alias("Privacy")]
    [ValidateSet("anywhere", "nowhere", "custom")]
    public string PrivacyType { get; set; } = "anywhere";

    /// <summary>The domains that may embed its videos.</summary>
    [Parameter]
    [Alias("Domain")]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public string[] PrivacyDomain { get; set; } = [];

    private protected override void Begin()
    {
        PrivacyType = PrivacyType.ToLowerInvariant();
        var (domains, warning) = PrivacyDomains.ReadFor(PrivacyType, PrivacyDomain);
        PrivacyDomain = domains ?? [];
        if (warning is not null)
            WriteWarning(warning);
    }

    private protected override void Process() => ForEach(Name, "Project", name =>
    {
        if (ShouldProcess(name, "Make a project at Kinescope"))
            WriteObject(Connection.CallOnce((kinescope, token) =>
                kinescope.CreateProjectAsync(name, PrivacyType, PrivacyDomain, token)));
    });
}
