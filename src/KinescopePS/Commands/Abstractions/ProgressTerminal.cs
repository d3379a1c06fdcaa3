using System.Management.Automation;
using System.Management.Automation.Host;

namespace KinescopePS.Commands;

/// <summary>The terminal that a cmdlet's progress is shown on.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class ProgressTerminal(AsyncCmdlet cmdlet)
{
    private const int UsualColumns = 80;

    /// <summary>The columns of the terminal; those that most have where there is none.</summary>
    public int Columns => ColumnsOf(cmdlet.Host.UI) ?? UsualColumns;

    /// <summary>False where PowerShell draws no rows: it has no terminal, or its output goes elsewhere.</summary>
    public bool CanDraw { get; } = ColumnsOf(cmdlet.Host.UI) is not null
        && !(cmdlet.Host.Name == "ConsoleHost" && Console.IsOutputRedirected);

    public void Write(ProgressRecord row) => cmdlet.WriteProgress(row);

    /// <summary>Says a line in the place of rows; with -Verbose only where no progress is wanted.</summary>
    public void Say(string line)
    {
        if (cmdlet.HidesProgress)
            cmdlet.WriteVerbose(line);
        else
            cmdlet.Say(line, "UploadProgress");
    }

    private static int? ColumnsOf(PSHostUserInterface? terminal)
    {
        try
        {
            return terminal?.RawUI?.WindowSize.Width is > 0 and { } columns ? columns : null;
        }
        // A host without a screen answers with any of these; one that implements no such thing says so.
        catch (Exception failure) when (failure is HostException or IOException or NotImplementedException or InvalidOperationException)
        {
            return null;
        }
    }
}
