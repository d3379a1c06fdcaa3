using System.Text.RegularExpressions;

namespace KinescopePS.Settings;

/// <summary>The names and values of a text in the form of <c>.env</c>, before references in them are replaced.</summary>
/// <remarks>
/// Source: parse in dotenv 16's lib/main.js, whose regular expressions these are. In them a blank is also U+FEFF but not U+0085, a letter
/// is one of ASCII, and a line ends at U+2028 and U+2029 too.
/// </remarks>
internal static partial class DotenvText
{
    /// <summary>The longest time for one text: the expressions go back and forth over quotes that are not closed.</summary>
    private const int Patience = 2000;

    private static readonly char[] Blanks =
    [
        .. "\t\n\v\f\r \u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF", .. Enumerable.Range(0x2000, 11).Select(code => (char)code),
    ];

    /// <summary>Reads a text. Of a name that comes twice the last value counts, at the place of the first.</summary>
    /// <param name="text">The text.</param>
    /// <param name="malformed">Called with the number of each line that is no setting, counted from 1.</param>
    /// <exception cref="TimeoutException">It takes too long.</exception>
    public static OrderedSettings Parse(string text, Action<int> malformed)
    {
        text = text.Replace("\r\n", "\n").Replace('\r', '\n');
        var settings = new OrderedSettings();
        var (end, line) = (0, 1);
        foreach (Match match in Line().Matches(text))
        {
            PassOver(match.Index);
            settings.Set(match.Groups["name"].Value, ValueOf(match.Groups["value"].Value));
            (end, line) = (match.Index + match.Length, line + match.Value.Count(letter => letter == '\n'));
        }

        PassOver(text.Length);
        return settings;

        void PassOver(int to)
        {
            var lines = text[end..to].Split('\n');
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Trim(Blanks) is not ([] or ['#', ..]))
                    malformed(line + i);
            }

            line += lines.Length - 1;
        }
    }

    private static string ValueOf(string text)
    {
        var value = text.Trim(Blanks);
        var unquoted = Quotes().Replace(value, "$2");
        return value is ['"', ..] ? unquoted.Replace("\\n", "\n").Replace("\\r", "\r") : unquoted;
    }

    [GeneratedRegex(
        """
        (?<=\A|[\n\u2028\u2029]) [\s\uFEFF-[\x85]]* (?:export[\s\uFEFF-[\x85]]+)? (?<name>[A-Za-z0-9_.-]+)
        (?: [\s\uFEFF-[\x85]]* = [\s\uFEFF-[\x85]]*? | : [\s\uFEFF-[\x85]]+? )
        (?<value>
            [\s\uFEFF-[\x85]]* '(?:\\'|[^'])*' | [\s\uFEFF-[\x85]]* "(?:\\"|[^"])*" | [\s\uFEFF-[\x85]]* `(?:\\`|[^`])*` | [^\#\n]+
        )?
        [\s\uFEFF-[\x85]]* (?:\#[^\n\u2028\u2029]*)? (?=[\n\u2028\u2029]|\z)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Line();

    [GeneratedRegex("""(?<=\A|[\n\u2028\u2029])(['"`])([\s\S]*)\1(?=[\n\u2028\u2029]|\z)""", RegexOptions.CultureInvariant, Patience)]
    private static partial Regex Quotes();
}
