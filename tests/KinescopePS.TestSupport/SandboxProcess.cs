using System.Diagnostics;
using System.Text.Json;

namespace KinescopePS.TestSupport;

/// <summary>The sandbox as a program of its own, which can be killed and started through another one.</summary>
public sealed class SandboxProcess : RunningSandbox
{
    private readonly Process _process;

    private SandboxProcess(Process process, JsonElement announced, string? data, TemporaryFolder? ownData)
        : base(
            announced.EnumerateObject()
                .Where(property => property.Name.StartsWith("KINESCOPE_", StringComparison.Ordinal))
                .ToDictionary(property => property.Name, property => property.Value.GetString()!),
            (announced.GetProperty("api_port").GetInt32(), announced.GetProperty("upload_port").GetInt32()),
            data,
            ownData)
    {
        Announced = announced;
        _process = process;
    }

    /// <summary>The line that <c>serve --json</c> printed.</summary>
    public JsonElement Announced { get; }

    /// <summary>Starts <c>serve</c> and waits until it listens.</summary>
    /// <param name="options">Further options of <c>serve</c>; null for no rate limit.</param>
    /// <param name="data">Its state's folder; null for one of its own, removed with it.</param>
    /// <param name="through">A command that starts it, for example on certain cores.</param>
    public static async Task<SandboxProcess> StartAsync(string[]? options = null, string? data = null, Func<IReadOnlyList<string>, IReadOnlyList<string>>? through = null)
    {
        var own = data is null ? new TemporaryFolder() : null;
        var process = Start(["serve", "--json", "--exit-with-stdin", "--data", data ?? own!.Path, .. options ?? ["--no-rate-limit"]], through);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The sandbox did not start: {await process.StandardError.ReadToEndAsync()}");
        process.BeginErrorReadLine();
        return new SandboxProcess(process, JsonDocument.Parse(line).RootElement, data, own);
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

    /// <summary>Ends it as a crash does.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends its input, upon which it stops.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndInputAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
        await base.DisposeAsync();
    }

    private static Process Start(IReadOnlyList<string> arguments, Func<IReadOnlyList<string>, IReadOnlyList<string>>? through = null)
    {
        IReadOnlyList<string> command = ["dotnet", Built.Sandbox, .. arguments];
        command = through?.Invoke(command) ?? command;
        return Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
