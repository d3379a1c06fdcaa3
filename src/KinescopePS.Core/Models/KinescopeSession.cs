using System.Net.Http;
using System.Security;
using KinescopePS.Kinescope;

namespace KinescopePS;

/// <summary>
/// A Kinescope account that was connected to: the output of <c>Connect-Kinescope</c>. It holds the API key where neither a view nor a
/// serialiser sees it.
/// </summary>
public sealed class KinescopeSession
{
    private readonly SecureString _apiKey;
    private readonly HttpClient _client;
    private volatile bool _isClosed;

    internal KinescopeSession(SecureString apiKey, HttpClient client) => (_apiKey, _client) = (apiKey.Copy(), client);

    /// <summary>The API's address.</summary>
    public required Uri ApiUri { get; init; }

    /// <summary>The uploader's address.</summary>
    public required Uri UploaderUri { get; init; }

    /// <summary>The workspace, where it was given. With it uploads are created as the dashboard does.</summary>
    public string? WorkspaceId { get; init; }

    /// <summary>The project that cmdlets take where none is named.</summary>
    public string? ProjectId { get; init; }

    /// <summary>That project's name, where the token sees it.</summary>
    public string? ProjectName { get; init; }

    /// <summary>What the token has shown that it may do: <c>read</c> where it lists projects. Kinescope does not tell the others.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>When the token was checked, UTC.</summary>
    public DateTimeOffset ConnectedAt { get; init; }

    /// <summary>Whether it can still be used: until <c>Disconnect-Kinescope</c>.</summary>
    public bool IsConnected => !_isClosed;

    internal RequestLimits Limits { get; init; } = RequestLimits.Standard;

    /// <exception cref="KinescopeException"><c>SessionClosed</c>.</exception>
    internal SecureString ApiKey => _isClosed ? throw Closed() : _apiKey;

    /// <summary>The session's connections.</summary>
    /// <exception cref="KinescopeException"><c>SessionClosed</c>.</exception>
    internal HttpClient Client => _isClosed ? throw Closed() : _client;

    /// <summary>Forgets the key and closes the connections.</summary>
    internal void Close()
    {
        _isClosed = true;
        _apiKey.Dispose();
        _client.Dispose();
    }

    /// <inheritdoc />
    public override string ToString() => $"{ApiUri.Authority}{((ProjectName ?? ProjectId) is { } project ? $", {project}" : "")}";

    private static KinescopeException Closed() => new(ErrorIds.SessionClosed, "This session was disconnected. Connect again with Connect-Kinescope.");
}
