using System.Globalization;
using System.Management.Automation.Host;

namespace KinescopeSandbox.PowerShellHost;

/// <summary>The host of a script that runs in this process: a console and an exit code.</summary>
public sealed class ScriptHost(ScriptHostUI ui) : PSHost
{
    public override string Name => "KinescopeSandbox";
    public override Version Version { get; } = typeof(ScriptHost).Assembly.GetName().Version ?? new Version(0, 0);
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override PSHostUserInterface UI => ui;
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;
    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>What the script said with `exit`; null: it ran to its end.</summary>
    public int? ExitCode { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("There is no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("There is no prompt.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
