using System.Diagnostics;
using System.Reflection;

namespace KinescopeBenchmarks.Harness;

/// <summary>The programs that are measured, where this machine has them, and what the build left.</summary>
internal static class Tools
{
    public static string Self { get; } = Environment.ProcessPath!;

    /// <summary>The module's folder, as it is installed.</summary>
    public static string Module { get; } = Path.GetFullPath(Metadata("ModulePath"));

    public static string Sandbox { get; } = Path.GetFullPath(Metadata("SandboxPath"));

    public static string Repository { get; } = Path.GetFullPath(Metadata("RepositoryPath"));

    public static string? Pwsh { get; } = Find("pwsh");

    public static string? Node { get; } = Find("node");

    public static string? Npm { get; } = Find("npm");

    public static string? Curl { get; } = Find("curl");

    public static string? Taskset { get; } = Find("taskset");

    /// <summary>util-linux's script, which gives a program a terminal.</summary>
    public static string? Script { get; } = Find("script") is { } script && FirstLine(script, "--version")?.Contains("util-linux") == true ? script : null;

    /// <summary>Runs a PowerShell script: pwsh, else the hosted engine.</summary>
    public static IReadOnlyList<string> Engine { get; } = Pwsh is { } pwsh ? [pwsh, "-NoProfile", "-File"] : ["dotnet", Sandbox, "run"];

    public static string? Find(string program, params string[] furtherFolders) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(furtherFolders)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>The first line that a program prints; null where it does not run.</summary>
    public static string? FirstLine(string? program, params string[] arguments)
    {
        if (program is null)
            return null;
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split('\n')[0].Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Metadata(string key) =>
        typeof(Tools).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
