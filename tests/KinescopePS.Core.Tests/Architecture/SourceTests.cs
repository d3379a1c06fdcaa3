using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KinescopePS.Tests.Architecture;

/// <summary>How our files read, as far as a test can tell.</summary>
public partial class SourceTests
{
    private const int Longest = 140;

    private static readonly string Source = Path.GetFullPath(Path.Combine(Here(), "../../../src"));

    /// <summary>Folders whose work is still to be done: none is added.</summary>
    private static readonly string[] LongLines =
    [
        "KinescopePS.Core/Kinescope", "KinescopePS.Core/Tus", "KinescopePS.Core/Transfer", "KinescopePS.Core/Models", "KinescopePS/Commands",
        "KinescopePS/Commands/Abstractions",
    ];

    /// <inheritdoc cref="LongLines" />
    private static readonly string[] Summaries =
    [
        "KinescopePS.Core/Kinescope", "KinescopePS.Core/Tus", "KinescopePS.Core/Transfer", "KinescopePS.Core/Models", "KinescopePS/Commands",
    ];

    [Fact]
    public void Lines_end_by_140_columns() => Assert.Empty(
        from file in Files(LongLines)
        from line in File.ReadLines(file).Select((text, index) => (Item: text, Index: index))
        where line.Item.Length > Longest
        select $"{Path.GetRelativePath(Source, file)}:{line.Index + 1}");

    [Fact]
    public void Summaries_state_what_a_member_is_or_does() => Assert.Empty(
        from file in Files(Summaries)
        from summary in Riddle().Matches(File.ReadAllText(file))
        select $"{Path.GetRelativePath(Source, file)}: {summary.Value}");

    [Fact]
    public void Folders_that_are_done_are_not_excused() => Assert.Empty(
        LongLines.Where(folder => Files([]).Where(file => IsIn(file, folder)).All(file => File.ReadLines(file).All(line => line.Length <= Longest)))
            .Concat(Summaries.Where(folder => Files([]).Where(file => IsIn(file, folder)).All(file => !Riddle().IsMatch(File.ReadAllText(file))))));

    private static IEnumerable<string> Files(string[] excused) =>
        Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Build().IsMatch(file) && !excused.Any(folder => IsIn(file, folder)));

    private static bool IsIn(string file, string folder) => Path.GetDirectoryName(file) == Path.GetFullPath(Path.Combine(Source, folder));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"<summary>\s*(?:///\s*)?(?:What|How|Whether|Has|Told)\b.*")]
    private static partial Regex Riddle();

    [GeneratedRegex(@"[\\/](?:bin|obj)[\\/]")]
    private static partial Regex Build();
}
