using System.Security;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using Polly;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet's connection to Kinescope: a session, or one of its own that settings describe, with the retries and holds of this cmdlet's
/// requests, which it reports. Nothing is connected before the first request.
/// </summary>
internal sealed class KinescopeConnection : IDisposable
{
    /// <summary>A longer wait is reported without -Verbose too, where no progress row shows it.</summary>
    private static readonly TimeSpan LongHold = TimeSpan.FromSeconds(10);

    private readonly AsyncCmdlet _cmdlet;
    private readonly EnvironmentSettings? _settings;
    private readonly bool _ownsSession;
    private KinescopeClient? _client;
    private DateTimeOffset _reportedUntil;
    private bool _hasWarned;

    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="session">The session to use.</param>
    public KinescopeConnection(AsyncCmdlet cmdlet, KinescopeSession session)
    {
        (_cmdlet, Session) = (cmdlet, session);
        Http = new KinescopeHttp(session.Client, session.RetryDelay);
        Http.Paused = (cause, host, wait) => Verbose($"{cause.Message} All requests to {host} wait {wait.TotalSeconds:0.0} s.");
        Retries = CreateRetries(session.Patience);
        cmdlet.Ticked += ReportHold;
    }

    /// <summary>
    /// The connection that a cmdlet's parameters describe. Without a session the current one is used; but a key that is given, or is in an
    /// environment file, names another account.
    /// </summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="session">The session given; null for none.</param>
    /// <param name="apiKey">The API key given; null for none.</param>
    /// <param name="settings">The settings for what is not given.</param>
    /// <exception cref="KinescopeException">
    /// <c>SessionConflict</c>, <c>SessionClosed</c>, <c>UriInvalid</c>, <c>IdInvalid</c> or <c>RequestLimitInvalid</c>.
    /// </exception>
    public KinescopeConnection(AsyncCmdlet cmdlet, KinescopeSession? session, SecureString? apiKey, EnvironmentSettings settings)
        : this(cmdlet, Choose(session, apiKey, settings) ?? KinescopeSession.FromSettings(settings.Find, apiKey)) =>
        (_settings, _ownsSession) = (settings, Session != session && Session != Connected.Session);

    /// <summary>The connection of a cmdlet whose environment files are the database's, too: a session given wins over them.</summary>
    /// <exception cref="KinescopeException">As of the constructor.</exception>
    public static KinescopeConnection BesideDatabase(AsyncCmdlet cmdlet, KinescopeSession? session, EnvironmentSettings settings) =>
        session is null ? new(cmdlet, null, null, settings) : new(cmdlet, session);

    /// <summary>The session in use. One of this cmdlet's own may have no key.</summary>
    public KinescopeSession Session { get; }

    /// <summary>The requests of this cmdlet.</summary>
    public KinescopeHttp Http { get; }

    /// <summary>The retries of this cmdlet's calls, reported with -Verbose.</summary>
    public ResiliencePipeline Retries { get; }

    /// <summary>The API.</summary>
    /// <inheritdoc cref="RequireAccount" path="/exception" />
    public KinescopeClient Client => _client ??= new KinescopeClient(Http, RequireAccount());

    /// <summary>The hold that keeps all of this cmdlet's requests back; null where nothing does.</summary>
    public Hold? Hold => Http.Hold;

    /// <summary>The setting for where finished videos carry their stamp: the session's, else this cmdlet's.</summary>
    public string? StampLocation => Session.StampLocation ?? _settings?.Find(UploadStamp.LocationSetting);

    /// <summary>True where the cmdlet has a progress row that shows holds.</summary>
    public bool HasProgressRow { get; init; }

    /// <summary>The address of the API, by which an undo file tells accounts apart as far as it can.</summary>
    /// <inheritdoc cref="RequireAccount" path="/exception" />
    public string Target => RequireAccount().ApiUri.GetLeftPart(UriPartial.Authority);

    private bool ShowsProgress => HasProgressRow && !_cmdlet.HidesProgress;

    /// <summary>The account, with its key.</summary>
    /// <exception cref="KinescopeException"><c>ApiKeyMissing</c> or <c>SessionClosed</c>.</exception>
    public KinescopeSettings RequireAccount() => Session.Account is { ApiKey: not null } account
        ? account
        : throw new KinescopeException(
            ErrorIds.ApiKeyMissing,
            "No Kinescope API key is given. Connect with Connect-Kinescope, set the environment variable KINESCOPE_API_KEY, "
            + "or give -ApiKey or -EnvironmentFile.");

    /// <summary>The project given, else the session's, else that of the settings.</summary>
    /// <exception cref="KinescopeException"><c>ParentMissing</c>.</exception>
    public string RequireProjectId(string? given) => given ?? Session.ProjectId ?? _settings?.Find("KINESCOPE_PROJECT_ID")
        ?? throw new KinescopeException(
            ErrorIds.ParentMissing,
            "No Kinescope project is named. Give -ProjectId (an upload may have -ParentId, a folder, instead), connect with "
            + "Connect-Kinescope -ProjectId, or set KINESCOPE_PROJECT_ID in the environment or the -EnvironmentFile.");

    /// <summary>Retries as <see cref="Retries"/>, with another patience in an outage.</summary>
    public ResiliencePipeline CreateRetries(TimeSpan patience) => Retry.Create(Session.MaxRetry, Session.RetryDelay, (failure, wait) =>
    {
        Http.WaitToRepeat(failure, wait);
        Verbose(wait > TimeSpan.Zero ? $"{failure.Message} Next try in {wait.TotalSeconds:0.0} s." : failure.Message);
    }, Http.Time, patience, Http.IsOutage);

    /// <summary>Makes a call that does no harm twice, and repeats it where that may help.</summary>
    public T Call<T>(Func<KinescopeClient, CancellationToken, Task<T>> call)
    {
        var client = Client;
        return _cmdlet.Await(stop => Retries.CallAsync(token => call(client, token), stop));
    }

    /// <inheritdoc cref="Call{T}" />
    public void Call(Func<KinescopeClient, CancellationToken, Task> call) => Call(async (client, token) =>
    {
        await call(client, token).ConfigureAwait(false);
        return true;
    });

    /// <summary>Makes a call that is not to arrive twice: it is repeated only where it surely was not done.</summary>
    public T CallOnce<T>(Func<KinescopeClient, CancellationToken, Task<T>> call) => Call(async (client, token) =>
    {
        try
        {
            return await call(client, token).ConfigureAwait(false);
        }
        catch (KinescopeException lost) when (lost.IsTransient && lost.ErrorId == ErrorIds.KinescopeUnavailable)
        {
            throw lost.Saying($"{lost.Message} It may have been done all the same: look before you try again.", isTransient: false);
        }
    });

    public void Dispose()
    {
        if (_ownsSession)
            Session.Close();
    }

    private static KinescopeSession? Choose(KinescopeSession? session, SecureString? apiKey, EnvironmentSettings settings)
    {
        if (session is not null && (apiKey is not null || settings.HasFiles))
            throw new KinescopeException(
                ErrorIds.SessionConflict, "-Session names the account and all its settings: leave out -ApiKey and -EnvironmentFile.");
        return session ?? (apiKey is not null || settings.IsInFile("KINESCOPE_API_KEY") ? null : Connected.Session);
    }

    private void ReportHold()
    {
        // The end of a hold is read from a clock each time, so it is never quite the same.
        if (Hold is not { Until: { } until } hold || until < _reportedUntil + TimeSpan.FromSeconds(1))
            return;
        _reportedUntil = until;
        if (ShowsProgress || _hasWarned || hold.Remaining < LongHold)
        {
            _cmdlet.WriteVerbose(hold.ToString());
            return;
        }

        _hasWarned = true;
        _cmdlet.WriteWarning(hold.ToString());
    }

    private void Verbose(string message) => _cmdlet.Post(() => _cmdlet.WriteVerbose(message));
}
