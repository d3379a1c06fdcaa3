using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Shows what was stored, encoded and delivered: what Kinescope bills.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeUsage", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeUsage))]
public sealed class GetKinescopeUsageCommand : KinescopeCmdlet
{
    private const int DefaultDays = 30;

    /// <summary>The first day. Default: 29 days before the last.</summary>
    [Parameter(Position = 0)]
    public DateTime? From { get; set; }

    /// <summary>The last day. Default: today, UTC.</summary>
    [Parameter(Position = 1)]
    public DateTime? To { get; set; }

    /// <summary>Tells it by project.</summary>
    [Parameter]
    public SwitchParameter ByProject { get; set; }

    /// <summary>Only what was used by this project.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    private protected override void Process()
    {
        var to = DateOnly.FromDateTime(To ?? DateTime.UtcNow);
        var from = From is { } first ? DateOnly.FromDateTime(first) : to.AddDays(1 - DefaultDays);
        WriteObject(Call((kinescope, token) => kinescope.GetUsageAsync(from, to, ByProject, ProjectId, token)), enumerateCollection: true);
    }
}
