using System.Numerics;
using System.Runtime.InteropServices;

namespace KinescopePS.Matching;

/// <summary>A name prepared for comparison, with the weights that its words have in its list.</summary>
internal sealed class MatchedName(Named named, NameWords words, Vocabulary vocabulary)
{
    private static readonly char[] Digits = [.. "0123456789"];

    public Named Named => named;

    public IReadOnlyList<string> Lead => words.Lead;

    /// <summary>Words and numbers after the lead, in their order.</summary>
    public IReadOnlyList<NameWord> Sequence => words.Words;

    /// <summary>The length of the name. Unit: characters.</summary>
    public int Length => words.Length;

    /// <summary>The ids of its words without the numbers.</summary>
    public int[] Words { get; } =
        [.. words.Words.Where(word => !word.IsNumber).Select(word => vocabulary.IdOf(word.Text))];

    /// <summary>The weight of each of <see cref="Words"/>.</summary>
    public double[] Weights { get; set; } = [];

    public double Weight { get; set; }

    /// <summary>The numbers that are part of the title.</summary>
    public string[] Numbers { get; } = [.. words.Words.Where(word => word.IsNumber).Select(word => word.Text)];

    /// <summary>The same for equal words.</summary>
    public int Text { get; } =
        vocabulary.IdOf(" " + string.Join(' ', words.Words.Where(word => !word.IsNumber).Select(word => word.Text)));

    /// <summary>The ids of the words of its group and id, without the number that counts the lessons of a module.</summary>
    public HashSet<int> GroupWords { get; } =
        [.. named.Group.Append(named.Id?.TrimEnd(Digits) ?? "").SelectMany(Vocabulary.GroupWordsOf).Select(vocabulary.IdOf)];

    /// <summary>The same for names of one group.</summary>
    public int Group { get; } = vocabulary.IdOf("/" + string.Join('/', named.Group));

    /// <summary>The same for names of one outermost group.</summary>
    public int TopGroup { get; } = vocabulary.IdOf("/" + named.Group.FirstOrDefault());

    /// <summary>True where it is about as long as the longest of its list: there it may have been cut off.</summary>
    public bool MayBeCut { get; set; }

    /// <summary>True where its last number may only tell it from a file of the same cut name.</summary>
    public bool HasCounter { get; set; }
}

/// <summary>The words of two lists, by number, with what each is worth.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<string> _texts = [];
    private readonly List<uint> _letters = [];

    public string this[int id] => _texts[id];

    /// <summary>The number of kinds of letters that only one of two words has.</summary>
    public int OtherLetters(int one, int other) => BitOperations.PopCount(_letters[one] ^ _letters[other]);

    public int IdOf(string text)
    {
        ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(_ids, text, out var isKnown);
        if (isKnown)
            return id;
        _texts.Add(text);
        _letters.Add(text.Aggregate(0u, (letters, letter) => letters | 1u << (letter % 32)));
        return id = _texts.Count - 1;
    }

    /// <summary>The words of a folder or an id: a letter with a number is one, as in <c>m02</c>.</summary>
    public static IEnumerable<string> GroupWordsOf(string text)
    {
        var words = NameWords.Split(text);
        for (var i = 0; i < words.Count; i++)
        {
            var isUnit = !words[i].IsNumber && words[i].Text.Length <= 2 && i + 1 < words.Count && words[i + 1].IsNumber;
            yield return isUnit ? words[i].Text + words[++i].Text : words[i].Text;
        }
    }
}
