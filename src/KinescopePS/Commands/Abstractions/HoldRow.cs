using System.Management.Automation;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>The progress row of a cmdlet whose requests are all held back.</summary>
internal static class HoldRow
{
    /// <summary>Says why it waits and until when, which PowerShell shows whole in 80 columns.</summary>
    /// <param name="id">The row's activity id.</param>
    /// <param name="done">The progress so far, in some 17 letters.</param>
    /// <param name="hold">The hold.</param>
    // PowerShell grants an activity half of the width, and the status what is left of it but for six columns.
    public static ProgressRecord Of(int id, string done, Hold hold) => new(id, $"Waiting: {hold.Reason}", $"{done}, {hold.When}");
}
