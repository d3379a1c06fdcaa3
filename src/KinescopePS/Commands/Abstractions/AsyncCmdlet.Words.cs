using System.Management.Automation;

namespace KinescopePS.Commands;

/// <content>What a cmdlet says beside its results, up to its last word.</content>
public abstract partial class AsyncCmdlet
{
    /// <summary>The tag by which PowerShell shows a record of the information stream unasked, as it does for Write-Host.</summary>
    private const string ShownTag = "PSHOST";

    private bool _isHushed;
    private bool? _isVerbose;
    private bool _mayWrite = true;

    /// <summary>
    /// Raised once on every way out, when all work has ended or the budget is used up: the place for a last word that was not said yet.
    /// </summary>
    internal event Action? Leaving;

    /// <summary>True where the progress of the cmdlet is not wanted.</summary>
    internal bool HidesProgress => $"{ProgressAction}" is "SilentlyContinue" or "Ignore";

    /// <summary>True where verbose lines go anywhere. PowerShell, too, looks at the preference once a command.</summary>
    internal bool IsVerbose => _isVerbose ??= MyInvocation.BoundParameters.TryGetValue("Verbose", out var given)
        ? ((SwitchParameter)given).IsPresent
        : $"{GetVariableValue("VerbosePreference")}" is not ("SilentlyContinue" or "Ignore");

    private object? ProgressAction => MyInvocation.BoundParameters.TryGetValue("ProgressAction", out var action)
        ? action
        : GetVariableValue("ProgressPreference");

    /// <summary>
    /// Says something on a line that is seen without asking for it: an object in the information stream, shown by its text. With
    /// <c>-InformationAction SilentlyContinue</c> or <c>Ignore</c> nothing is shown.
    /// </summary>
    /// <remarks>After Ctrl+C PowerShell takes nothing into its streams any more: the host shows the line.</remarks>
    /// <param name="words">The object.</param>
    /// <param name="tag">The tag that scripts find it by, beside <c>KinescopePS</c>.</param>
    internal void Say(object words, string tag)
    {
        try
        {
            if (_mayWrite)
            {
                WriteInformation(words, _isHushed ? ["KinescopePS", tag] : ["KinescopePS", tag, ShownTag]);
                return;
            }
        }
        catch (PipelineStoppedException)
        {
            // Stopped since.
        }

        if (!_isHushed)
            Host.UI?.WriteLine(PrintableText.Of($"{words}"));
    }

    /// <summary>
    /// Warns on a way out, where PowerShell may take nothing into its streams any more: then the host shows it.
    /// </summary>
    internal void WarnLast(string text)
    {
        try
        {
            if (_mayWrite)
            {
                WriteWarning(text);
                return;
            }
        }
        catch (PipelineStoppedException)
        {
            // Stopped since.
        }

        var action = MyInvocation.BoundParameters.TryGetValue("WarningAction", out var given)
            ? given
            : GetVariableValue("WarningPreference");
        if ($"{action}" is not ("SilentlyContinue" or "Ignore"))
            Host.UI?.WriteWarningLine(PrintableText.Of(text));
    }

    private void ReadWishes()
    {
        var action = MyInvocation.BoundParameters.TryGetValue("InformationAction", out var given) ? given : null;
        _isHushed = $"{action}" is "SilentlyContinue" or "Ignore" || $"{GetVariableValue("InformationPreference")}" == "Ignore";
    }

    private void Leave(bool mayWrite)
    {
        var leaving = Leaving;
        Leaving = null;
        _mayWrite = mayWrite && !_isStopped;
        leaving?.Invoke();
    }
}
