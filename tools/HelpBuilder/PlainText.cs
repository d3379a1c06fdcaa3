using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace HelpBuilder;

/// <summary>Markdown as text for a terminal: marks are dropped, lists and tables become lines.</summary>
internal static class PlainText
{
    /// <summary>A paragraph a block. A list or a table is one paragraph, with a line for each entry.</summary>
    public static IReadOnlyList<string> Paragraphs(IEnumerable<Block> blocks) => [.. blocks.Select(Of)];

    public static string Of(Block block) => block switch
    {
        FencedCodeBlock code => string.Join('\n', Lines(code)),
        LeafBlock leaf => Of(leaf.Inline),
        ListBlock list => string.Join('\n', list.Cast<ListItemBlock>().Select(item => "- " + string.Join(' ', item.Select(Of)))),
        Table table => string.Join('\n', RowsOf(table)),
        ContainerBlock container => string.Join('\n', container.Select(Of)),
        _ => "",
    };

    public static string Of(ContainerInline? inlines)
    {
        var text = new StringBuilder();
        foreach (var inline in inlines ?? [])
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                LineBreakInline => " ",
                AutolinkInline address => address.Url,
                LinkInline link => Of(link) + (IsAbsolute(link.Url) ? $" ({link.Url})" : ""),
                ContainerInline container => Of(container),
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                _ => "",
            });
        }

        return text.ToString();
    }

    public static IEnumerable<string> Lines(FencedCodeBlock code) => code.Lines.Lines.Take(code.Lines.Count).Select(line => line.ToString());

    public static IEnumerable<Link> Links(Block block) =>
        (block as LeafBlock)?.Inline?.Descendants<LinkInline>().Select(link => new Link(Of(link), link.Url ?? "")) ?? [];

    public static bool IsAbsolute(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    // | Started | begun | continues it |  becomes  - Started: begun; next run: continues it
    private static IEnumerable<string> RowsOf(Table table)
    {
        var rows = table.Cast<TableRow>().Select(row => row.Cast<TableCell>().Select(Of).ToList()).ToList();
        foreach (var row in rows.Skip(1))
            yield return $"- {row[0]}: {row[1]}" + string.Concat(row.Skip(2).Select((cell, index) => $"; {rows[0][index + 2]}: {cell}"));
    }
}
