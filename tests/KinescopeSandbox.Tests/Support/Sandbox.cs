using KinescopeSandbox.Server;

namespace KinescopeSandbox.Tests.Support;

/// <summary>A sandbox inside the test's process, on real ports, with a client.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private Sandbox(TemporaryFolder folder, SandboxServer server, ManualClock clock)
    {
        _folder = folder;
        Server = server;
        Clock = clock;
        Client = new SandboxClient(server.ApiUrl, server.Token, server.Workspace.DefaultProjectId, server.Workspace.Id);
    }

    public SandboxServer Server { get; }

    /// <summary>The sandbox's clock; transcoding takes 10 s of it.</summary>
    public ManualClock Clock { get; }

    public SandboxClient Client { get; }

    public static async Task<Sandbox> StartAsync(bool rateLimit = false, bool discard = false, int perSecond = SandboxOptions.PlatformRequestsPerSecond, int perMinute = SandboxOptions.PlatformRequestsPerMinute)
    {
        var folder = new TemporaryFolder();
        var clock = new ManualClock();
        var options = new SandboxOptions
        {
            DataFolder = folder["state"],
            Transcode = TimeSpan.FromSeconds(10),
            RateLimit = rateLimit,
            RequestsPerSecond = perSecond,
            RequestsPerMinute = perMinute,
            Discard = discard,
        };
        return new Sandbox(folder, await SandboxServer.StartAsync(options, clock), clock);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }
}
