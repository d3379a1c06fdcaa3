using System.Diagnostics;

namespace KinescopePS.Tests.Support;

/// <summary>A PowerShell script in a process of its own, for tests that kill it: by the sandbox's engine host, which is always there.</summary>
internal static class ScriptProcess
{
    /// <summary>Starts a script whose environment points at a sandbox.</summary>
    /// <param name="script">Its file.</param>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="withWorkspace">Whether videos are created as the dashboard does.</param>
    /// <param name="killAt">The waypoint at which the process kills itself; null for none.</param>
    /// <param name="through">A command that starts it, for example under another user.</param>
    public static Process Start(string script, SandboxProcess sandbox, bool withWorkspace = false, string? killAt = null, params string[] through)
    {
        string[] command = [.. through, "dotnet", Built.Sandbox, "run", script];
        var start = new ProcessStartInfo(command[0]) { WorkingDirectory = Path.GetDirectoryName(script)! };
        foreach (var argument in command[1..])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in sandbox.Environment)
            start.Environment[name] = name == "KINESCOPE_WORKSPACE_ID" && !withWorkspace ? "" : value;
        if (killAt is not null)
            start.Environment["KINESCOPEPS_TEST_KILL_AT"] = killAt;
        return Process.Start(start)!;
    }
}
