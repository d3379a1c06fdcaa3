using System.Management.Automation;
using System.Net;
using System.Security;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Checks an API key and keeps it for the cmdlets that follow.</summary>
[Cmdlet(VerbsCommunications.Connect, "Kinescope")]
[OutputType(typeof(KinescopeSession))]
public sealed class ConnectKinescopeCommand : ConnectionCmdlet
{
    private const string SecretManagement = "Microsoft.PowerShell.SecretManagement";

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

    /// <summary>The workspace. With it uploads are created as the dashboard does. Default: KINESCOPE_WORKSPACE_ID, and where that is empty, none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? WorkspaceId { get; set; }

    /// <summary>The uploader's address. Default: KINESCOPE_UPLOADER_URL, else https://uploader.kinescope.io.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UploaderUri { get; set; }

    private protected override void Begin()
    {
        var key = ApiKey ?? (Secret is null ? null : ReadSecret()) ?? FindApiKey()
            ?? throw new KinescopeException(ErrorIds.ApiKeyMissing, "No Kinescope API key is given. Give -ApiKey (Read-Host -AsSecureString asks for it), -Secret or -EnvironmentFile, or set the environment variable KINESCOPE_API_KEY.");
        if (!Guid.TryParse(new NetworkCredential("", key).Password, out _))
            WriteWarning("The API key is not a UUID, as Kinescope's are. Was it copied whole?");

        var account = new KinescopeSettings
        {
            ApiKey = key,
            ApiUri = ReadApiUri(),
            UploaderUri = ReadHost(UploaderUri, "-UploaderUri", "KINESCOPE_UPLOADER_URL", KinescopeSettings.DefaultUploaderUri),
            Limits = RequestLimits.Read(Setting),
        };
        var projectId = ProjectId ?? Setting("KINESCOPE_PROJECT_ID");
        var client = KinescopeHttp.CreateClient(ReadNetwork());
        try
        {
            var projects = Check(new KinescopeClient(Follow(new KinescopeHttp(client, RetryDelay)), account));
            var project = projects?.Items.FirstOrDefault(project => project.ProjectId == projectId);
            if (projectId is not null && project is null && projects is not null && !(projects.Total > projects.Items.Count))
                WriteWarning($"The token does not see project {projectId}. Uploads to it will fail unless it is a folder.");
            KinescopeSessions.Current = new KinescopeSession(key, client)
            {
                ApiUri = account.ApiUri,
                UploaderUri = account.UploaderUri,
                Limits = account.Limits,
                WorkspaceId = WorkspaceId ?? Setting("KINESCOPE_WORKSPACE_ID"),
                ProjectId = projectId,
                ProjectName = project?.Name,
                Scopes = projects is null ? [] : ["read"],
                ConnectedAt = DateTimeOffset.UtcNow,
            };
        }
        catch
        {
            client.Dispose();
            throw;
        }

        WriteObject(KinescopeSessions.Current);
    }

    /// <summary>Asks for the projects, which a token for uploads sees too; null where this one may not.</summary>
    private Page<KinescopeProject>? Check(KinescopeClient kinescope)
    {
        var retry = CreateRetry();
        try
        {
            return Await(stop => retry.ExecuteAsync(async token => await kinescope.ListProjectsAsync(1, token).ConfigureAwait(false), stop).AsTask());
        }
        catch (KinescopeException denied) when (denied.ErrorId == ErrorIds.AccessDenied)
        {
            WriteWarning($"The token is valid, but may not list projects. {denied.Message}");
            return null;
        }
    }

    private SecureString ReadSecret()
    {
        var name = $"{SecretManagement}\\Get-Secret";
        var command = InvokeCommand.GetCommand(name, CommandTypes.Cmdlet | CommandTypes.Function)
            ?? throw new KinescopeException(ErrorIds.SecretManagementMissing, $"-Secret needs the module {SecretManagement}, which is not installed. Install it with: Install-PSResource {SecretManagement}");
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
                _ => throw new KinescopeException(ErrorIds.SecretUnreadable, $"The secret '{Secret}' is not there, or is no text. Set it with: Set-Secret -Name {Secret}"),
            };
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw new KinescopeException(ErrorIds.SecretUnreadable, $"The secret '{Secret}' cannot be read: {failure.Message}", failure);
        }
    }
}
