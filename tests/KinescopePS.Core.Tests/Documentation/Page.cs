using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KinescopePS.Tests.Documentation;

/// <summary>A page of ours in Markdown, as far as tests look into it.</summary>
internal sealed partial class Page
{
    public static readonly string Repository = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    private Page(string path)
    {
        File = Path.Combine(Repository, path);
        Name = path.Replace('\\', '/');
        Text = System.IO.File.ReadAllText(File).ReplaceLineEndings("\n");
    }

    public string File { get; }

    /// <summary>Its path in the repository.</summary>
    public string Name { get; }

    public string Text { get; }

    public IEnumerable<string> Code => CodeBlock().Matches(Text).Select(block => block.Value);

    /// <summary>The level of each heading: 1, 2, 2, 3.</summary>
    public IEnumerable<int> HeadingLevels => Heading().Matches(Prose).Select(heading => heading.Groups["level"].Length);

    /// <summary>What a link may name behind <c>#</c>.</summary>
    public IEnumerable<string> Anchors =>
        Heading().Matches(Prose).Select(heading => NoAnchor().Replace(heading.Groups["text"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Targets of links and pictures, without those on the web.</summary>
    public IEnumerable<string> Links =>
        Link().Matches(Prose).Select(link => link.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    /// <summary>The cells of each row of a table whose first cell begins with code.</summary>
    public IEnumerable<string[]> Rows =>
        from line in Text.Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal) || line.StartsWith("| [`", StringComparison.Ordinal)
        select CellEnd().Split(line)[1..^1].Select(cell => cell.Trim()).ToArray();

    /// <summary>Its text without blocks of code.</summary>
    public string Prose => CodeBlock().Replace(Text, "");

    public static Page Read(string path) => new(path);

    /// <summary>The pages that users read: the README and its twin, and all of docs.</summary>
    public static IEnumerable<Page> All() =>
        Directory.EnumerateFiles(Repository, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository, "docs"), "*.md", SearchOption.AllDirectories))
            .Select(file => new Page(Path.GetRelativePath(Repository, file)));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^(?<level>#+) (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex CellEnd();
}
