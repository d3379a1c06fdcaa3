namespace KinescopeSandbox.Tests.Support;

/// <summary>A test class with a sandbox of its own for each test.</summary>
public abstract class SandboxTest : IAsyncLifetime
{
    protected Sandbox Sandbox { get; private set; } = null!;

    protected SandboxClient Client => Sandbox.Client;

    public async ValueTask InitializeAsync() => Sandbox = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual Task<Sandbox> StartAsync() => Support.Sandbox.StartAsync();
}
