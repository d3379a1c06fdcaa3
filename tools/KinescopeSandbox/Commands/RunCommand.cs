using System.CommandLine;
using KinescopeSandbox.PowerShellHost;

namespace KinescopeSandbox.Commands;

/// <summary>`run`: a PowerShell script where there is no pwsh.</summary>
public static class RunCommand
{
    /// <param name="scriptArguments">What followed the script's path on the command line, untouched by our own options.</param>
    public static Command Create(IReadOnlyList<string> scriptArguments)
    {
        var script = new Argument<FileInfo>("SCRIPT.ps1") { Description = "the script; what follows goes to it" };
        script.AcceptExistingOnly();
        var command = new Command("run", "Runs a PowerShell script in the hosted engine (core cmdlets only).") { script };
        command.SetAction((parsed, cancellation) =>
            ScriptRunner.RunAsync(parsed.GetRequiredValue(script).FullName, scriptArguments, Console.Out, Console.Error, cancellation));
        return command;
    }
}
