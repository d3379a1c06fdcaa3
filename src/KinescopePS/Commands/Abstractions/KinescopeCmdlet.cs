using System.Management.Automation;
using System.Security;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet that talks to Kinescope. What is given on the command line wins over the session, and the session over the environment. The
/// session is that of -Session, else the current one; but an API key on the command line or in an environment file names another
/// account, with which the current session has nothing to do.
/// </summary>
public abstract class KinescopeCmdlet : ConnectionCmdlet
{
    private KinescopeSession? _session;
    private bool _isSessionKnown;

    /// <summary>A session of Connect-Kinescope. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public KinescopeSession? Session { get; set; }

    /// <summary>The session in use; null where there is none.</summary>
    private protected KinescopeSession? CurrentSession
    {
        get
        {
            if (!_isSessionKnown)
                _session = Session ?? (ApiKey is not null || IsInFile("KINESCOPE_API_KEY") ? null : KinescopeSessions.Current);
            _isSessionKnown = true;
            return _session;
        }
    }

    /// <summary>Where Kinescope is and whose account it is.</summary>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>, <c>RequestLimitInvalid</c> or <c>SessionClosed</c>.</exception>
    private protected KinescopeSettings ReadAccount() => new()
    {
        ApiKey = ApiKey ?? CurrentSession?.ApiKey ?? FindApiKey(),
        ApiUri = ApiUri is null && CurrentSession is { } session ? session.ApiUri : ReadApiUri(),
        Limits = CurrentSession is { } connected ? connected.Limits : RequestLimits.Read(Setting),
    };

    /// <inheritdoc cref="ReadAccount" />
    /// <exception cref="KinescopeException"><c>ApiKeyMissing</c>.</exception>
    private protected KinescopeSettings RequireAccount() => ReadAccount() is { ApiKey: not null } account
        ? account
        : throw new KinescopeException(ErrorIds.ApiKeyMissing, "No Kinescope API key is given. Connect with Connect-Kinescope, set the environment variable KINESCOPE_API_KEY, or give -ApiKey or -EnvironmentFile.");

    /// <summary>The project that is taken where none is named; null where there is none.</summary>
    private protected string? FindProjectId() => CurrentSession?.ProjectId ?? Setting("KINESCOPE_PROJECT_ID");

    /// <summary>The connections to use: the session's, or some of this cmdlet's own. Nothing is connected yet.</summary>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>, <c>CertificateAuthorityInvalid</c> or <c>SessionClosed</c>.</exception>
    private protected KinescopeHttp CreateHttp() => Follow(CurrentSession is { } session && !HasOwnNetwork
        ? new KinescopeHttp(session.Client, RetryDelay)
        : new KinescopeHttp(ReadNetwork(), RetryDelay));
}
