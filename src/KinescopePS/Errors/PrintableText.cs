using System.Text.RegularExpressions;

namespace KinescopePS;

/// <summary>
/// Text of others (manifests, titles, answers of a server) on its way to a terminal or a log: one line, without characters that
/// command a terminal or turn the reading order round.
/// </summary>
internal static partial class PrintableText
{
    public static string Of(string text) => Commanding().Replace(text, character => character.ValueSpan is "\r\n" or "\n" or "\r" or "\t" ? " " : "\uFFFD");

    /// <summary>Whether a text has nothing in it that has to be replaced.</summary>
    public static bool Is(string text) => !Commanding().IsMatch(text);

    // Control characters, line and paragraph separators, and the bidirectional controls of Unicode's UAX #9.
    [GeneratedRegex(@"\r\n|[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]", RegexOptions.CultureInvariant)]
    private static partial Regex Commanding();
}
