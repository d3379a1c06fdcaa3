using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KinescopePS.Tests.Architecture;

/// <summary>How our files read, as far as a test can tell.</summary>
public partial class SourceTests
{
    private const int Longest = 140;

    private static readonly string Source = Path.GetFullPath(Path.Combine(Here(), "../../../src"));

    [Fact]
    public void Lines_end_by_140_columns() => Assert.Empty(
        from file in Files()
        from line in File.ReadLines(file).Select((text, index) => (Item: text, Index: index))
        where line.Item.Length > Longest
        select $"{Path.GetRelativePath(Source, file)}:{line.Index + 1}");

    [Fact]
    public void Summaries_state_what_a_member_is_or_does() => Assert.Empty(
        from file in Files()
        from summary in Riddle().Matches(File.ReadAllText(file))
        select $"{Path.GetRelativePath(Source, file)}: {summary.Value}");

    private static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories).Where(file => !Build().IsMatch(file));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"<summary>\s*(?:///\s*)?(?:What|How|Whether|Has|Told)\b.*")]
    private static partial Regex Riddle();

    [GeneratedRegex(@"[\\/](?:bin|obj)[\\/]")]
    private static partial Regex Build();
}
