using System.Text.RegularExpressions;

namespace KinescopePS.Tests.Documentation;

/// <summary>The pages against each other, and against what they name. A failure lists every gap.</summary>
public partial class DocumentationTests
{
    /// <summary>Pages in English with the same in Russian.</summary>
    public static TheoryData<string, string> Twins =>
    [
        ("docs/KINESCOPE_SETUP.en.md", "docs/KINESCOPE_SETUP.md"),
        .. from page in Page.All()
           where page.Name.EndsWith(".ru.md", StringComparison.Ordinal)
           select (page.Name.Replace(".ru.md", ".md", StringComparison.Ordinal), page.Name),
    ];

    [Theory]
    [MemberData(nameof(Twins))]
    public void Twins_have_the_same_commands_sections_and_names(string english, string russian)
    {
        Page one = Page.Read(english), other = Page.Read(russian);

        // What is asked of the reader, or remarked, is in the reader's language.
        Assert.Equal(one.Code.Select(code => Words().Replace(code, "")), other.Code.Select(code => Words().Replace(code, "")));
        Assert.Equal(one.HeadingLevels, other.HeadingLevels);
        Assert.Equal(Names(one), Names(other));
        Assert.Contains(Path.GetFileName(russian), one.Links);
        Assert.Contains(Path.GetFileName(english), other.Links);
    }

    [Fact]
    public void Both_READMEs_lead_to_the_same_pages()
    {
        static IEnumerable<string> Targets(string page) =>
            Page.Read(page).Links.Where(link => link.StartsWith("docs/", StringComparison.Ordinal)).Select(WithoutLanguage).Distinct().Order();

        Assert.Equal(Targets("README.md"), Targets("README.ru.md"));
    }

    [Fact]
    public void Both_guides_explain_the_same_errors() =>
        Assert.Equal(Page.Read("docs/KINESCOPE_SETUP.en.md").Rows.Select(row => row[0]), Page.Read("docs/KINESCOPE_SETUP.md").Rows.Select(row => row[0]));

    [Fact]
    public void Commands_to_type_are_cmdlets_that_exist()
    {
        var typed = from page in Page.All()
                    from name in page.Code.SelectMany(code => OurCmdlet().Matches(code)).Select(name => name.Value)
                    select (Page: page.Name, Name: name);

        NoGap([.. typed.Distinct().Where(command => !Cmdlets().Contains(command.Name)).Select(command => $"{command.Page} types {command.Name}, which the module does not export")]);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("README.ru.md")]
    public void Each_cmdlet_is_in_the_tables_once_and_its_name_leads_to_its_page(string readme)
    {
        var cmdlets = Cmdlets();
        var named = Page.Read(readme).Rows.SelectMany(row => CmdletLink().Matches(row[0])).Select(link => (Name: link.Groups["name"].Value, Target: link.Groups["target"].Value)).ToList();

        Assert.NotEmpty(cmdlets);
        NoGap(
        [
            .. cmdlets.Except(named.Select(link => link.Name)).Select(name => $"{readme} has no row for {name}"),
            .. named.Select(link => link.Name).Except(cmdlets).Select(name => $"{readme} names {name}, which the module does not export"),
            .. named.GroupBy(link => link.Name).Where(group => group.Count() > 1).Select(group => $"{readme} names {group.Key} twice"),
            .. named.Where(link => link.Target != $"docs/en-US/{link.Name}.md").Select(link => $"{readme}: {link.Name} leads to {link.Target}"),
        ]);
    }

    [Fact]
    public void Each_link_leads_somewhere()
    {
        var pages = Page.All().ToList();
        var links = pages.SelectMany(page => page.Links.Select(link => (Page: page, Link: link))).ToList();

        Assert.True(links.Count > 100);
        NoGap([.. links.Where(link => !Resolves(link.Page, link.Link)).Select(link => $"{link.Page.Name}: {link.Link} leads nowhere")]);
    }

    [Fact]
    public void Each_page_of_docs_can_be_reached_from_the_README()
    {
        var reached = new HashSet<string>();
        var next = new Queue<string>(["README.md", "README.ru.md"]);
        while (next.TryDequeue(out var name))
        {
            if (!reached.Add(name) || !name.EndsWith(".md", StringComparison.Ordinal) || !File.Exists(Path.Combine(Page.Repository, name)))
                continue;
            var folder = Path.GetDirectoryName(Path.Combine(Page.Repository, name))!;
            foreach (var target in Page.Read(name).Links.Select(link => link.Split('#')[0]).Where(path => path.Length > 0))
                next.Enqueue(Path.GetRelativePath(Page.Repository, Path.GetFullPath(Path.Combine(folder, target))).Replace('\\', '/'));
        }

        // The topics are for Get-Help.
        NoGap([.. Page.All().Select(page => page.Name).Where(name => name.StartsWith("docs/", StringComparison.Ordinal) && !name.Contains("/about_", StringComparison.Ordinal))
            .Except(reached).Select(name => $"no link leads to {name}")]);
    }

    [Fact]
    public void The_Russian_table_of_errors_has_the_same_rows_as_the_English_one()
    {
        static Dictionary<string, string[]> Rows(string page) => Page.Read(page).Rows.ToDictionary(row => row[0]);
        Dictionary<string, string[]> english = Rows("docs/troubleshooting.md"), russian = Rows("docs/troubleshooting.ru.md");

        NoGap(
        [
            .. english.Keys.Except(russian.Keys).Select(id => $"docs/troubleshooting.ru.md has no row for {id}"),
            .. russian.Keys.Except(english.Keys).Select(id => $"docs/troubleshooting.ru.md has a row for {id}, which docs/troubleshooting.md has not"),
            .. russian.Values.Where(row => row.Any(cell => cell.Length == 0)).Select(row => $"the row for {row[0]} has an empty cell"),
            // The second of four cells says what the error ends; warnings have two.
            .. from row in russian.Values
               where row.Length == 4 && english.TryGetValue(row[0], out var twin) && EndsRun(twin[1]) != row[1].StartsWith("всё", StringComparison.Ordinal)
               select $"the row for {row[0]} says that it ends '{row[1]}', in English '{english[row[0]][1]}'",
            .. from row in russian.Values
               where english.TryGetValue(row[0], out var twin) && !Codes(twin).SetEquals(Codes(row))
               select $"the row for {row[0]} names other commands or settings than its twin: {string.Join(", ", Different(english[row[0]], row))}",
        ]);
        Assert.Equal(english.Keys, russian.Keys);
    }

    private static List<string> Cmdlets()
    {
        var exported = Exported().Match(File.ReadAllText(Path.Combine(Page.Repository, "KinescopePS.psd1"))).Groups["list"].Value;
        return [.. Quoted().Matches(exported).Select(name => name.Groups[1].Value)];
    }

    private static bool EndsRun(string cell) => cell.StartsWith("run", StringComparison.Ordinal);

    /// <summary>What stands in code marks within the text, without what the reader is to put in: <c>&lt;version&gt;</c>.</summary>
    private static IEnumerable<string> Names(Page page) =>
        Code().Matches(Blanks().Replace(page.Prose, " ")).Select(code => Placeholder().Replace(code.Value, "<>")).Distinct().Order(StringComparer.Ordinal);

    private static HashSet<string> Codes(string[] row) => [.. row.SelectMany(cell => Code().Matches(cell)).Select(code => code.Value)];

    private static HashSet<string> Different(string[] one, string[] other)
    {
        var codes = Codes(one);
        codes.SymmetricExceptWith(Codes(other));
        return codes;
    }

    private static bool Resolves(Page page, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? page.File : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.File)!, Uri.UnescapeDataString(parts[0])));
        if (parts.Length == 1)
            return File.Exists(target) || Directory.Exists(target);
        return File.Exists(target) && Page.Read(Path.GetRelativePath(Page.Repository, target)).Anchors.Contains(Uri.UnescapeDataString(parts[1]));
    }

    private static string WithoutLanguage(string link) => link.Replace(".ru.md", ".md", StringComparison.Ordinal).Replace(".en.md", ".md", StringComparison.Ordinal);

    private static void NoGap(IReadOnlyCollection<string> gaps) => Assert.True(gaps.Count == 0, string.Join(Environment.NewLine, gaps));

    [GeneratedRegex("(?<=Read-Host )'[^']*'|(?<= )# .*$", RegexOptions.Multiline)]
    private static partial Regex Words();

    [GeneratedRegex(@"CmdletsToExport\s*=\s*@\((?<list>[^)]*)\)")]
    private static partial Regex Exported();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\b[A-Z][a-z]+-(Kinescope|Lesson)\w*")]
    private static partial Regex OurCmdlet();

    [GeneratedRegex(@"\[`(?<name>\w+-\w+)`\]\((?<target>[^)]+)\)")]
    private static partial Regex CmdletLink();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Placeholder();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();
}
