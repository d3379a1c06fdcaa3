using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Clients;

/// <summary>Scripts for the engine that is measured.</summary>
internal static class PowerShellScript
{
    /// <summary>A script that imports the module and then does something, or nothing.</summary>
    public static Invocation Import(string folder, string body = "") =>
        Write(folder, $"""
            Import-Module {Quote(Path.Combine(Built.Module, "KinescopePS.psd1"))}
            {body}
            """);

    public static Invocation Write(string folder, string body)
    {
        var script = Path.Combine(folder, "script.ps1");
        File.WriteAllText(script, $"$ErrorActionPreference = 'Stop'\n{body}\n");
        return new Invocation([.. Tools.Engine, script]);
    }

    public static string Quote(string text) => $"'{text.Replace("'", "''")}'";
}
