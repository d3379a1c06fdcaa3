using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>A cmdlet that may talk to Kinescope: with which key, and how this machine gets there.</summary>
public abstract class ConnectionCmdlet : SettingsCmdlet
{
    /// <summary>A wait that is longer is told without -Verbose too, where no progress row shows it.</summary>
    private static readonly TimeSpan LongHold = TimeSpan.FromSeconds(10);

    private KinescopeHttp? _followed;
    private DateTimeOffset _toldUntil;
    private bool _hasWarned;

    /// <summary>Kinescope's API key. Default: the session's, else the environment variable KINESCOPE_API_KEY.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? ApiKey { get; set; }

    /// <summary>The API's address. Default: the session's, else KINESCOPE_API_URL, else https://api.kinescope.io.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApiUri { get; set; }

    /// <summary>The proxy to use. Default: the system's, which on Linux and macOS is HTTPS_PROXY and NO_PROXY.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>User name and password for the proxy.</summary>
    [Parameter]
    [ValidateNotNull]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>A PEM file of certificate authorities to trust beside the system's, as a company's proxy needs it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CertificateAuthority { get; set; }

    /// <summary>How often in a row a step is repeated without progress. 0 to 100, default 3.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRetry { get; set; } = 3;

    /// <summary>The wait before the first repetition; each further one doubles it, up to a minute. Unit: seconds, 0 to 60, default 2.</summary>
    [Parameter]
    [ValidateRange(0.0, 60.0)]
    public double RetryDelaySeconds { get; set; } = 2;

    /// <summary>Whether a way to the internet is given on the command line.</summary>
    private protected bool HasOwnNetwork => Proxy is not null || ProxyCredential is not null || CertificateAuthority is not null;

    private protected TimeSpan RetryDelay => TimeSpan.FromSeconds(RetryDelaySeconds);

    /// <summary>The API key as given or from the environment; null where there is none.</summary>
    private protected SecureString? FindApiKey() => ApiKey ?? (Setting("KINESCOPE_API_KEY") is { } key ? new NetworkCredential("", key).SecurePassword : null);

    /// <exception cref="KinescopeException"><c>UriInvalid</c>.</exception>
    private protected Uri ReadApiUri() => ReadHost(ApiUri, "-ApiUri", "KINESCOPE_API_URL", KinescopeSettings.DefaultApiUri);

    /// <exception cref="KinescopeException"><c>UriInvalid</c>.</exception>
    private protected Uri ReadHost(string? given, string parameter, string variable, string standard) =>
        KinescopeSettings.ParseHost(given ?? Setting(variable) ?? standard, given is null ? variable : parameter);

    /// <exception cref="KinescopeException"><c>UriInvalid</c> or <c>CertificateAuthorityInvalid</c>.</exception>
    private protected NetworkSettings ReadNetwork()
    {
        if (Proxy is { } proxy && (!proxy.IsAbsoluteUri || proxy.Scheme is not ("http" or "https" or "socks4" or "socks4a" or "socks5")))
            throw new KinescopeException(ErrorIds.UriInvalid, "-Proxy is not the address of a proxy. Expected is something like http://proxy.example:3128.");
        return new NetworkSettings(Proxy, ProxyCredential?.GetNetworkCredential(), ReadCertificateAuthorities());
    }

    /// <summary>The retries of this cmdlet's calls, told of with -Verbose.</summary>
    private protected ResiliencePipeline CreateRetry() => Retry.Create(MaxRetry, RetryDelay, (failure, wait) =>
    {
        _followed?.WaitToRepeat(failure, wait);
        Post(() => WriteVerbose(wait > TimeSpan.Zero ? $"{failure.Message} Next try in {wait.TotalSeconds:0.0} s." : failure.Message));
    });

    /// <summary>The hold that keeps all of this cmdlet's requests back; null where nothing does.</summary>
    private protected Hold? CurrentHold => _followed?.Hold;

    /// <summary>True where the cmdlet has a progress row that shows holds.</summary>
    private protected virtual bool HasProgress => false;

    private bool ShowsProgress => HasProgress && $"{ProgressAction}" is not ("SilentlyContinue" or "Ignore");

    private object? ProgressAction =>
        MyInvocation.BoundParameters.TryGetValue("ProgressAction", out var action) ? action : GetVariableValue("ProgressPreference");

    /// <summary>Tells the user from now on what holds these connections back.</summary>
    private protected KinescopeHttp Follow(KinescopeHttp http) => _followed = http;

    private protected override void Tick()
    {
        // The end of a hold is read from a clock each time, so it is never quite the same.
        if (CurrentHold is not { Until: { } until } hold || until < _toldUntil + TimeSpan.FromSeconds(1))
            return;
        _toldUntil = until;
        if (ShowsProgress || _hasWarned || hold.Remaining < LongHold)
        {
            WriteVerbose(hold.ToString());
            return;
        }

        _hasWarned = true;
        WriteWarning(hold.ToString());
    }

    private X509Certificate2Collection? ReadCertificateAuthorities()
    {
        if (CertificateAuthority is null)
            return null;

        var path = FilePathOf(CertificateAuthority);
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KinescopeException(ErrorIds.CertificateAuthorityInvalid, $"{path} cannot be read as PEM certificates: {failure.Message}", failure);
        }

        return authorities.Count > 0 ? authorities : throw new KinescopeException(ErrorIds.CertificateAuthorityInvalid, $"{path} holds no PEM certificate.");
    }
}
