using System.Text.RegularExpressions;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Help;

/// <summary>The Russian guide and its English twin say the same to the machine.</summary>
public sealed partial class SetupGuideTests
{
    private static readonly string Russian = Read("KINESCOPE_SETUP.md"), English = Read("KINESCOPE_SETUP.en.md");

    [Fact]
    public void Both_have_the_same_commands()
    {
        var commands = CommandsOf(Russian);

        Assert.True(commands.Count > 20);
        Assert.Equal(commands, CommandsOf(English));
    }

    [Fact]
    public void Both_have_the_same_sections_and_explain_the_same_errors()
    {
        Assert.Equal(Headings().Matches(Russian).Count, Headings().Matches(English).Count);
        Assert.Equal(ErrorIds().Matches(Russian).Select(row => row.Value), ErrorIds().Matches(English).Select(row => row.Value));
    }

    [Fact]
    public void Both_name_only_cmdlets_that_exist()
    {
        var manifest = File.ReadAllText(Path.Combine(Built.Module, "KinescopePS.psd1"));
        var ours = CommandsOf(Russian).SelectMany(code => OurCmdlets().Matches(code)).Select(name => name.Value).Distinct().ToList();

        Assert.Contains("Send-KinescopeVideo", ours);
        Assert.All(ours, name => Assert.Contains($"'{name}'", manifest));
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(Built.Repository, "docs", name)).ReplaceLineEndings("\n");

    // What is asked of the reader is asked in the reader's language.
    private static List<string> CommandsOf(string guide) => [.. Code().Matches(guide).Select(block => Question().Replace(block.Value, "Read-Host"))];

    [GeneratedRegex(@"^```powershell\n.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex("Read-Host '[^']*'")]
    private static partial Regex Question();

    [GeneratedRegex("^#+ ", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("^\\| (`[A-Z]\\w+`(, )?)+ \\|", RegexOptions.Multiline)]
    private static partial Regex ErrorIds();

    [GeneratedRegex(@"\b[A-Z][a-z]+-(Kinescope|Lesson)\w*")]
    private static partial Regex OurCmdlets();
}
