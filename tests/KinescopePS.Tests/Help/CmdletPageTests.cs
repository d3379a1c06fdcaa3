using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using HelpBuilder;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Help;

/// <summary>The pages in docs/en-US, each against the cmdlet as PowerShell sees it. A failure lists every gap of the page.</summary>
public sealed partial class CmdletPageTests : IDisposable
{
    private static readonly string PageFolder = Path.Combine(Built.Repository, "docs", "en-US");
    private static readonly HashSet<string> KnownErrorIds = [.. typeof(ErrorIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)];

    private readonly TemporaryFolder _folder = new();
    private readonly PowerShellSession _session;

    public CmdletPageTests() => _session = new PowerShellSession(_folder.Path);

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(PageFolder, "*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => !name.StartsWith("about_")).Order()];

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Each_cmdlet_has_a_page_and_each_page_a_cmdlet() =>
        Assert.Equal(
            _session.Run("(Get-Command -Module KinescopePS).Name").RequireNoErrors().Output.Select(name => name.ToString()).Order(),
            Pages.Select(page => page.Data));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_says_what_its_cmdlet_does_takes_writes_and_fails_with(string cmdlet)
    {
        var (page, command) = Of(cmdlet);
        var gaps = new List<string>();
        void Need(bool holds, string gap) => gaps.AddRange(holds ? [] : [gap]);

        Need(page.Name == cmdlet, "the heading is the cmdlet's name");
        Need(page.Synopsis.Length is > 10 and < 120, "SYNOPSIS is one line");
        Need(page.Examples.All(example => example.Code.Length > 0), "code in every example");
        Need(page.Examples.Any(example => IsPipelineOfCmdlets(example.Code)), "an example of a whole pipeline");

        var piped = ParametersOf(command).Where(parameter => parameter.ParameterSets.Values.Any(set => set.ValueFromPipeline)).Select(parameter => TypeOf(parameter).FullName!).Distinct().ToList();
        var byName = ParametersOf(command).Any(parameter => parameter.ParameterSets.Values.Any(set => set.ValueFromPipelineByPropertyName));
        IEnumerable<string> inputs = piped.Count > 0 ? piped : [byName ? "System.Object" : "None"];
        Need(inputs.Order().SequenceEqual(page.Inputs.Select(input => input.Name).Order()), $"INPUTS are {string.Join(", ", inputs)}");
        IEnumerable<string> outputs = command.OutputType.Count > 0 ? command.OutputType.Select(output => output.Name).Distinct() : ["None"];
        Need(outputs.Order().SequenceEqual(page.Outputs.Select(output => output.Name).Order()), $"OUTPUTS are {string.Join(", ", outputs)}");
        Need(page.Inputs.Concat(page.Outputs).All(type => type.Description.Count > 0), "a description of each input and output");

        var errors = ErrorIdsOf(cmdlet);
        Need(errors.Count > 0, "NOTES with errors by id");
        foreach (var unknown in errors.Except(KnownErrorIds))
            gaps.Add($"there is no error {unknown}");
        foreach (var (parameter, ids) in ErrorsOfParameters)
            Need(!command.Parameters.ContainsKey(parameter) || ids.All(errors.Contains), $"-{parameter} can fail with {string.Join(", ", ids)}");

        RequireNone(gaps);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_describes_each_parameter_as_it_is(string cmdlet)
    {
        var (page, command) = Of(cmdlet);
        var gaps = new List<string>();
        var defaults = Activator.CreateInstance(command.ImplementingType)!;

        gaps.AddRange(page.Parameters.Select(parameter => parameter.Name).Except(ParametersOf(command).Select(parameter => parameter.Name)).Select(name => $"-{name} does not exist"));
        foreach (var parameter in ParametersOf(command))
        {
            if (page.Parameters.FirstOrDefault(help => help.Name == parameter.Name) is not { } help)
            {
                gaps.Add($"-{parameter.Name} is missing");
                continue;
            }

            void Same(string field, string expected, string given) => gaps.AddRange(expected == given ? [] : [$"-{parameter.Name}, {field}: is '{expected}', the page says '{given}'"]);
            var sets = parameter.ParameterSets;
            var any = sets.Values.First();
            var text = string.Join(' ', help.Description);
            if (text.Length < 10)
                gaps.Add($"-{parameter.Name} has no description");
            Same("type", TypeNameOf(parameter), help.Type);
            Same("sets", sets.ContainsKey("__AllParameterSets") ? "(All)" : string.Join(", ", sets.Keys.Order()), string.Join(", ", help.Sets.Order()));
            Same("aliases", string.Join(", ", parameter.Aliases.Order()), string.Join(", ", help.Aliases.Order()));
            Same("required", any.IsMandatory.ToString(), help.IsRequired.ToString());
            Same("position", any.Position < 0 ? "Named" : any.Position.ToString(CultureInfo.InvariantCulture), help.Position);
            Same("pipeline input", PipelineInputOf(any), help.PipelineInput);
            Same("wildcards", parameter.Attributes.Any(attribute => attribute is SupportsWildcardsAttribute).ToString(), help.TakesWildcards.ToString());
            // What cmdlets inherit has the words of one of their pages.
            var declared = command.ImplementingType.GetProperty(parameter.Name)?.DeclaringType;
            if (declared == command.ImplementingType)
                Same("tooltip", Tooltips.FirstSentence(help.Description), any.HelpMessage);
            else if (declared is not null && any.HelpMessage is not { Length: >= 10 })
                gaps.Add($"-{parameter.Name} has no tooltip");
            if (DefaultOf(parameter, defaults) is { } value)
                Same("default", value, help.DefaultValue);
            if (TypeOf(parameter).IsEnum)
                gaps.AddRange(Enum.GetNames(TypeOf(parameter)).Where(name => !help.AcceptedValues.Contains(name) && !text.Contains(name)).Select(name => $"-{parameter.Name} does not name the value {name}"));
            if (parameter.Attributes.OfType<ValidateRangeAttribute>().FirstOrDefault() is { MinRange: var least, MaxRange: var most })
            {
                var range = string.Create(CultureInfo.InvariantCulture, $"{least} {(most.Equals(long.MaxValue) ? "and more" : $"to {most}")}");
                if (!text.Contains(range))
                    gaps.Add($"-{parameter.Name} does not name its range: {range}");
                if (!text.Contains("Unit: ") && !text.Contains("How often") && !text.Contains("How many"))
                    gaps.Add($"-{parameter.Name} does not name its unit");
            }
        }

        (defaults as IDisposable)?.Dispose();
        RequireNone(gaps);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_has_the_syntax_that_PowerShell_takes(string cmdlet)
    {
        var (page, command) = Of(cmdlet);

        Assert.Equal(
            command.ParameterSets.Select(set => $"{(command.ParameterSets.Count > 1 ? set.Name : null)}{(set.IsDefault && command.ParameterSets.Count > 1 ? " (Default)" : "")}").Order(),
            page.Syntax.Select(item => $"{item.Set}{(item.IsDefault ? " (Default)" : "")}").Order());
        foreach (var set in command.ParameterSets)
        {
            var tokens = Tokens(page.Syntax.Single(item => item.Set is null || item.Set == set.Name).Text);
            var positional = ParametersOf(set).Where(parameter => parameter.Position >= 0).OrderBy(parameter => parameter.Position).Select(TokenOf).ToList();
            var named = ParametersOf(set).Where(parameter => parameter.Position < 0).Select(TokenOf);

            Assert.Equal(cmdlet, tokens[0]);
            Assert.Equal(positional, tokens[1..(1 + positional.Count)]);
            Assert.Equal(named.Order(), tokens[(1 + positional.Count)..^1].Order());
            Assert.Equal("[<CommonParameters>]", tokens[^1]);
        }
    }

    [Fact]
    public void Each_error_id_is_on_a_page()
    {
        var onPages = Pages.SelectMany(page => ErrorIdsOf(page.Data)).ToHashSet();

        RequireNone([.. KnownErrorIds.Except([ErrorIds.UnexpectedError]).Except(onPages).Select(id => $"{id} is on no page")]);
    }

    [Fact]
    public void The_same_pages_make_the_same_help_byte_for_byte()
    {
        static byte[] Build() => MamlFile.Of(Directory.EnumerateFiles(PageFolder, "*-*.md").Order(StringComparer.Ordinal).Select(CmdletPage.Read));

        var help = Build();

        Assert.Equal(help, Build());
        Assert.Equal(help, File.ReadAllBytes(Path.Combine(Built.Module, "en-US", "KinescopePS.dll-Help.xml")));
        Assert.DoesNotContain((byte)'\r', help);
    }

    [Fact]
    public void The_topics_fit_80_columns_and_have_a_short_description()
    {
        var topics = Directory.GetFiles(Path.Combine(Built.Module, "en-US"), "about_*.help.txt");

        Assert.Equal(Directory.EnumerateFiles(PageFolder, "about_*.md").Select(Path.GetFileNameWithoutExtension).Order(), topics.Select(path => Path.GetFileName(path).Replace(".help.txt", "")).Order());
        Assert.All(topics, path =>
        {
            var lines = File.ReadAllLines(path);
            Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
            Assert.Equal(["TOPIC", "    " + Path.GetFileName(path).Replace(".help.txt", ""), "", "SHORT DESCRIPTION"], lines[..4]);
            Assert.StartsWith("    ", lines[4]);
        });
    }

    /// <summary>Errors that come with a parameter, whatever the cmdlet.</summary>
    private static readonly (string Parameter, string[] Ids)[] ErrorsOfParameters =
    [
        ("EnvironmentFile", [nameof(ErrorIds.EnvironmentFileNotFound), nameof(ErrorIds.EnvironmentFileUnreadable)]),
        ("ApiKey", [nameof(ErrorIds.ApiKeyMissing), nameof(ErrorIds.TokenRejected)]),
        ("ApiUri", [nameof(ErrorIds.UriInvalid), nameof(ErrorIds.RequestLimitInvalid)]),
        ("CertificateAuthority", [nameof(ErrorIds.CertificateAuthorityInvalid)]),
        ("DatabaseUrl", [nameof(ErrorIds.DatabaseUrlInvalid)]),
    ];

    private static void RequireNone(IReadOnlyCollection<string> gaps) => Assert.True(gaps.Count == 0, string.Join(Environment.NewLine, gaps));

    private (CmdletPage Page, CmdletInfo Command) Of(string cmdlet) =>
        (CmdletPage.Read(Path.Combine(PageFolder, cmdlet + ".md")), (CmdletInfo)_session.Run("param($name) Get-Command $name", cmdlet).RequireNoErrors().Output.Single().BaseObject);

    private static IEnumerable<ParameterMetadata> ParametersOf(CommandInfo command) =>
        command.Parameters.Values.Where(parameter => IsShown(parameter.Name, parameter.Attributes));

    private static IEnumerable<CommandParameterInfo> ParametersOf(CommandParameterSetInfo set) =>
        set.Parameters.Where(parameter => IsShown(parameter.Name, parameter.Attributes));

    // A hidden parameter takes the object of the pipeline whole, so that what the shown ones leave out is known; nobody types it.
    private static bool IsShown(string parameter, IEnumerable<Attribute> attributes) =>
        !Cmdlet.CommonParameters.Contains(parameter) && !attributes.OfType<ParameterAttribute>().Any(attribute => attribute.DontShow);

    private bool IsPipelineOfCmdlets(string code)
    {
        var cmdlets = Pages.Select(page => page.Data);
        return Regex.Split(code, @"\n(?!\s)").Any(statement => statement.Contains('|') && cmdlets.Count(cmdlet => Regex.IsMatch(statement, $@"\b{cmdlet}\b")) >= 2);
    }

    // The ids stand in code marks, in the paragraph "Errors, by id" and the list that follows it.
    private static HashSet<string> ErrorIdsOf(string cmdlet)
    {
        var notes = File.ReadAllText(Path.Combine(PageFolder, cmdlet + ".md")).Split("\n## NOTES\n")[1].Split("\n## ")[0];
        var paragraphs = notes.Split("\n\n").SkipWhile(paragraph => !paragraph.TrimStart().StartsWith("Errors, by id")).ToList();
        return [.. paragraphs.Take(1).Concat(paragraphs.Skip(1).TakeWhile(paragraph => paragraph.StartsWith("- "))).SelectMany(paragraph => ErrorIdPattern().Matches(paragraph)).Select(match => match.Groups[1].Value)];
    }

    private static Type TypeOf(ParameterMetadata parameter)
    {
        var type = parameter.ParameterType.IsArray ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static string TypeNameOf(ParameterMetadata parameter) => TypeOf(parameter).Name + (parameter.ParameterType.IsArray ? "[]" : "");

    private static string PipelineInputOf(ParameterSetMetadata set)
    {
        List<string> ways = [.. set.ValueFromPipelineByPropertyName ? ["ByPropertyName"] : Array.Empty<string>(), .. set.ValueFromPipeline ? ["ByValue"] : Array.Empty<string>()];
        return ways.Count > 0 ? $"True ({string.Join(", ", ways)})" : "False";
    }

    /// <summary>The default as the page has it; null where reflection cannot tell, because it comes from elsewhere.</summary>
    private static string? DefaultOf(ParameterMetadata parameter, object cmdlet) => cmdlet.GetType().GetProperty(parameter.Name)?.GetValue(cmdlet) switch
    {
        null when parameter.ParameterType == typeof(SwitchParameter) => "False",
        SwitchParameter given => given.ToBool().ToString(),
        null => null,
        "" => "None",
        string text => text,
        ICollection { Count: 0 } => "None",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        var other => other.ToString(),
    };

    private static string TokenOf(CommandParameterInfo parameter)
    {
        var name = parameter.Position >= 0 ? $"[-{parameter.Name}]" : $"-{parameter.Name}";
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        var whole = type == typeof(SwitchParameter) ? name : $"{name} <{type.Name}>";
        return parameter.IsMandatory ? whole : $"[{whole}]";
    }

    private static List<string> Tokens(string syntax) => [.. TokenPattern().Matches(syntax).Select(match => match.Value)];

    [GeneratedRegex("`([A-Z][a-z]+(?:[A-Z][a-z]*)+)`")]
    private static partial Regex ErrorIdPattern();

    // A word with its value, however it is bracketed.
    [GeneratedRegex(@"\[?\[?-?[\w-]+\]?(?: <[^>]+>)?\]?|\[<CommonParameters>\]")]
    private static partial Regex TokenPattern();
}
