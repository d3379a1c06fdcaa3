using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Saving;

namespace KinescopePS.Commands;

/// <summary>The progress row while videos are looked up. It appears with the first second that this takes.</summary>
/// <param name="plan">The plan.</param>
/// <param name="whole">The videos that are to be planned.</param>
/// <param name="hold">Reads what holds everything back; null for nothing.</param>
/// <param name="terminal">The terminal.</param>
internal sealed class SavePlanProgress(SavePlan plan, int whole, Func<Hold?> hold, ProgressTerminal terminal)
{
    private const int Id = 1;
    private const string Activity = "Looking up videos";

    private bool _isShown;

    /// <summary>Shows where the plan stands.</summary>
    public void Show()
    {
        _isShown = true;
        terminal.Write(Row(plan.Count, whole, hold()));
    }

    /// <summary>Takes the row away.</summary>
    public void Complete()
    {
        if (_isShown)
            terminal.Write(new ProgressRecord(Id, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    internal static ProgressRecord Row(int done, int whole, Hold? held)
    {
        var status = $"{done} of {whole}";
        var row = held is null ? new ProgressRecord(Id, Activity, $"{status} videos") : HoldRow.Of(Id, status, held);
        row.PercentComplete = whole > 0 ? done * 100 / whole : 0;
        return row;
    }
}
