using System.Diagnostics;

namespace KinescopePS.Tests.Support;

/// <summary>A PowerShell script in a process of its own, for tests that kill it: by the sandbox's engine host, which is always there.</summary>
internal static class ScriptProcess
{
    /// <summary>Starts a script whose environment points at a sandbox.</summary>
    public static Process Start(string script, SandboxProcess sandbox, bool withWorkspace = false)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Path.GetDirectoryName(script)! };
        foreach (var argument in (string[])[Built.Sandbox, "run", script])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in sandbox.Environment)
            start.Environment[name] = name == "KINESCOPE_WORKSPACE_ID" && !withWorkspace ? "" : value;
        return Process.Start(start)!;
    }
}
