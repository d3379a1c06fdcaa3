using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Commands;

/// <summary>`run`: scripts in the hosted engine, in a process of their own.</summary>
public sealed class RunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OutputIsTextAndArgumentsArriveAsTheyAre()
    {
        var (exitCode, output, error) = await RunAsync(
            """
            param([string] $Name, [switch] $Loud, [Parameter(ValueFromRemainingArguments)] $Rest)
            "$Name $Loud $($Rest -join '|')"
            1..2
            $Host.UI.WriteLine('host')
            """,
            "-Name", "it's [1] & 2", "-Loud", "--help", "$HOME");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(["it's [1] & 2 True --help|$HOME", "1", "2", "host"], Lines(output));
    }

    [Fact]
    public async Task ErrorsAndWarningsGoToStandardError()
    {
        var (exitCode, output, error) = await RunAsync(
            """
            Get-Item nowhere
            Import-Module nowhere
            $Host.UI.WriteWarningLine('careful')
            'end'
            """);

        Assert.Equal(0, exitCode);
        Assert.Equal(["end"], Lines(output));
        Assert.Contains("nowhere", error);
        Assert.Contains("WARNING: careful", error);
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("'x'; exit 0; throw 'never'", 0)]
    [InlineData("throw 'boom'", 1)]
    [InlineData("if (", 1)]
    [InlineData("param([Parameter(Mandatory)] $Missing)", 1)]
    [InlineData("Get-Item nowhere", 0)]
    public async Task ExitCodeIsTheScripts(string script, int expected)
    {
        Assert.Equal(expected, (await RunAsync(script)).ExitCode);
    }

    [Fact]
    public async Task ProgressIsSparseWithoutATerminal()
    {
        var (_, _, error) = await RunAsync(
            """
            1..100 | ForEach-Object {
                $record = [System.Management.Automation.ProgressRecord]::new(1, 'Sending', "file $_")
                $record.PercentComplete = $_
                $Host.UI.WriteProgress(1, $record)
            }
            """);

        Assert.InRange(Lines(error).Length, 1, 3);
        Assert.Equal("Sending: file 1 1%", Lines(error)[0]);
    }

    [Fact]
    public async Task InterruptStopsThePipeline()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("Windows has no signal that reaches one child alone.");
        File.WriteAllText(
            _folder["script.ps1"], "try { 'started'; while ($true) { } } finally { $Host.UI.WriteLine('cleaned up') }");
        using var process = SandboxProcess.Start("run", _folder["script.ps1"]);
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        using (var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString()]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("cleaned up", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(string script, params string[] arguments)
    {
        File.WriteAllText(_folder["script.ps1"], script);
        return SandboxProcess.RunAsync(["run", _folder["script.ps1"], .. arguments]);
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
