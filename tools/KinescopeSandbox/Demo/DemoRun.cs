using System.Diagnostics;
using System.Reflection;
using KinescopeSandbox.Commands;
using KinescopeSandbox.Sample;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Demo;

/// <summary>Sample library, sandbox and module together: runs demo.ps1 in a process of its own against a sandbox in this one.</summary>
public sealed class DemoRun(string folder, string module, bool hosted, bool rateLimit)
{
    /// <summary>About 30 MB in all.</summary>
    private const double Scale = 0.15;

    /// <summary>The module that was built together with this tool.</summary>
    public static string BuiltModule { get; } = Path.Combine(
        typeof(DemoRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "ModuleOutputPath").Value!,
        "KinescopePS.psd1");

    /// <summary>The pwsh on PATH; null: none.</summary>
    public static string? FindPwsh()
    {
        var name = OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh";
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }

    /// <returns>The script's exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var library = Path.Combine(folder, "library");
        SampleLibrary.Write(library, Scale);
        var options = new SandboxOptions { DataFolder = Path.Combine(folder, "sandbox"), RateLimit = rateLimit };
        await using var server = await SandboxServer.StartAsync(options, cancellation: cancellation);
        Console.WriteLine($"demo: sandbox on {server.ApiUrl}, {(rateLimit ? "10 requests per second and 300 per minute as on the platform (--no-rate-limit lifts that)" : "no rate limit")}");

        using var script = Process.Start(StartInfo(server, library)) ?? throw new InvalidOperationException("The script did not start.");
        // Ctrl+C reaches the script's process too: it ends by itself, in good order.
        await script.WaitForExitAsync(CancellationToken.None);
        return cancellation.IsCancellationRequested && script.ExitCode == 0 ? 130 : script.ExitCode;
    }

    private ProcessStartInfo StartInfo(SandboxServer server, string library)
    {
        var start = hosted || FindPwsh() is not { } pwsh ? OwnProcess.StartInfo("run") : new ProcessStartInfo(pwsh, ["-NoLogo", "-NoProfile", "-File"]);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "demo.ps1"),
            "-Module", module,
            "-Library", library,
            "-ProgressFile", Path.Combine(folder, "progress.jsonl"),
            "-DatabaseUrl", $"file:{Path.Combine(library, "lessons.db")}",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        foreach (var (name, value) in ServeCommand.Environment(server))
            start.Environment[name] = value;
        // With a workspace the module would create uploads in the dashboard's way.
        start.Environment.Remove("KINESCOPE_WORKSPACE_ID");
        return start;
    }
}
