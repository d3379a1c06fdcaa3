using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace KinescopePS.Tests.Support;

/// <summary>
/// The real PowerShell engine with the built module imported. Only the engine's core commands are there: no Select-Object, no
/// Format-Table.
/// </summary>
internal sealed class PowerShellSession : IDisposable
{
    /// <summary>
    /// Defines Get-UncheckedDatabase: a lesson database as Connect-LessonDatabase gives it, but before its check, for servers that are down.
    /// </summary>
    private const string UncheckedDatabase =
        """
        function global:Get-UncheckedDatabase([string] $Url, [int] $MaxRetry = 3, [double] $RetryDelaySeconds = 0.01, [string] $TableName = 'Lesson') {
            $core = [KinescopePS.LessonDatabase].Assembly
            try {
                $address = $core.GetType('KinescopePS.Database.DatabaseAddress').GetMethod('Parse').Invoke($null, @($Url, $PWD.ProviderPath, $null, $null))
                $table = [System.Activator]::CreateInstance($core.GetType('KinescopePS.Database.LessonTable'), @($TableName, 'id', 'videoId', 'videoUrl'))
                $store = $core.GetType('KinescopePS.Database.LessonStore').GetMethod('Open').Invoke($null, @($address, $table))
            }
            catch {
                $cause = $_.Exception.GetBaseException()
                throw [System.Management.Automation.ErrorRecord]::new($cause, $cause.ErrorId, 'InvalidArgument', $null)
            }

            $database = [KinescopePS.LessonDatabase].GetConstructors('NonPublic, Instance')[0].Invoke(@($store))
            [KinescopePS.LessonDatabase].GetProperty('MaxRetry').SetValue($database, $MaxRetry)
            [KinescopePS.LessonDatabase].GetProperty('RetryDelaySeconds').SetValue($database, $RetryDelaySeconds)
            $database
        }
        """;

    private readonly Runspace _runspace;

    /// <param name="folder">The current location.</param>
    public PowerShellSession(string folder)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        _runspace.SessionStateProxy.Path.SetLocation(WildcardPattern.Escape(folder));
        Run("param($module) Import-Module $module", Built.Module).RequireNoErrors();
        Run(UncheckedDatabase).RequireNoErrors();
    }

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The script; a <c>param</c> block takes the arguments.</param>
    /// <param name="arguments">Its arguments, in their order.</param>
    public ScriptResult Run(string script, params object?[] arguments)
    {
        using var shell = Shell(script, arguments);
        Exception? failure = null;
        PSDataCollection<PSObject> output = [];
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException thrown)
        {
            failure = thrown;
        }

        return new ScriptResult([.. output], shell, failure);
    }

    /// <summary>Connects to a sandbox, and keeps in <c>$kinescope</c> the parameters of Connect-Kinescope for <see cref="Connect"/>.</summary>
    /// <param name="sandbox">The sandbox; variables of the environment would reach every test of this process.</param>
    /// <param name="withWorkspace">True where videos are created as the dashboard does, by tus creation.</param>
    public void Use(RunningSandbox sandbox, bool withWorkspace = false)
    {
        Run(
            """
            param($key, $project, $api, $uploader, $workspace)
            $secure = [System.Net.NetworkCredential]::new('', $key).SecurePassword
            $global:kinescope = @{ ApiKey = $secure; ProjectId = $project; ApiUri = $api; UploaderUri = $uploader; RetryDelaySeconds = 0.05 }
            if ($workspace) { $global:kinescope.WorkspaceId = $workspace }
            """,
            sandbox.Environment["KINESCOPE_API_KEY"],
            sandbox.Environment["KINESCOPE_PROJECT_ID"],
            sandbox.Environment["KINESCOPE_API_URL"],
            sandbox.Environment["KINESCOPE_UPLOADER_URL"],
            withWorkspace ? sandbox.Environment["KINESCOPE_WORKSPACE_ID"] : null).RequireNoErrors();
        Connect();
    }

    /// <summary>Connects to the sandbox of <see cref="Use"/> with further parameters of Connect-Kinescope, for the commands that follow.</summary>
    public void Connect(string parameters = "") => Run($"Connect-Kinescope @kinescope {parameters}").RequireNoErrors();

    /// <summary>A script that has not been started, for tests that stop it.</summary>
    public PowerShell Shell(string script, params object?[] arguments)
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (var argument in arguments)
            shell.AddArgument(argument);
        return shell;
    }

    public void Dispose() => _runspace.Dispose();
}

/// <summary>What a script wrote, by stream.</summary>
internal sealed class ScriptResult(IReadOnlyList<PSObject> output, PowerShell shell, Exception? failure)
{
    public IReadOnlyList<PSObject> Output { get; } = output;

    /// <summary>Errors that did not end the script: also those that ended a pipeline.</summary>
    public IReadOnlyList<ErrorRecord> Errors { get; } = [.. shell.Streams.Error];

    public IReadOnlyList<string> Warnings { get; } = [.. shell.Streams.Warning.Select(record => record.Message)];

    public IReadOnlyList<string> Verbose { get; } = [.. shell.Streams.Verbose.Select(record => record.Message)];

    /// <summary>The figures that a run ends with, or null.</summary>
    public PSObject? Summary { get; } = shell.Streams.Information.LastOrDefault(record => record.Tags.Contains("UploadSummary"))?.MessageData is { } summary ? PSObject.AsPSObject(summary) : null;

    public IReadOnlyList<ProgressRecord> Progress { get; } = [.. shell.Streams.Progress];

    /// <summary>The error that ended the script, or null.</summary>
    public ErrorRecord? Terminating { get; } = (failure as IContainsErrorRecord)?.ErrorRecord;

    /// <summary>The last error, whether it ended anything or not.</summary>
    public ErrorRecord LastError => Terminating ?? Errors[^1];

    /// <summary>The stable ids of all errors, without the cmdlet's name.</summary>
    public IEnumerable<string> ErrorIds => Errors.Concat(Terminating is null ? [] : [Terminating]).Select(error => error.FullyQualifiedErrorId.Split(',')[0]);

    /// <summary>A property of each output object.</summary>
    public IEnumerable<object?> Values(string property) => Output.Select(item => Value(item, property));

    /// <summary>A property of each output object, as text.</summary>
    public IEnumerable<string?> Texts(string property) => Values(property).Select(value => value?.ToString());

    /// <summary>Fails, with what was said, where there was an error.</summary>
    public ScriptResult RequireNoErrors()
    {
        Assert.True(Terminating is null && Errors.Count == 0, string.Join(Environment.NewLine, Errors.Append(Terminating).Where(error => error is not null)));
        return this;
    }

    private static object? Value(PSObject item, string property) =>
        item.BaseObject is IDictionary table ? table[property] : item.Properties[property]?.Value is PSObject wrapped ? wrapped.BaseObject : item.Properties[property]?.Value;
}
