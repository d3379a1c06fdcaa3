using System.Diagnostics;
using KinescopeSandbox.Demo;

namespace KinescopePS.TestSupport;

/// <summary>A script in a PowerShell of its own, for tests that kill it.</summary>
public static class ScriptProcess
{
    /// <summary>Starts a script whose environment points at a sandbox.</summary>
    /// <param name="script">Its file.</param>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="withWorkspace">Whether videos are created as the dashboard does.</param>
    /// <param name="killAt">The waypoint at which the process kills itself; null for none.</param>
    /// <param name="through">A command that starts it, for example under another user.</param>
    public static Process Start(string script, RunningSandbox sandbox, bool withWorkspace = false, string? killAt = null, params string[] through)
    {
        string[] command = [.. through, .. PowerShellProgram.Command, "-NoProfile", "-NonInteractive", "-File", script];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = Path.GetDirectoryName(script)! };
        foreach (var (name, value) in sandbox.Environment)
            start.Environment[name] = name == "KINESCOPE_WORKSPACE_ID" && !withWorkspace ? "" : value;
        if (killAt is not null)
            start.Environment["KINESCOPEPS_TEST_KILL_AT"] = killAt;
        return Process.Start(start)!;
    }
}
