using System.Buffers;
using System.Text;

namespace KinescopePS;

/// <summary>
/// Text of others (manifests, titles, answers of a server) on its way to a terminal or a log: without characters that command a terminal
/// or turn the reading order round.
/// </summary>
internal static class PrintableText
{
    // Control characters, line and paragraph separators, and the bidirectional controls of Unicode's UAX #9.
    private static readonly SearchValues<char> Commanding = SearchValues.Create(
        [
            .. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code),
            .. "\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069",
        ]);

    /// <summary>The text on one line.</summary>
    public static string Of(string text)
    {
        if (Is(text))
            return text;

        var printable = new StringBuilder(text).Replace("\r\n", " ");
        for (var i = 0; i < printable.Length; i++)
        {
            if (Commanding.Contains(printable[i]))
                printable[i] = printable[i] is '\n' or '\r' or '\t' ? ' ' : '\uFFFD';
        }

        return printable.ToString();
    }

    /// <inheritdoc cref="Of" />
    public static string? OfAny(string? text) => text is null ? null : Of(text);

    /// <summary>The text with its line breaks and tabs.</summary>
    public static string Lines(string text)
    {
        return Is(text) ? text : string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(Line));

        static string Line(string line) => string.Join('\t', line.Split('\t').Select(Of));
    }

    /// <summary>True for a text in which nothing has to be replaced.</summary>
    public static bool Is(string text) => !text.AsSpan().ContainsAny(Commanding);
}
