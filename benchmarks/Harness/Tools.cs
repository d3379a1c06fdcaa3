using System.Diagnostics;
using KinescopePS.TestSupport;
using KinescopeSandbox.Demo;

namespace KinescopeBenchmarks.Harness;

/// <summary>The programs that are measured, where this machine has them, and what the build left.</summary>
internal static class Tools
{
    public static string Self { get; } = Environment.ProcessPath!;

    public static string? Node { get; } = Programs.Find("node");

    public static string? Npm { get; } = Programs.Find("npm");

    public static string? Curl { get; } = Programs.Find("curl");

    public static string? Taskset { get; } = Programs.Find("taskset");

    /// <summary>util-linux's script, which gives a program a terminal.</summary>
    public static string? Script { get; } = Programs.Find("script") is { } script && FirstLine(script, "--version")?.Contains("util-linux") == true ? script : null;

    /// <summary>Runs a PowerShell script.</summary>
    public static IReadOnlyList<string> Engine { get; } = [.. PowerShellProgram.Command, "-NoProfile", "-File"];

    /// <summary>The first line that a program prints; null where it does not run.</summary>
    public static string? FirstLine(string? program, params IEnumerable<string> arguments)
    {
        if (program is null)
            return null;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Built.Repository })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n')[0].Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
