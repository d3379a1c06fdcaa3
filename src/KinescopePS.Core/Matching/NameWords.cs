using System.Globalization;
using System.Text;

namespace KinescopePS.Matching;

/// <summary>A word as it sounds, or a number without leading zeros.</summary>
internal readonly record struct NameWord(string Text, bool IsNumber);

/// <summary>
/// A name as it is compared: its words as they sound and its numbers, without case, punctuation and symbols. What numbers it among its
/// neighbours (<c>1.</c>, <c>001_</c>, <c>2.1</c>, <c>Урок 3</c>, <c>m01</c>) stands apart.
/// </summary>
internal sealed class NameWords
{
    /// <summary>The length that is looked at of a name, and of a word. Unit: characters.</summary>
    private const int MaxLength = 400, MaxWordLength = 48;

    private const int MaxWords = 48;

    private static readonly HashSet<string> Numbering =
    [
        .. "урок занятие лекция глава модуль тема блок раздел серия видео".Split(' ').Select(SpokenWord.Of),
        .. "lesson lecture chapter module topic unit episode video ep m l".Split(' ').Select(SpokenWord.Of),
    ];

    private NameWords(IReadOnlyList<string> lead, IReadOnlyList<NameWord> words, int length) =>
        (Lead, Words, Length) = (lead, words, length);

    /// <summary>The numbers that it begins with.</summary>
    public IReadOnlyList<string> Lead { get; }

    /// <summary>The words and numbers after these, in their order.</summary>
    public IReadOnlyList<NameWord> Words { get; }

    /// <summary>The length of the name as it is written. Unit: characters.</summary>
    public int Length { get; }

    public static NameWords Of(string name)
    {
        var all = Split(name);
        var lead = new List<string>();
        var at = 0;
        while (at < all.Count && (all[at].IsNumber || at + 1 < all.Count && all[at + 1].IsNumber && Numbering.Contains(all[at].Text)))
        {
            if (all[at].IsNumber)
                lead.Add(all[at].Text);
            at++;
        }

        return new NameWords(lead, all.GetRange(at, all.Count - at), name.Length);
    }

    /// <summary>All words and numbers of a text.</summary>
    public static List<NameWord> Split(string text)
    {
        var words = new List<NameWord>();
        var word = new StringBuilder();
        var isNumber = false;
        foreach (var character in Readable(text))
        {
            var isDigit = char.IsDigit(character);
            if (word.Length > 0 && (isDigit != isNumber || IsBreak(character)))
                End();
            if (IsBreak(character) || IsSilent(character) || word.Length == MaxWordLength)
                continue;
            isNumber = isDigit;
            word.Append(isDigit ? (char)('0' + (int)char.GetNumericValue(character)) : character);
        }

        End();
        return words;

        void End()
        {
            var text = isNumber ? word.ToString().TrimStart('0') : SpokenWord.Of(word.ToString());
            if (word.Length > 0 && (isNumber || text.Length > 0) && words.Count < MaxWords)
                words.Add(new NameWord(text.Length > 0 ? text : "0", isNumber));
            word.Clear();
        }
    }

    private static bool IsBreak(char character) => !char.IsLetterOrDigit(character) && !IsSilent(character);

    /// <summary>True for what stands within a word without being heard: marks, and apostrophes for soft signs.</summary>
    private static bool IsSilent(char character) => character is '\'' or '’' or 'ʹ' or 'ʼ' or '`'
        || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format;

    /// <summary>The text composed and in lower case. What is no Unicode separates words, and so do symbols.</summary>
    private static string Readable(string text)
    {
        var readable = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, MaxLength)).EnumerateRunes())
        {
            if (rune.Value is 0xFFFD or '№'
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNotAssigned or UnicodeCategory.OtherSymbol)
                readable.Append(' ');
            else
                readable.Append(rune.ToString());
        }

        return readable.ToString().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
    }
}
