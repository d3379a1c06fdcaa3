using System.Net.Http;
using System.Security;
using KinescopePS.Kinescope;

namespace KinescopePS;

/// <summary>
/// A Kinescope account and the way to it: the output of <c>Connect-Kinescope</c>. It holds the API key where neither a view nor a
/// serialiser sees it.
/// </summary>
public sealed class KinescopeSession
{
    private IReadOnlyList<string> _scopes = JoinedList<string>.Empty;
    private readonly KinescopeSettings _account;
    private readonly HttpClient _client;
    private volatile bool _isClosed;

    internal KinescopeSession(KinescopeSettings account, HttpClient client) =>
        (_account, _client) = (account with { ApiKey = account.ApiKey?.Copy() }, client);

    /// <summary>The API's address.</summary>
    public Uri ApiUri => _account.ApiUri;

    /// <summary>The uploader's address.</summary>
    public Uri UploaderUri => _account.UploaderUri;

    /// <summary>Hosts that videos are sent to beside Kinescope's own.</summary>
    public IReadOnlyList<string> UploadHosts => new JoinedList<string>(_account.UploadHosts.Texts);

    /// <summary>Hosts that are downloaded from beside Kinescope's own.</summary>
    public IReadOnlyList<string> DownloadHosts => new JoinedList<string>(_account.DownloadHosts.Texts);

    /// <summary>The workspace, where it was given. With it uploads are created as the dashboard does.</summary>
    public string? WorkspaceId => _account.WorkspaceId;

    /// <summary>The project that cmdlets take where none is named.</summary>
    public string? ProjectId { get; internal set; }

    /// <summary>That project's name, where the token sees it.</summary>
    public string? ProjectName { get; private set; }

    /// <summary>The rights that the token has shown: <c>read</c> where it lists projects. Kinescope does not tell the others.</summary>
    public IReadOnlyList<string> Scopes
    {
        get => _scopes;
        private set => _scopes = new JoinedList<string>(value);
    }

    /// <summary>When the token was checked, UTC.</summary>
    public DateTimeOffset ConnectedAt { get; private set; }

    /// <summary>The number of times in a row that a step is repeated without progress.</summary>
    public int MaxRetry { get; init; } = Retry.DefaultCount;

    /// <summary>The wait before the first repetition. Unit: seconds.</summary>
    public double RetryDelaySeconds { get; init; } = Retry.DefaultDelaySeconds;

    /// <summary>The time for which an outage is waited out, though the retries are used up.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>The time without progress after which a connection is given up. Unit: seconds.</summary>
    public double StallTimeoutSeconds { get; init; } = 60;

    /// <summary>The least that an upload must carry on average over the stall timeout. Unit: bytes per second.</summary>
    public long MinimumRate { get; init; } = 1024;

    /// <summary>True until <c>Disconnect-Kinescope</c>.</summary>
    public bool IsConnected => !_isClosed;

    /// <summary>The setting for where finished videos carry their stamp; null where it was not set.</summary>
    internal string? StampLocation { get; set; }

    /// <summary>The account, with its key.</summary>
    /// <exception cref="KinescopeException"><c>SessionClosed</c>.</exception>
    internal KinescopeSettings Account => _isClosed ? throw KinescopeErrors.SessionClosed() : _account;

    /// <summary>The session's connections.</summary>
    /// <exception cref="KinescopeException"><c>SessionClosed</c>.</exception>
    internal HttpClient Client => _isClosed ? throw KinescopeErrors.SessionClosed() : _client;

    internal TimeSpan RetryDelay => TimeSpan.FromSeconds(RetryDelaySeconds);

    /// <summary>The session that settings describe. Nothing is connected or checked; there may be no key.</summary>
    /// <param name="setting">A setting by its name; null where it is not set.</param>
    /// <param name="apiKey">Wins over the setting.</param>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>, <c>IdInvalid</c> or <c>RequestLimitInvalid</c>.</exception>
    internal static KinescopeSession FromSettings(Func<string, string?> setting, SecureString? apiKey = null) =>
        new(KinescopeSettings.Read(setting, apiKey), KinescopeHttp.CreateClient(new NetworkSettings(null, null, null)))
        {
            ProjectId = setting("KINESCOPE_PROJECT_ID"),
        };

    /// <summary>Notes that the token was checked.</summary>
    /// <param name="projects">The projects that it sees; null where it may not list them.</param>
    /// <param name="at">The time, UTC.</param>
    internal void Accept(IReadOnlyList<KinescopeProject>? projects, DateTimeOffset at)
    {
        ProjectName = projects?.FirstOrDefault(project => project.ProjectId == ProjectId)?.Name;
        Scopes = projects is null ? [] : ["read"];
        ConnectedAt = at;
    }

    /// <summary>Forgets the key and closes the connections.</summary>
    internal void Close()
    {
        _isClosed = true;
        _account.ApiKey?.Dispose();
        _client.Dispose();
    }

    /// <inheritdoc />
    public override string ToString() => $"{ApiUri.Authority}{((ProjectName ?? ProjectId) is { } project ? $", {project}" : "")}";
}
