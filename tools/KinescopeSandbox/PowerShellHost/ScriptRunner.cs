using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.RegularExpressions;

namespace KinescopeSandbox.PowerShellHost;

/// <summary>Runs a script in this process with PowerShell's core engine: no pwsh is needed, and there are no cmdlets but the core ones.</summary>
public static partial class ScriptRunner
{
    /// <returns>What the script gave to `exit`; 1 when it threw; 0 when it ran to its end.</returns>
    public static async Task<int> RunAsync(string script, IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var ui = new ScriptHostUI(output, error, new ProgressLine(error, terminal: !Console.IsErrorRedirected, TimeProvider.System));
        var host = new ScriptHost(ui);
        var session = InitialSessionState.CreateDefault2();
        if (OperatingSystem.IsWindows())
            session.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        using var runspace = RunspaceFactory.CreateRunspace(host, session);
        runspace.Open();
        using var powershell = PowerShell.Create(runspace);
        powershell.Commands.AddCommand(Invocation(script, arguments));
        powershell.Streams.Error.DataAdded += (_, added) => ui.WriteErrorLine(Text(powershell.Streams.Error[added.Index]));

        using var objects = new PSDataCollection<PSObject>();
        objects.DataAdded += (_, added) => ui.WriteLine(objects[added.Index]?.ToString() ?? "");
        using var stop = cancellation.Register(() => powershell.BeginStop(null, null));
        try
        {
            await Task.Factory.FromAsync(powershell.BeginInvoke<PSObject, PSObject>(null, objects), powershell.EndInvoke);
            return host.ExitCode ?? (runspace.SessionStateProxy.GetVariable("LASTEXITCODE") as int? ?? 0);
        }
        catch (PipelineStoppedException)
        {
            return host.ExitCode ?? 130;
        }
        catch (RuntimeException exception)
        {
            ui.WriteErrorLine(Text(exception.ErrorRecord));
            return host.ExitCode ?? 1;
        }
    }

    private static Command Invocation(string script, IEnumerable<string> arguments)
    {
        var invocation = new Command(Path.GetFullPath(script), isScript: false, useLocalScope: false);
        foreach (var argument in arguments)
        {
            // With its dash a parameter's name is bound as on a command line: what follows is its value, unless it is a switch.
            invocation.Parameters.Add(ParameterName().IsMatch(argument) ? new CommandParameter(argument) : new CommandParameter(null, argument));
        }
        return invocation;
    }

    private static string Text(ErrorRecord record)
    {
        var place = record.InvocationInfo?.PositionMessage;
        return string.IsNullOrEmpty(place) ? record.ToString() : record + Environment.NewLine + place;
    }

    [GeneratedRegex("^-[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex ParameterName();
}
