using System.Management.Automation;
using System.Management.Automation.Host;

namespace KinescopePS.Commands;

/// <content>Questions before a change.</content>
public abstract partial class AsyncCmdlet
{
    private bool _isYesToAll;
    private bool _isNoToAll;
    private bool? _consentsUnasked;

    /// <summary>
    /// True where <see cref="ShouldProcess(string, string)"/> says yes to a change of medium impact without asking or telling anybody, so
    /// that its texts need not be made. PowerShell, too, looks at the preferences once a command.
    /// </summary>
    internal bool ConsentsUnasked => _consentsUnasked ??= !IsPreview && !IsVerbose && !MayAsk;

    /// <summary>True where somebody is asked before a change of medium impact.</summary>
    internal bool MayAsk => MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm)
        ? ((SwitchParameter)confirm).IsPresent
        : $"{GetVariableValue("ConfirmPreference")}" is not (nameof(ConfirmImpact.High) or nameof(ConfirmImpact.None));

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string)" />
    internal new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(PrintableText.Of(target), PrintableText.Of(action));

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string, string)" />
    internal new bool ShouldProcess(string description, string question, string caption) =>
        base.ShouldProcess(PrintableText.Of(description), PrintableText.Of(question), caption);

    /// <summary>
    /// As <see cref="ShouldProcess(string, string)"/>, for a change that is asked for as one of high impact is, in a cmdlet whose other
    /// changes are not: unless <c>-Confirm:$false</c> is given or <c>$ConfirmPreference</c> is None.
    /// </summary>
    internal bool ShouldProcessHarm(string target, string action) =>
        ShouldProcess(target, action)
        && (MyInvocation.BoundParameters.ContainsKey("Confirm")
            || $"{GetVariableValue("ConfirmPreference")}" != nameof(ConfirmImpact.High)
            || ShouldContinue(
                PrintableText.Of($"{action}: {target}?"), MyInvocation.MyCommand.Name, ref _isYesToAll, ref _isNoToAll));

    /// <summary>
    /// Asks in any case, unless <c>-Confirm:$false</c> is given: then the answer is yes.
    /// </summary>
    /// <returns>
    /// Null where nobody is there to answer, as a scheduled run must not wait for him, or wants to be asked (<c>$ConfirmPreference</c> is
    /// None): that is no yes.
    /// </returns>
    internal bool? TryAsk(string question)
    {
        if (MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm))
        {
            if (!((SwitchParameter)confirm).IsPresent)
                return true;
        }
        else if ($"{GetVariableValue("ConfirmPreference")}" == nameof(ConfirmImpact.None))
        {
            return null;
        }

        // A console without an input, or one that no desktop shows, would wait for ever.
        if (Host.Name == "ConsoleHost" && (Console.IsInputRedirected || !Environment.UserInteractive))
            return null;
        try
        {
            return ShouldContinue(
                PrintableText.Of(question), MyInvocation.MyCommand.Name, ref _isYesToAll, ref _isNoToAll);
        }
        catch (Exception silent) when (silent is HostException or PSInvalidOperationException or NotImplementedException)
        {
            return null;
        }
    }
}
