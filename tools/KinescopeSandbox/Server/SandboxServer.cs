using KinescopeSandbox.Api;
using KinescopeSandbox.Control;
using KinescopeSandbox.Faults;
using KinescopeSandbox.State;
using KinescopeSandbox.Uploader;

namespace KinescopeSandbox.Server;

/// <summary>A running sandbox: the API with `/v2/init` on one port, the upload node on another.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    /// <summary>Largest body the API host reads; only `/v2/video` takes more.</summary>
    private const long ApiBodyLimit = 10_000_000;

    private readonly SandboxOptions _options;
    private readonly SandboxState _state;
    private readonly WebApplication _api;
    private readonly WebApplication _node;

    private SandboxServer(SandboxOptions options, SandboxState state, WebApplication api, WebApplication node)
    {
        _options = options;
        _state = state;
        _api = api;
        _node = node;
    }

    /// <summary>Base address of the API, the uploader's init and the control API, without a trailing slash.</summary>
    public string ApiUrl => $"http://127.0.0.1:{_state.Workspace.ApiPort}";

    /// <summary>Requests per second and token; null: no such limit.</summary>
    public int? RequestsPerSecond => _options is { RateLimit: true, RequestsPerSecond: > 0 and var requests } ? requests : null;

    /// <summary>Requests per minute and token; null: no such limit.</summary>
    public int? RequestsPerMinute => _options is { RateLimit: true, RequestsPerMinute: > 0 and var requests } ? requests : null;

    public Workspace Workspace => _state.Workspace;

    /// <summary>A token with all scopes.</summary>
    public string Token => Workspace.Tokens.First(token => ApiToken.AllPermissions.All(token.May) && token.Projects is null).Value;

    /// <exception cref="IOException">The folder is in use by another sandbox, or a port is taken.</exception>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, TimeProvider? timeProvider = null, CancellationToken cancellation = default)
    {
        var clock = new MovableClock(timeProvider ?? TimeProvider.System);
        var state = new SandboxState(options.DataFolder, options.Discard, clock.GetUtcNow());
        var api = Listener.Build(options.Port ?? state.Workspace.ApiPort);
        var node = Listener.Build(state.Workspace.UploadPort, state.Workspace.SecondUploadPort);
        var server = new SandboxServer(options, state, api, node);
        try
        {
            Map(options, clock, state, api, node);
            await node.StartAsync(cancellation);
            await api.StartAsync(cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        var (apiPort, uploadPorts) = (Listener.PortsOf(api).Single(), Listener.PortsOf(node));
        state.ChangeWorkspace(workspace => workspace with { ApiPort = apiPort, UploadPort = uploadPorts[0], SecondUploadPort = uploadPorts[1] });
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // Requests that a fault holds open would delay a graceful stop.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _api.StopAsync(now.Token);
        await _node.StopAsync(now.Token);
        await _api.DisposeAsync();
        await _node.DisposeAsync();
        _state.Dispose();
    }

    private static void Map(SandboxOptions options, MovableClock clock, SandboxState state, WebApplication api, WebApplication node)
    {
        var platform = new Platform(clock, options.Ways);
        var changes = new ChangeSignal();
        var log = new RequestLog(clock, changes);
        var script = new FaultScript();
        var stalls = new StalledRequests(changes);
        var performer = new FaultPerformer(state, clock, stalls);
        var faults = new FaultMiddleware(script, performer, state);
        var sessions = new UploadSessions(state, stalls, clock, options.Md5);
        var gate = new TokenGate(state, clock, platform, options);
        var listing = new VideoView(state, clock, platform, options.Transcode);
        var envelopes = new ErrorEnvelopes(platform);

        node.UseHttpMethodOverride();
        node.Use(new RequestRecorder(log, "upload").InvokeAsync);
        node.UseRouting();
        node.Use(faults.InvokeAsync);
        node.Use(envelopes.OfNodeAsync);
        new UploadNode(state, sessions, listing, clock, platform).Map(node);
        new AssetApi(state, clock, platform).Map(node);

        api.Use(new RequestRecorder(log, "api").InvokeAsync);
        api.UseRouting();
        api.UseWhen(context => !context.Request.Path.StartsWithSegments("/sandbox"), rest =>
        {
            rest.Use(faults.InvokeAsync);
            rest.Use(envelopes.OfApiAsync);
            rest.Use(new OutageMiddleware(platform).InvokeAsync);
            rest.Use((context, next) =>
            {
                // An asset's link is signed instead.
                if (!context.Request.Path.StartsWithSegments(AssetApi.Root))
                    gate.Check(context);
                LimitBody(context.Request);
                return next(context);
            });
        });
        api.UseWhen(context => context.Request.Path.StartsWithSegments("/sandbox"), control => control.Use(envelopes.OfApiAsync));

        var places = new UploadPlaces(state, platform);
        new ProjectApi(state, clock, platform).Map(api);
        new FolderApi(state, clock, platform).Map(api);
        new VideoApi(state, clock, platform, listing).Map(api);
        new PosterApi(state, clock, platform, listing).Map(api);
        new CaptionApi(state, clock, platform).Map(api);
        new AssetApi(state, clock, platform).Map(api);
        new BillingApi(state).Map(api);
        new InitApi(state, clock, platform, listing, places).Map(api);
        new SingleRequestApi(state, clock, platform, places, sessions, listing).Map(api);
        new ControlApi(state, log, script, stalls, changes, clock).Map(api);
        new PlatformApi(platform, clock).Map(api);
    }

    /// <exception cref="ApiError">413, as a client gets that sends a file's bytes to the API's address.</exception>
    private static void LimitBody(HttpRequest request)
    {
        if (request.ContentLength > ApiBodyLimit && request.Path != "/v2/video")
            throw ApiError.Tus(413, "request body too large");
    }
}
