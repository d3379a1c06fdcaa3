using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KinescopePS.Commands;

namespace KinescopePS.Tests.Errors;

public class ErrorRecordTests
{
    [Fact]
    public void Each_kind_is_a_category_of_PowerShell() => Assert.Empty(Enum.GetNames<ErrorKind>().Except(Enum.GetNames<ErrorCategory>()));

    [Theory]
    [InlineData("Test-Mistake", "UnexpectedError,")]
    [InlineData("'a' | Test-Mistake | ForEach-Object { throw 'downstream' }", "downstream")]
    public void An_exception_that_nobody_foresaw_is_told_as_such_and_PowerShells_own_stay(string script, string errorId)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Test-Mistake", typeof(MistakenCommand), null));
        using var shell = PowerShell.Create(state);
        shell.AddScript($"try {{ {script} }} catch {{ $_ }}");

        var failure = Assert.IsType<ErrorRecord>(shell.Invoke()[^1].BaseObject);

        Assert.StartsWith(errorId, failure.FullyQualifiedErrorId);
        if (errorId.StartsWith("UnexpectedError"))
            Assert.Contains("Please report it", failure.Exception.Message);
    }

    /// <summary>A cmdlet with a mistake: it writes what it is given, then throws what no cmdlet should.</summary>
    [Cmdlet(VerbsDiagnostic.Test, "Mistake")]
    public sealed class MistakenCommand : AsyncCmdlet
    {
        [Parameter(ValueFromPipeline = true)]
        public string? InputText { get; set; }

        private protected override void Process()
        {
            if (InputText is not null)
                WriteObject(InputText);
            throw new InvalidOperationException("a mistake");
        }
    }
}
