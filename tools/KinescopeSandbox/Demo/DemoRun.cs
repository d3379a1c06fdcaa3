using System.Diagnostics;
using System.Reflection;
using KinescopeSandbox.Commands;
using KinescopeSandbox.Sample;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Demo;

/// <summary>Sample library, sandbox and module together: runs demo.ps1 in a PowerShell of its own against a sandbox in this process.</summary>
public sealed class DemoRun(string folder, DemoPace pace)
{
    /// <summary>About 30 MB in all.</summary>
    private const double Scale = 0.15;

    private const int WatchableRequests = 20;

    /// <summary>The module that was built together with this tool.</summary>
    private static readonly string Module = Path.Combine(
        typeof(DemoRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == "ModuleOutputPath").Value!,
        "KinescopePS.psd1");

    /// <returns>The script's exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var library = Path.Combine(folder, "library");
        SampleLibrary.Write(library, Scale);
        await using var server = await SandboxServer.StartAsync(Options(), cancellation: cancellation);
        Console.WriteLine($"demo: a local Kinescope on {server.ApiUrl}, {PaceText}");

        using var script = Process.Start(StartInfo(server, library)) ?? throw new InvalidOperationException("The script did not start.");
        // Ctrl+C reaches the script's process too: it ends by itself, in good order.
        await script.WaitForExitAsync(CancellationToken.None);
        return cancellation.IsCancellationRequested && script.ExitCode == 0 ? 130 : script.ExitCode;
    }

    private string PaceText => pace switch
    {
        DemoPace.Watchable => $"{WatchableRequests} requests a second{Environment.NewLine}demo: to be watched; the platform's {SandboxOptions.PlatformRequestsPerSecond} a second and {SandboxOptions.PlatformRequestsPerMinute} a minute: --platform-limits",
        DemoPace.Platform => $"{SandboxOptions.PlatformRequestsPerSecond} requests a second and {SandboxOptions.PlatformRequestsPerMinute} a minute, as on the platform",
        _ => "as many requests as it can take",
    };

    private SandboxOptions Options()
    {
        var options = new SandboxOptions { DataFolder = Path.Combine(folder, "sandbox"), RateLimit = pace != DemoPace.Unlimited };
        return pace == DemoPace.Watchable ? options with { RequestsPerSecond = WatchableRequests, RequestsPerMinute = 0 } : options;
    }

    private ProcessStartInfo StartInfo(SandboxServer server, string library)
    {
        var start = PowerShellProgram.StartInfo(
            "-NoLogo", "-NoProfile", "-ExecutionPolicy", "Bypass",
            "-File", Path.Combine(AppContext.BaseDirectory, "demo.ps1"),
            "-Module", Module,
            "-Library", library);
        foreach (var (name, value) in ServeCommand.Environment(server))
            start.Environment[name] = value;
        start.Environment["DATABASE_URL"] = "file:./lessons.db";
        // With a workspace the module would create uploads in the dashboard's way.
        start.Environment.Remove("KINESCOPE_WORKSPACE_ID");
        return start;
    }
}
