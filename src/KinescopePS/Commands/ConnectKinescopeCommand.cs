using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Checks an API key and keeps it, with the way to Kinescope, for the cmdlets that follow.</summary>
[Cmdlet(VerbsCommunications.Connect, "Kinescope")]
[OutputType(typeof(KinescopeSession))]
public sealed class ConnectKinescopeCommand : AsyncCmdlet
{
    private const string SecretManagement = "Microsoft.PowerShell.SecretManagement";

    /// <summary>Kinescope's API key. Default: the environment variable KINESCOPE_API_KEY.</summary>
    [Parameter]
    [ValidateNotNull]
    [SecretText]
    public SecureString? ApiKey { get; set; }

    /// <summary>The name of the API key's secret in a vault of the SecretManagement module.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Secret { get; set; }

    /// <summary>The vault that holds the secret. Default: whichever has it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Vault { get; set; }

    /// <summary>The project that cmdlets take where none is named. Default: KINESCOPE_PROJECT_ID.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <summary>
    /// The workspace. With it uploads are created as the dashboard does. Default: KINESCOPE_WORKSPACE_ID, and where that is empty, none.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkspaceId { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files, for all settings that have a name in the environment (KINESCOPE_API_KEY, ...).
    /// A later file wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    /// <summary>The API's address. Default: KINESCOPE_API_URL, else https://api.kinescope.io.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? ApiUri { get; set; }

    /// <summary>The uploader's address. Default: KINESCOPE_UPLOADER_URL, else https://uploader.kinescope.io.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? UploaderUri { get; set; }

    /// <summary>
    /// Hosts that videos may be sent to beside Kinescope's own: cdn.example.org, *.example.org, each with a port where only that is meant.
    /// Default: KINESCOPE_UPLOAD_HOSTS, and where that is empty, none.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? UploadHost { get; set; }

    /// <summary>
    /// Hosts that files may be downloaded from beside Kinescope's own, written as for -UploadHost. Default: KINESCOPE_DOWNLOAD_HOSTS, and
    /// where that is empty, none.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? DownloadHost { get; set; }

    /// <summary>
    /// The proxy to use: http, https, socks4, socks4a, socks5 or socks5h. Default: HTTPS_PROXY, else ALL_PROXY, but not for the hosts of
    /// NO_PROXY; without these the system's.
    /// </summary>
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

    /// <summary>The number of times in a row that a step is repeated without progress. 0 to 100, default 3.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRetry { get; set; } = Retry.DefaultCount;

    /// <summary>
    /// The wait before the first repetition; each further one doubles it, up to a minute. 5s, or a number of seconds.
    /// Unit: seconds, 0 to 60, default 2.
    /// </summary>
    [Parameter]
    [Alias("RetryDelaySeconds")]
    [Duration(NumbersAreSeconds = true)]
    [TimeRange(0, 60)]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(Retry.DefaultDelaySeconds);

    /// <summary>
    /// The time for which an outage is waited out, though -MaxRetry is used up: 3h, 90m, or 3:00 for hours and minutes. Waits for videos
    /// are longer by the outage. Default: none, -MaxRetry alone decides.
    /// </summary>
    [Parameter]
    [Duration(CanBeZero = true)]
    public TimeSpan Patience { get; set; }

    /// <summary>
    /// The time without progress after which a connection is given up: 2m, or a number of seconds. Unit: seconds, 1 to 3600, default 60.
    /// </summary>
    [Parameter]
    [Alias("StallTimeoutSeconds")]
    [Duration(NumbersAreSeconds = true)]
    [TimeRange(1, 3600)]
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The least that an upload must carry on average over the stall timeout. Unit: bytes per second, up to 1GB, default 1KB; 0 for any
    /// byte. With -BandwidthLimit any byte will do.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, 1L << 30)]
    public long MinimumRate { get; set; } = 1024;

    private protected override void Begin()
    {
        var settings = new EnvironmentSettings(this, EnvironmentFile);
        var account = KinescopeSettings.Read(
            settings.Find, ApiKey ?? (Secret is null ? null : ReadSecret()), ApiUri?.OriginalString, UploaderUri?.OriginalString,
            WorkspaceId, UploadHost, DownloadHost);
        if (account.ApiKey is null)
            throw new KinescopeException(
                ErrorIds.ApiKeyMissing,
                "No Kinescope API key is given. Give -ApiKey (Read-Host -AsSecureString asks for it), -Secret or -EnvironmentFile, "
                + "or set the environment variable KINESCOPE_API_KEY.");
        if (!Guid.TryParse(new NetworkCredential("", account.ApiKey).Password, out _))
            WriteWarning("The API key is not a UUID, as Kinescope's are. Was it copied whole?");

        var session = new KinescopeSession(account, KinescopeHttp.CreateClient(ReadNetwork()))
        {
            ProjectId = ProjectId ?? settings.Find("KINESCOPE_PROJECT_ID"),
            MaxRetry = MaxRetry,
            RetryDelaySeconds = RetryDelay.TotalSeconds,
            Patience = Patience,
            StallTimeoutSeconds = StallTimeout.TotalSeconds,
            MinimumRate = MinimumRate,
            StampLocation = settings.Find(UploadStamp.LocationSetting),
        };
        try
        {
            Check(session);
        }
        catch
        {
            session.Close();
            throw;
        }

        Connected.Session = session;
        WriteObject(session);
    }

    /// <summary>Reads the projects, which a token for uploads sees too.</summary>
    private void Check(KinescopeSession session)
    {
        try
        {
            var connection = new KinescopeConnection(this, session);
            var projects = connection.Call((kinescope, token) => kinescope.ListProjectsAsync(1, token));
            // A setting is an id, of which one that is wrong is warned of.
            session.ProjectId = new KinescopePlaces(this, connection).ProjectOf(ProjectId) ?? session.ProjectId;
            session.Accept(projects.Items, Clock.GetUtcNow());
            if (session is { ProjectId: { } projectId, ProjectName: null } && !(projects.Total > projects.Items.Count))
                WriteWarning($"The token does not see project {projectId}. Uploads to it will fail unless it is a folder.");
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            session.Accept(null, Clock.GetUtcNow());
            WriteWarning($"The token is valid, but may not list projects. {denied.Message}");
        }
    }

    /// <exception cref="KinescopeException"><c>UriInvalid</c> or <c>CertificateAuthorityInvalid</c>.</exception>
    private NetworkSettings ReadNetwork()
    {
        var proxy = Proxy is null ? null : ProxyAddress.Parse(Proxy.OriginalString, "-Proxy");
        return new NetworkSettings(proxy, ProxyCredential?.GetNetworkCredential(), ReadCertificateAuthorities());
    }

    private X509Certificate2Collection? ReadCertificateAuthorities()
    {
        if (CertificateAuthority is null)
            return null;

        var path = FilePathOf(CertificateAuthority);
        var authorities = new X509Certificate2Collection();
        try
        {
            DiskFile.RequireRegular(path);
            authorities.ImportFromPemFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KinescopeException(
                ErrorIds.CertificateAuthorityInvalid, $"{path} cannot be read as PEM certificates: {failure.Message}", failure);
        }

        return authorities.Count > 0
            ? authorities
            : throw new KinescopeException(ErrorIds.CertificateAuthorityInvalid, $"{path} holds no PEM certificate.");
    }

    private SecureString ReadSecret()
    {
        var name = $"{SecretManagement}\\Get-Secret";
        var command = InvokeCommand.GetCommand(name, CommandTypes.Cmdlet | CommandTypes.Function)
            ?? throw new KinescopeException(
                ErrorIds.SecretManagementMissing,
                $"-Secret needs the module {SecretManagement}, which is not installed. Install it with: Install-PSResource "
                + $"{SecretManagement}");
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(command).AddParameter("Name", Secret);
        if (Vault is not null)
            shell.AddParameter("Vault", Vault);
        try
        {
            var found = shell.Invoke();
            if (shell.HadErrors && shell.Streams.Error.Count > 0)
                throw new RuntimeException(shell.Streams.Error[0].ToString());
            return found.FirstOrDefault()?.BaseObject switch
            {
                SecureString secret => secret,
                string text => new NetworkCredential("", text).SecurePassword,
                PSCredential credential => credential.Password,
                _ => throw new KinescopeException(
                    ErrorIds.SecretUnreadable,
                    $"The secret '{Secret}' is not there, or is no text. Set it with: Set-Secret -Name {Secret}"),
            };
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw new KinescopeException(ErrorIds.SecretUnreadable, $"The secret '{Secret}' cannot be read: {failure.Message}", failure);
        }
    }
}
