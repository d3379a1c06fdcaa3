using System.Globalization;
using System.Text;

namespace KinescopePS.Matching;

/// <summary>
/// A word as it sounds, roughly: the same for Cyrillic and for the Latin of any usual transliteration (GOST, ISO 9, BGN, passports,
/// and what people type). What these write differently becomes one: <c>kh h x</c>, <c>ts c tc</c>, <c>shch sch shh sh</c>,
/// <c>y i j</c>, <c>yo e ye</c>, soft signs, doubled letters. Upper-case letters stand for sounds of several letters.
/// </summary>
internal static class SpokenWord
{
    private const string Cyrillic = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ";

    private static readonly string[] Latin =
        "a b v g d e zh z i i k l m n o p r s t u f h c ch sh sch - i - e iu ia i i e g u d j l n c dz".Split(' ');

    /// <summary>Letters that lose their meaning with their mark, as ISO 9 writes them.</summary>
    private static readonly Dictionary<char, string> Marked = new()
    {
        ['č'] = "ch",
        ['š'] = "sh",
        ['ž'] = "zh",
        ['ŝ'] = "sch",
        ['â'] = "ia",
        ['û'] = "iu",
        ['ё'] = "e",
        ['ß'] = "ss",
        ['ł'] = "l",
    };

    // The order counts: skhema and схема are "shema" by the time that "sh" is looked for.
    private static readonly (string From, string To)[] Sounds =
    [
        ("kh", "h"), ("x", "h"), ("shch", "S"), ("sch", "S"), ("shh", "S"), ("sh", "S"), ("tch", "C"), ("ch", "C"), ("zh", "Z"),
        ("ts", "c"), ("tz", "c"), ("tc", "c"), ("cz", "c"), ("w", "v"), ("j", "i"), ("y", "i"), ("ii", "i"), ("ii", "i"), ("io", "e"),
        ("ie", "e"),
    ];

    /// <summary>The sound of a word, given in lower case and composed letters.</summary>
    public static string Of(string word)
    {
        var latin = new StringBuilder(word.Length + 8);
        foreach (var letter in word)
            AppendLatin(latin, letter);
        foreach (var (from, to) in Sounds)
            latin.Replace(from, to);

        var sound = new StringBuilder(latin.Length);
        for (var i = 0; i < latin.Length; i++)
        {
            if (i == 0 || latin[i] != latin[i - 1])
                sound.Append(latin[i]);
        }

        return sound.ToString();
    }

    private static void AppendLatin(StringBuilder latin, char letter)
    {
        if (char.IsAsciiLetterLower(letter))
            latin.Append(letter);
        else if (Marked.TryGetValue(letter, out var marked))
            latin.Append(marked);
        else if (Cyrillic.IndexOf(letter) is >= 0 and var at)
            latin.Append(Latin[at] == "-" ? "" : Latin[at]);
        else
            AppendBase(latin, letter);
    }

    private static void AppendBase(StringBuilder latin, char letter)
    {
        foreach (var part in letter.ToString().Normalize(NormalizationForm.FormKD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(part) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
                continue;
            if (part != letter && Cyrillic.Contains(part))
                AppendLatin(latin, part);
            else
                latin.Append(part);
        }
    }
}
