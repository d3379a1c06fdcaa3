using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace KinescopePS.Reports;

/// <summary>Writes HTML: tags are the code's own, whatever comes as text or as a value of an attribute is encoded.</summary>
internal sealed class Html(TextWriter to)
{
    // Letters of all alphabets stay legible in the file, and short.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private static readonly HashSet<string> Void = ["meta", "input", "rect", "path"];

    private readonly Stack<string> _open = new();

    /// <summary>Begins an element.</summary>
    /// <param name="attributes">Their values; null leaves one out.</param>
    public Html Open(string tag, params (string Name, object? Value)[] attributes)
    {
        to.Write('<');
        to.Write(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is null)
                continue;
            to.Write(' ');
            to.Write(name);
            if (value is true)
                continue;
            to.Write("=\"");
            Encode(Convert.ToString(value, CultureInfo.InvariantCulture)!);
            to.Write('"');
        }

        // Within SVG an element without content has to close itself.
        if (Void.Contains(tag))
        {
            to.Write("/>");
            return this;
        }

        to.Write('>');
        _open.Push(tag);
        return this;
    }

    public Html Close()
    {
        to.Write("</");
        to.Write(_open.Pop());
        to.Write('>');
        return this;
    }

    public Html Line()
    {
        to.Write('\n');
        return this;
    }

    /// <summary>Text, without characters that turn the reading order round.</summary>
    public Html Text(string? text)
    {
        if (text is not null)
            Encode(PrintableText.Of(text));
        return this;
    }

    /// <summary>An element with text only.</summary>
    public Html Element(string tag, string? text, params (string Name, object? Value)[] attributes) =>
        Open(tag, attributes).Text(text).Close();

    /// <summary>A sheet or a script of our own: what a browser does not decode.</summary>
    public Html Own(string tag, string content)
    {
        to.Write($"<{tag}>{content}</{tag}>");
        return this;
    }

    /// <summary>Text with code in backticks.</summary>
    public Html Marked(string markdown)
    {
        var parts = markdown.Split('`');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i % 2 == 1)
                Element("code", parts[i]);
            else
                Text(parts[i]);
        }

        return this;
    }

    private void Encode(string text) => Encoder.Encode(to, text);
}
