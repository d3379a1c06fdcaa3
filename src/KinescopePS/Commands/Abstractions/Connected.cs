using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace KinescopePS.Commands;

/// <summary>The current connections, which the Connect- cmdlets make. The runspaces of one process know nothing of each other's.</summary>
internal static class Connected
{
    private static readonly ConditionalWeakTable<Runspace, KinescopeSession> Sessions = [];
    private static readonly ConditionalWeakTable<Runspace, LessonDatabase> Databases = [];

    /// <summary>The current session of this thread's runspace; null where there is none.</summary>
    public static KinescopeSession? Session
    {
        get => Get(Sessions);
        set => Set(Sessions, value);
    }

    /// <summary>The current lesson database of this thread's runspace; null where there is none.</summary>
    public static LessonDatabase? Database
    {
        get => Get(Databases);
        set => Set(Databases, value);
    }

    private static T? Get<T>(ConditionalWeakTable<Runspace, T> byRunspace)
        where T : class =>
        Runspace.DefaultRunspace is { } runspace && byRunspace.TryGetValue(runspace, out var current) ? current : null;

    private static void Set<T>(ConditionalWeakTable<Runspace, T> byRunspace, T? current)
        where T : class
    {
        if (Runspace.DefaultRunspace is not { } runspace)
            return;
        if (current is null)
            byRunspace.Remove(runspace);
        else
            byRunspace.AddOrUpdate(runspace, current);
    }
}
