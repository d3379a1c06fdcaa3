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
        var clock = timeProvider ?? TimeProvider.System;
        var state = new SandboxState(options.DataFolder, options.Discard, clock.GetUtcNow());
        var api = Listener.Build(options.Port ?? state.Workspace.ApiPort);
        var node = Listener.Build(state.Workspace.UploadPort);
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
        state.ChangeWorkspace(workspace => workspace with { ApiPort = Listener.PortOf(api), UploadPort = Listener.PortOf(node) });
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

    private static void Map(SandboxOptions options, TimeProvider clock, SandboxState state, WebApplication api, WebApplication node)
    {
        var changes = new ChangeSignal();
        var log = new RequestLog(clock, changes);
        var script = new FaultScript();
        var stalls = new StalledRequests(changes);
        var performer = new FaultPerformer(state, clock, stalls);
        var faults = new FaultMiddleware(script, performer, state);
        var sessions = new UploadSessions(state, stalls, clock, options.Md5);
        var gate = new TokenGate(state, clock, options);
        var listing = new VideoView(state, clock, options.Transcode);

        node.UseHttpMethodOverride();
        node.Use(new RequestRecorder(log, "upload").InvokeAsync);
        node.UseRouting();
        node.Use(faults.InvokeAsync);
        node.Use(ErrorEnvelopes.InvokeAsync);
        new UploadNode(state, sessions, listing).Map(node);

        api.Use(new RequestRecorder(log, "api").InvokeAsync);
        api.UseRouting();
        api.UseWhen(context => !context.Request.Path.StartsWithSegments("/sandbox"), platform =>
        {
            platform.Use(faults.InvokeAsync);
            platform.Use(ErrorEnvelopes.InvokeAsync);
            platform.Use((context, next) =>
            {
                gate.Check(context);
                LimitBody(context.Request);
                return next(context);
            });
        });
        api.UseWhen(context => context.Request.Path.StartsWithSegments("/sandbox"), control => control.Use(ErrorEnvelopes.InvokeAsync));

        var places = new UploadPlaces(state);
        new ProjectApi(state, clock).Map(api);
        new FolderApi(state, clock).Map(api);
        new VideoApi(state, clock, listing).Map(api);
        new BillingApi(state, clock).Map(api);
        new InitApi(state, clock, places).Map(api);
        new SingleRequestApi(state, clock, places, sessions, listing).Map(api);
        new ControlApi(state, log, script, stalls, changes).Map(api);
    }

    /// <exception cref="ApiError">413, as a client gets that sends a file's bytes to the API's address.</exception>
    private static void LimitBody(HttpRequest request)
    {
        if (request.ContentLength > ApiBodyLimit && request.Path != "/v2/video")
            throw ApiError.Tus(413, "request body too large");
    }
}
