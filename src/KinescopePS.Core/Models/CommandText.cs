using System.Text;

namespace KinescopePS;

/// <summary>Commands that a person is told to type.</summary>
internal static class CommandText
{
    /// <summary>A text as a literal of PowerShell, for which the typographic quotes are quotes as well.</summary>
    public static string Literal(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var letter in text)
            quoted.Append(letter, letter is '\'' or '\u2018' or '\u2019' or '\u201A' or '\u201B' ? 2 : 1);
        return quoted.Append('\'').ToString();
    }
}
