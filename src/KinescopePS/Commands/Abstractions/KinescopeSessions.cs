using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace KinescopePS.Commands;

/// <summary>The current session of each runspace: those of one process know nothing of each other.</summary>
internal static class KinescopeSessions
{
    private static readonly ConditionalWeakTable<Runspace, KinescopeSession> ByRunspace = [];

    /// <summary>The current session of this thread's runspace; null where there is none.</summary>
    public static KinescopeSession? Current
    {
        get => Runspace.DefaultRunspace is { } runspace && ByRunspace.TryGetValue(runspace, out var session) ? session : null;
        set
        {
            if (Runspace.DefaultRunspace is not { } runspace)
                return;
            if (value is null)
                ByRunspace.Remove(runspace);
            else
                ByRunspace.AddOrUpdate(runspace, value);
        }
    }
}
