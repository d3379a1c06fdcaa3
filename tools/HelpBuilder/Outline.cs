using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace HelpBuilder;

/// <summary>A Markdown text by its headings.</summary>
/// <param name="Sections">Those of the first level.</param>
internal sealed record Outline(IReadOnlyList<Section> Sections)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    public static Outline Of(string markdown)
    {
        var root = new Section("", 0);
        var open = new Stack<Section>([root]);
        foreach (var block in Markdown.Parse(markdown, Pipeline))
        {
            switch (block)
            {
                case YamlFrontMatterBlock or HtmlBlock:
                    break;
                case HeadingBlock heading:
                    while (open.Peek().Level >= heading.Level)
                        open.Pop();
                    var section = new Section(PlainText.Of(heading.Inline), heading.Level);
                    open.Peek().Sections.Add(section);
                    open.Push(section);
                    break;
                default:
                    open.Peek().Blocks.Add(block);
                    break;
            }
        }

        return new Outline(root.Sections);
    }
}

/// <summary>A heading and what stands under it.</summary>
internal sealed record Section(string Heading, int Level)
{
    /// <summary>What stands before the first heading of a lower level.</summary>
    public List<Block> Blocks { get; } = [];

    /// <summary>The next lower level.</summary>
    public List<Section> Sections { get; } = [];

    public Section this[string heading] =>
        Sections.Find(section => section.Heading == heading) ?? throw new FormatException($"There is no section '{heading}'.");
}
