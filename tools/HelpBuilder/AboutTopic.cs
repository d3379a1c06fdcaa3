using System.Text;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace HelpBuilder;

/// <summary>A conceptual topic as the text file that <c>Get-Help about_*</c> shows: wrapped, without marks.</summary>
internal static class AboutTopic
{
    private const int Width = 80;
    private const string Indent = "    ";

    public static string Write(string markdown)
    {
        var topic = Outline.Of(markdown).Sections is [var only] ? only : throw new FormatException("A topic has one heading of the first level, its name.");

        // Get-Help takes the short description for its list from the lines below its heading.
        var text = new StringBuilder("TOPIC\n").Append(Indent).Append(topic.Heading).Append('\n');
        foreach (var section in topic.Sections)
            Write(text, section);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Section section)
    {
        text.Append('\n').Append(section.Level == 2 ? section.Heading.ToUpperInvariant() : "  " + section.Heading).Append('\n');
        var isFirst = true;
        foreach (var block in section.Blocks)
        {
            if (!isFirst)
                text.Append('\n');
            isFirst = false;
            foreach (var line in LinesOf(block))
                text.Append((Indent + line).TrimEnd()).Append('\n');
        }

        foreach (var part in section.Sections)
            Write(text, part);
    }

    private static IEnumerable<string> LinesOf(Block block) => block switch
    {
        FencedCodeBlock code => PlainText.Lines(code).Select(line => Indent + line),
        ListBlock or Table => PlainText.Of(block).Split('\n').SelectMany(entry => Wrap(entry, "  ")),
        _ => Wrap(PlainText.Of(block), ""),
    };

    private static IEnumerable<string> Wrap(string text, string hanging)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && Indent.Length + line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear().Append(hanging).Append(word);
            }
            else
            {
                line.Append(line.Length > 0 ? " " : "").Append(word);
            }
        }

        yield return line.ToString();
    }
}
