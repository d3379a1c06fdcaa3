using System.Diagnostics;
using System.Text.Json;
using KinescopeSandbox.Demo;

namespace KinescopeSandbox.Tests.Support;

/// <summary>The sandbox as a program of its own.</summary>
public sealed class SandboxProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SandboxProcess(Process process, JsonElement announced)
    {
        _process = process;
        Announced = announced;
        Client = new SandboxClient(Text("KINESCOPE_API_URL"), Text("KINESCOPE_API_KEY"), Guid.Parse(Text("KINESCOPE_PROJECT_ID")), Guid.Parse(Text("KINESCOPE_WORKSPACE_ID")));
    }

    /// <summary>What `serve --json` printed.</summary>
    public JsonElement Announced { get; }

    public SandboxClient Client { get; }

    /// <summary>Starts `serve` and returns when it listens.</summary>
    public static async Task<SandboxProcess> ServeAsync(string dataFolder, params string[] options)
    {
        var process = Start(["serve", "--json", "--data", dataFolder, "--exit-with-stdin", .. options]);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        Assert.Equal("sandbox: listening", await process.StandardOutput.ReadLineAsync());
        return new SandboxProcess(process, JsonDocument.Parse(line).RootElement);
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    public static Process Start(params string[] arguments)
    {
        var start = OwnProcess.StartInfo(arguments);
        if (OperatingSystem.IsLinux())
        {
            // A shell that runs the tests in the background has its children ignore SIGINT.
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=INT");
            start.FileName = "env";
        }

        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        return Process.Start(start)!;
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends the program's input, upon which it stops.</summary>
    public async Task<int> EndInputAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        Client.Dispose();
    }

    private string Text(string name) => Announced.GetProperty(name).GetString()!;
}
