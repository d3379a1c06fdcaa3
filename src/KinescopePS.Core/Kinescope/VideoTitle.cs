using System.Globalization;
using System.Text;

namespace KinescopePS.Kinescope;

/// <summary>The titles that a video may have.</summary>
internal static class VideoTitle
{
    /// <summary>Unit: UTF-16 code units. Source: kinescope-api section 3, the dashboard's limit.</summary>
    public const int MaxLength = 140;

    private const string Ellipsis = "…";

    /// <summary>The Latin letters of the small Cyrillic ones, as passports have them.</summary>
    private static readonly string[] Latin =
    [
        "a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh",
        "shch", "ie", "y", "", "e", "iu", "ia",
    ];

    /// <summary>
    /// A title that is not too long: a longer one is cut between two characters as readers see them, and ends with an ellipsis.
    /// </summary>
    public static string Fit(string title)
    {
        if (title.Length <= MaxLength)
            return title;

        var end = 0;
        while (end + StringInfo.GetNextTextElementLength(title, end) is var next && next <= MaxLength - Ellipsis.Length)
            end = next;
        if (end == 0)
            end = char.IsHighSurrogate(title[MaxLength - Ellipsis.Length - 1])
                ? MaxLength - Ellipsis.Length - 1
                : MaxLength - Ellipsis.Length;
        return title[..end].TrimEnd() + Ellipsis;
    }

    /// <summary>A title for a header: Cyrillic in Latin letters, other letters without their marks, the rest left out.</summary>
    public static string Ascii(string title)
    {
        var text = new StringBuilder(title.Length);
        foreach (var letter in title.Normalize(NormalizationForm.FormC).SelectMany(LatinOf).SelectMany(Plain))
        {
            if (letter is > ' ' and <= '~')
                text.Append(letter);
            else if (char.IsWhiteSpace(letter) && text.Length > 0 && text[^1] != ' ')
                text.Append(' ');
        }

        var ascii = text.ToString().Trim();
        return ascii.Length == 0 ? "video" : Fit(ascii) is var fit && fit == ascii ? ascii : ascii[..MaxLength];
    }

    private static string LatinOf(char letter) => char.ToLowerInvariant(letter) switch
    {
        'ё' => char.IsUpper(letter) ? "E" : "e",
        >= 'а' and <= 'я' and var small when Latin[small - 'а'] is var latin =>
            char.IsUpper(letter) && latin.Length > 0 ? char.ToUpperInvariant(latin[0]) + latin[1..] : latin,
        _ => letter.ToString(),
    };

    private static IEnumerable<char> Plain(char letter) =>
        char.IsSurrogate(letter) ? [] : letter.ToString().Normalize(NormalizationForm.FormD);
}
