using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace KinescopeSandbox.PowerShellHost;

/// <summary>Plain text on the console: output on stdout, all else on stderr. Nobody is asked anything.</summary>
public sealed class ScriptHostUI(TextWriter output, TextWriter error, ProgressLine progress) : PSHostUserInterface
{
    private readonly Lock _writing = new();

    public override PSHostRawUserInterface RawUI { get; } = new ScriptHostRawUI();

    public override void Write(string value) => Print(output, value, "");

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Print(output, value, Environment.NewLine);

    public override void WriteErrorLine(string value) => Print(error, value, Environment.NewLine);

    public override void WriteDebugLine(string message) => WriteErrorLine("DEBUG: " + message);

    public override void WriteVerboseLine(string message) => WriteErrorLine("VERBOSE: " + message);

    public override void WriteWarningLine(string message) => WriteErrorLine("WARNING: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (_writing)
            progress.Show(record);
    }

    public override string ReadLine() => throw NobodyThere();

    public override SecureString ReadLineAsSecureString() => throw NobodyThere();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NobodyThere();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw NobodyThere();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NobodyThere();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw NobodyThere();

    private void Print(TextWriter writer, string value, string end)
    {
        lock (_writing)
        {
            progress.Clear();
            writer.Write(value + end);
            writer.Flush();
        }
    }

    private static HostException NobodyThere() => new("The script wants to ask something, but it runs without a user.");
}
