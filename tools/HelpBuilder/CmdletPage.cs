using System.Text.RegularExpressions;
using Markdig.Syntax;

namespace HelpBuilder;

/// <summary>The help page of a cmdlet: Markdown in the form of PlatyPS, schema 2.0.0.</summary>
/// <param name="Name">The cmdlet.</param>
/// <param name="Synopsis">What it does, in a line.</param>
/// <param name="Syntax">Its parameter sets.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Examples">In the order of the page.</param>
/// <param name="Parameters">In the order of the page, common parameters left out.</param>
/// <param name="Inputs">What can be piped in.</param>
/// <param name="Outputs">What is written.</param>
/// <param name="Notes">Paragraphs; the error ids among them.</param>
/// <param name="Links">Related links.</param>
public sealed partial record CmdletPage(
    string Name,
    string Synopsis,
    IReadOnlyList<SyntaxItem> Syntax,
    IReadOnlyList<string> Description,
    IReadOnlyList<Example> Examples,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<TypeHelp> Inputs,
    IReadOnlyList<TypeHelp> Outputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<Link> Links)
{
    /// <exception cref="FormatException">The page has not the form of PlatyPS.</exception>
    public static CmdletPage Read(string path)
    {
        try
        {
            return Of(Outline.Of(File.ReadAllText(path)));
        }
        catch (FormatException problem)
        {
            throw new FormatException($"{path}: {problem.Message}", problem);
        }
    }

    private static CmdletPage Of(Outline page)
    {
        var title = page.Sections.Count == 1 ? page.Sections[0] : throw new FormatException("A page has one heading of the first level, the cmdlet's name.");
        return new CmdletPage(
            title.Heading,
            string.Join(" ", PlainText.Paragraphs(title["SYNOPSIS"].Blocks)),
            [.. SyntaxOf(title["SYNTAX"])],
            PlainText.Paragraphs(title["DESCRIPTION"].Blocks),
            [.. title["EXAMPLES"].Sections.Select(ExampleOf)],
            [.. title["PARAMETERS"].Sections.Where(section => section.Heading.StartsWith('-')).Select(ParameterOf)],
            [.. title["INPUTS"].Sections.Select(TypeOf)],
            [.. title["OUTPUTS"].Sections.Select(TypeOf)],
            PlainText.Paragraphs(title["NOTES"].Blocks),
            [.. title["RELATED LINKS"].Blocks.SelectMany(PlainText.Links)]);
    }

    private static IEnumerable<SyntaxItem> SyntaxOf(Section section)
    {
        var sets = section.Sections.Count > 0 ? section.Sections : [section];
        foreach (var set in sets)
        {
            var code = set.Blocks.OfType<FencedCodeBlock>().FirstOrDefault() ?? throw new FormatException($"SYNTAX, {set.Heading}: there is no code block.");
            var text = string.Join(' ', PlainText.Lines(code).Select(line => line.Trim()));
            var name = set.Heading.Replace(" (Default)", "");
            yield return new SyntaxItem(set == section ? null : name, set.Heading.EndsWith(" (Default)", StringComparison.Ordinal), text, [.. ParameterPattern().Matches(text).Select(ParameterOf)]);
        }
    }

    private static SyntaxParameter ParameterOf(Match match) => new(
        match.Groups["name"].Value,
        match.Groups["type"] is { Success: true, Value: var type } ? type : null,
        !match.Groups["optional"].Success,
        match.Groups["positional"].Success);

    private static Example ExampleOf(Section section)
    {
        var commands = section.Blocks.TakeWhile(block => block is FencedCodeBlock).Cast<FencedCodeBlock>().ToList();
        if (commands.Count == 0)
            throw new FormatException($"{section.Heading}: an example begins with a code block.");
        return new Example(
            section.Heading,
            string.Join("\n\n", commands.Select(code => string.Join('\n', PlainText.Lines(code)))),
            PlainText.Paragraphs(section.Blocks.Skip(commands.Count)));
    }

    private static ParameterHelp ParameterOf(Section section)
    {
        var yaml = section.Blocks.OfType<FencedCodeBlock>().LastOrDefault(code => code.Info == "yaml") ?? throw new FormatException($"{section.Heading}: there is no yaml block.");
        var fields = PlainText.Lines(yaml).Select(line => line.Split(':', 2)).Where(field => field.Length == 2).ToDictionary(field => field[0].Trim(), field => field[1].Trim());
        string Field(string name) => fields.GetValueOrDefault(name) ?? throw new FormatException($"{section.Heading}: '{name}' is missing.");
        return new ParameterHelp(
            section.Heading[1..],
            PlainText.Paragraphs(section.Blocks.Where(block => block != yaml)),
            Field("Type"),
            ListOf(Field("Parameter Sets")),
            ListOf(Field("Aliases")),
            Field("Required") == "True",
            Field("Position"),
            Field("Default value"),
            Field("Accept pipeline input"),
            Field("Accept wildcard characters") == "True",
            ListOf(fields.GetValueOrDefault("Accepted values", "")));
    }

    private static string[] ListOf(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static TypeHelp TypeOf(Section section) => new(section.Heading, PlainText.Paragraphs(section.Blocks));

    // [[-Path] <String>]   [-Path] <String>   [-Force]   -ByCourse
    [GeneratedRegex(@"(?<=\s)(?:(?<optional>\[)?(?<positional>\[)-(?<name>\w+)\](?= <)|(?<optional>\[)?-(?<name>\w+))(?: <(?<type>[^>]+)>)?\]?")]
    private static partial Regex ParameterPattern();
}

/// <summary>A parameter set.</summary>
/// <param name="Set">Its name; null where there is one set only.</param>
/// <param name="IsDefault">Whether the cmdlet takes it where the parameters leave a choice.</param>
/// <param name="Text">As the page writes it, in one line.</param>
/// <param name="Parameters">In the order of the page.</param>
public sealed record SyntaxItem(string? Set, bool IsDefault, string Text, IReadOnlyList<SyntaxParameter> Parameters);

/// <summary>A parameter in a parameter set.</summary>
/// <param name="Name">Without its dash.</param>
/// <param name="Type">Null for a switch.</param>
/// <param name="IsRequired">Whether the set needs it.</param>
/// <param name="IsPositional">Whether its name may be left out.</param>
public sealed record SyntaxParameter(string Name, string? Type, bool IsRequired, bool IsPositional);

/// <summary>An example.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Code">The commands, with what they write.</param>
/// <param name="Remarks">Paragraphs.</param>
public sealed record Example(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>A parameter as the page describes it.</summary>
/// <param name="Name">Without its dash.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Type">Its type's short name.</param>
/// <param name="Sets">The parameter sets that have it; <c>(All)</c> for all.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="IsRequired">Whether it must be given.</param>
/// <param name="Position">From 0, or <c>Named</c>.</param>
/// <param name="DefaultValue">As the page writes it; <c>None</c> for none.</param>
/// <param name="PipelineInput">For example <c>True (ByPropertyName, ByValue)</c>.</param>
/// <param name="TakesWildcards">Whether it is matched as a pattern.</param>
/// <param name="AcceptedValues">Where only some values will do.</param>
public sealed record ParameterHelp(
    string Name,
    IReadOnlyList<string> Description,
    string Type,
    IReadOnlyList<string> Sets,
    IReadOnlyList<string> Aliases,
    bool IsRequired,
    string Position,
    string DefaultValue,
    string PipelineInput,
    bool TakesWildcards,
    IReadOnlyList<string> AcceptedValues);

/// <summary>A type that goes in or comes out.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Description">Paragraphs.</param>
public sealed record TypeHelp(string Name, IReadOnlyList<string> Description);

/// <summary>A related link.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Address">Where it leads; relative to the page, or absolute.</param>
public sealed record Link(string Text, string Address);
