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
    [Date]
    public DateTime? From { get; set; }

    /// <summary>The last day. Default: today, UTC.</summary>
    [Parameter(Position = 1)]
    [Date]
    public DateTime? To { get; set; }

    /// <summary>Tells it by project.</summary>
    [Parameter]
    public SwitchParameter ByProject { get; set; }

    /// <summary>
    /// The total of each product instead of its days: the sum, and of what is stored the mean of the days.
    /// </summary>
    [Parameter]
    public SwitchParameter Total { get; set; }

    /// <summary>Only what was used by this project.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    private protected override void Process()
    {
        var to = DateOnly.FromDateTime(To ?? DateTime.UtcNow);
        var from = From is { } first ? DateOnly.FromDateTime(first) : to.AddDays(1 - DefaultDays);
        var projectId = Places.ProjectOf(ProjectId);
        var usage = Call((kinescope, token) => kinescope.GetUsageAsync(from, to, ByProject, projectId, token));
        WriteObject(Total ? usage.GroupBy(day => (day.Product, day.ProjectId)).Select(TotalOf) : usage, enumerateCollection: true);
    }

    private static KinescopeUsage TotalOf(IGrouping<(string Product, string? ProjectId), KinescopeUsage> days) => new()
    {
        Product = days.Key.Product,
        ProjectId = days.Key.ProjectId,
        Unit = days.First().Unit,
        Usage = days.Key.Product == "storage" ? days.Average(day => day.Usage) : days.Sum(day => day.Usage),
    };
}
