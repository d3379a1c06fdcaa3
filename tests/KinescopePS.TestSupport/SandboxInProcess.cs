using KinescopeSandbox.Commands;
using KinescopeSandbox.Server;

namespace KinescopePS.TestSupport;

/// <summary>
/// The sandbox in the process of the tests: real HTTP over loopback as ever, without half a second of a program's start for each test.
/// </summary>
public sealed class SandboxInProcess : RunningSandbox
{
    private readonly SandboxServer _server;

    private SandboxInProcess(SandboxServer server, TemporaryFolder data)
        : base(ServeCommand.Environment(server), (server.Workspace.ApiPort, server.Workspace.UploadPort), null, data) =>
        _server = server;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="options">Options of <c>serve</c>; null for no rate limit.</param>
    public static async Task<SandboxInProcess> StartAsync(string[]? options = null)
    {
        var data = new TemporaryFolder();
        var serve = ServeCommand.Create().Parse(["--data", data.Path, .. options ?? ["--no-rate-limit"]]);
        return new SandboxInProcess(await SandboxServer.StartAsync(ServeCommand.OptionsOf(serve)), data);
    }

    public override async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }
}
