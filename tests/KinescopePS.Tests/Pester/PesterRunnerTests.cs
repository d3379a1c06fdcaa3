using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using KinescopeSandbox.Demo;

namespace KinescopePS.Tests.Pester;

/// <summary>The net under the other tests: whatever goes wrong in a file of the Pester suite is counted and named.</summary>
public sealed class PesterRunnerTests : IDisposable
{
    private static readonly string Runner = typeof(PesterRunnerTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "PesterRunnerPath").Value!;

    private readonly TemporaryFolder _suite = new();

    public void Dispose() => _suite.Dispose();

    [Fact]
    public async Task Each_test_counts_and_one_that_fails_is_named_with_its_message()
    {
        _suite.Write("A.Tests.ps1", """
            Describe 'A' {
                It 'adds <_>' -ForEach 1, 2 { $_ | Should -BeGreaterThan 0 }
                It 'fails' { 'this' | Should -Be 'that' }
                It 'waits' -Skip { throw }
            }
            """);

        var (exitCode, output) = await RunAsync();

        Assert.Equal((2, (2, 1, 1)), (exitCode, Counts(output)));
        Assert.Contains("failed A.Tests.ps1: A.fails", output);
        Assert.Contains("But was:  'this'", output);
        Assert.Matches(@"A\.Tests\.ps1:3", output);
    }

    [Fact]
    public async Task What_fails_around_tests_is_a_failure()
    {
        (string Name, string Text, string Message)[] files =
        [
            ("Before", "Describe 'B' { BeforeAll { throw 'no start' }; It 'works' { } }", "no start"),
            ("After", "Describe 'B' { AfterAll { throw 'no end' }; It 'works' { } }", "no end"),
            ("Syntax", "Describe 'B' { It 'works' { } ", "Missing closing '}'"),
            ("Outside", "throw 'outside'", "outside"),
            ("Empty", "'no test'", "ended with 0 before there was a result"),
            ("Exit", "Describe 'B' { It 'ends PowerShell' { [System.Environment]::Exit(3) } }", "ended with 3 before there was a result"),
        ];
        foreach (var file in files)
            _suite.Write($"{file.Name}.Tests.ps1", file.Text);

        var (exitCode, output) = await RunAsync();

        Assert.Equal(2, exitCode);
        foreach (var (name, _, message) in files)
            Assert.Contains(message, string.Concat(Regex.Matches(output, $@"^failed {name}\.Tests\.ps1.*?(?=^failed |\z)", RegexOptions.Multiline | RegexOptions.Singleline).Select(failed => failed.Value)));
    }

    [Fact]
    public async Task An_expected_failure_is_skipped_with_its_reason_and_fails_once_it_passes_or_is_gone()
    {
        _suite.Write("C.Tests.ps1", "Describe 'C' { It 'fails' { 1 | Should -Be 2 }; It 'passes' { } }");
        var list = _suite.Write("expected.json", """
            [
              { "file": "C.Tests.ps1", "test": "C.fails", "owner": "Wine", "reason": "it cannot" },
              { "file": "C.Tests.ps1", "test": "C.passes", "owner": "Wine", "reason": "it could not" },
              { "file": "C.Tests.ps1", "test": "C.is gone", "owner": "Wine", "reason": "it was" }
            ]
            """);

        var (exitCode, output) = await RunAsync("--expected-failures", list);

        Assert.Equal((2, (0, 2, 1)), (exitCode, Counts(output)));
        Assert.Contains("Expected to fail, Wine: it cannot", output);
        Assert.Contains("failed C.Tests.ps1: C.passes", output);
        Assert.Contains("failed C.Tests.ps1: C.is gone", output);
    }

    [Fact]
    public async Task An_unstable_test_that_fails_is_run_a_second_time()
    {
        _suite.Write("D.Tests.ps1", """
            Describe 'D' {
                It 'fails once' { $mark = "$PSScriptRoot/mark"; $there = Test-Path $mark; Set-Content $mark x; $there | Should -BeTrue }
                It 'fails always' { 1 | Should -Be 2 }
            }
            """);
        var list = _suite.Write("expected.json", """
            [
              { "file": "D.Tests.ps1", "test": "D.fails once", "owner": "Wine", "reason": "now and then", "unstable": true },
              { "file": "D.Tests.ps1", "test": "D.fails always", "owner": "Wine", "reason": "now and then", "unstable": true }
            ]
            """);

        var (exitCode, output) = await RunAsync("--expected-failures", list);

        Assert.Equal((2, (1, 1, 0)), (exitCode, Counts(output)));
        Assert.Contains("failed D.Tests.ps1: D.fails always", output);
        Assert.Contains("At the second try.", output);
    }

    [Fact]
    public async Task A_PowerShell_that_ends_before_it_has_begun_is_started_once_more()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell script");
        _suite.Write("H.Tests.ps1", "Describe 'H' { It 'works' { } }");
        var powershell = _suite.Write("pwsh", $"""
            #!/bin/sh
            case "$*" in *-Command*) echo launcher; exit;; esac
            [ -e "$0.tried" ] || {"{"} : > "$0.tried"; exit 1; {"}"}
            exec {string.Join(' ', PowerShellProgram.Command.Select(part => $"'{part}'"))} "$@"
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(powershell, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var (exitCode, output) = await RunAsync(powershell, []);

        Assert.Equal((0, (1, 0, 0)), (exitCode, Counts(output)));
        Assert.Contains("H.Tests.ps1: PowerShell ended with 1 before there was a result. It had not begun, and is started again.", output);
    }

    [Fact]
    public async Task Files_and_tests_are_chosen_by_wildcards()
    {
        _suite.Write("E.Tests.ps1", "Describe 'E' { It 'one' { }; It 'two' { } }");
        _suite.Write("F.Tests.ps1", "Describe 'F' { It 'one' { throw } }");

        Assert.Equal((1, 0, 0), Counts((await RunAsync("--files", "e*", "--tests", "*.two")).Output));
        Assert.Equal((1, 0, 0), Counts((await RunAsync("--tests", "*.two")).Output));
    }

    [Theory]
    [InlineData("--pester", "9.9.9", "There is no Pester")]
    [InlineData("--suite", "nowhere", "There is no folder 'nowhere'")]
    [InlineData("--files", "Nonesuch*", "matches Nonesuch*")]
    [InlineData("--parallel", "none", "--parallel takes a whole number from 1.")]
    public async Task What_cannot_be_run_is_an_error(string option, string value, string message)
    {
        _suite.Write("G.Tests.ps1", "Describe 'G' { It 'works' { } }");

        var (exitCode, output) = await RunAsync(option, value);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(message, output);
    }

    private static (int Passed, int Failed, int Skipped) Counts(string output) => (Count(output, "succeeded"), Count(output, "failed"), Count(output, "skipped"));

    private static int Count(string output, string name) => int.Parse(Regex.Match(output, $@"^\s*{name}: (\d+)\s*$", RegexOptions.Multiline).Groups[1].Value);

    private Task<(int ExitCode, string Output)> RunAsync(params string[] options) => RunAsync(null, options);

    private async Task<(int ExitCode, string Output)> RunAsync(string? powershell, string[] options)
    {
        string[] suite = options.Contains("--suite") ? [] : ["--suite", _suite.Path];
        var start = new ProcessStartInfo("dotnet", [Runner, "--no-ansi", "--output", "Detailed", .. suite, .. options]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (powershell is not null)
            start.Environment[PowerShellProgram.Variable] = powershell;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await errors);
    }
}
