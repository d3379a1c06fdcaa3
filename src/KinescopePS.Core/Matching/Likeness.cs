namespace KinescopePS.Matching;

/// <summary>The likeness of two names as texts.</summary>
/// <param name="Text">The likeness of the words. 0 to 1.</param>
/// <param name="Numbers">The factor for the numbers in them.</param>
/// <param name="Lead">The factor for the numbers before them.</param>
internal readonly record struct Likeness(double Text, double Numbers, double Lead)
{
    public double Value => Text * Numbers * Lead;

    /// <summary>True for the same words and numbers.</summary>
    public bool IsExact => Text == 1 && Numbers == 1 && Lead == 1;
}

/// <summary>Compares the texts of two names. Words that are alike are found once for all pairs.</summary>
internal sealed class TextComparison(Vocabulary vocabulary)
{
    private const double Cut = 0.98, CutBetweenWords = 0.95, OnlyNumbers = 0.85;
    private const double OtherNumbers = 0.5, OtherNumbersOfSibling = 0.45, MoreNumbers = 0.85;
    private const double MoreNumbersOfSibling = 0.6, UnknownNumber = 0.95;
    /// <summary>The likeness of words from which on only numbers tell names apart.</summary>
    public const double NearlySame = 0.85;

    private const double SimilarLead = 0.95, OtherLead = 0.74;

    /// <summary>Two words of other letters than these are not alike, whatever their endings.</summary>
    private const int MostOtherLetters = 6;

    private readonly Dictionary<(int, int), double> _known = [];

    /// <summary>The likeness of the words alone. 0 to 1; from <see cref="NearlySame"/> on they may be parts of one thing.</summary>
    public double Words(MatchedName one, MatchedName other) =>
        one.Words.Length == 0 || other.Words.Length == 0 ? 0
        : one.Text == other.Text ? 1
        : Math.Max(Math.Max(CutLikeness(one, other), CutLikeness(other, one)), WordLikeness(one, other));

    /// <summary>Compares two names, with what stands before and in them.</summary>
    /// <param name="one">A name.</param>
    /// <param name="other">The other.</param>
    /// <param name="haveSiblings">True where others of a group have nearly the same words: only numbers tell them apart.</param>
    public Likeness Compare(MatchedName one, MatchedName other, bool haveSiblings)
    {
        if (one.Words.Length == 0 || other.Words.Length == 0)
        {
            var isSame = one.Words.Length == other.Words.Length && one.Lead.Count > 0 && one.Lead.SequenceEqual(other.Lead)
                && one.Numbers.SequenceEqual(other.Numbers);
            return new Likeness(isSame ? OnlyNumbers : 0, 1, 1);
        }

        if (one.Text != other.Text && Math.Max(CutLikeness(one, other), CutLikeness(other, one)) is > 0 and var cut)
            return new Likeness(cut, 1, LeadFactor(one.Lead, other.Lead, haveSiblings));
        return one.Text == other.Text
            ? new Likeness(1, NumberFactor(one, other, haveSiblings), LeadFactor(one.Lead, other.Lead, haveSiblings))
            : new Likeness(
                WordLikeness(one, other),
                NumberFactor(one, other, haveSiblings),
                LeadFactor(one.Lead, other.Lead, haveSiblings));
    }

    /// <summary>
    /// The weight of the words that both have, in that of all. Words that are in the place of others tell more of a difference than
    /// words that are missing.
    /// </summary>
    private double WordLikeness(MatchedName one, MatchedName other)
    {
        var (ones, others) = (one.Words, other.Words);
        Span<double> oneLikeness = stackalloc double[ones.Length];
        Span<double> otherLikeness = stackalloc double[others.Length];
        oneLikeness.Clear();
        otherLikeness.Clear();
        for (var i = 0; i < ones.Length; i++)
        {
            for (var j = 0; j < others.Length; j++)
            {
                if (ones[i] == others[j] && otherLikeness[j] == 0)
                {
                    oneLikeness[i] = otherLikeness[j] = 1;
                    break;
                }
            }
        }

        for (var i = 0; i < ones.Length; i++)
        {
            if (oneLikeness[i] > 0)
                continue;
            var (best, at) = (0.0, -1);
            for (var j = 0; j < others.Length; j++)
            {
                if (otherLikeness[j] == 0 && Likeness(ones[i], others[j]) is var likeness && likeness > best)
                    (best, at) = (likeness, j);
            }

            if (at >= 0)
                oneLikeness[i] = otherLikeness[at] = best;
        }

        Join(ones, oneLikeness, others, otherLikeness);
        var missing = Missing(one.Weights, oneLikeness);
        var added = Missing(other.Weights, otherLikeness);
        return Math.Max(0, 1 - (missing + added + Math.Min(missing, added)) / (one.Weight + other.Weight));
    }

    private static double Missing(double[] weights, Span<double> likeness)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] * (1 - likeness[i]);
        return sum;
    }

    /// <summary>Takes what is left of one name for what is left of the other: one word here may be several there.</summary>
    private void Join(int[] ones, Span<double> oneLikeness, int[] others, Span<double> otherLikeness)
    {
        var (rest, otherRest) = (Rest(ones, oneLikeness), Rest(others, otherLikeness));
        if (rest.Length == 0 || otherRest.Length == 0 || rest.Length > 48 || otherRest.Length > 48)
            return;
        var likeness = rest == otherRest ? 1 : EditDistance.Likeness(rest, otherRest);
        if (likeness < 0.8)
            return;
        foreach (ref var value in oneLikeness)
            value = value == 0 ? likeness : value;
        foreach (ref var value in otherLikeness)
            value = value == 0 ? likeness : value;
    }

    private string Rest(int[] words, Span<double> likeness)
    {
        var rest = "";
        for (var i = 0; i < words.Length; i++)
            rest += likeness[i] == 0 ? vocabulary[words[i]] : "";
        return rest;
    }

    private double Likeness(int one, int other)
    {
        if (one == other)
            return 1;
        var key = one < other ? (one, other) : (other, one);
        var (first, second) = (vocabulary[one], vocabulary[other]);
        // Most words are unlike at a glance.
        if (first.Length < 4 || second.Length < 4 || Math.Abs(first.Length - second.Length) > 4
            || vocabulary.OtherLetters(one, other) > MostOtherLetters
            || first[0] != second[0] && first[1] != second[1] && first[^1] != second[^1])
            return 0;
        if (!_known.TryGetValue(key, out var likeness))
            _known[key] = likeness = EditDistance.Likeness(first, second);
        return likeness;
    }

    /// <summary>The likeness of a name with one that it is the beginning of, cut off at some length; 0 where it is not.</summary>
    private double CutLikeness(MatchedName cut, MatchedName whole)
    {
        // A number after the cut only tells files of one name apart.
        var count = cut.Sequence.Count;
        while (count > 0 && cut.Sequence[count - 1].IsNumber)
            count--;
        if (!cut.MayBeCut || count < 2 || count > whole.Sequence.Count)
            return 0;
        for (var i = 0; i < count - 1; i++)
        {
            var (one, other) = (cut.Sequence[i], whole.Sequence[i]);
            if (one != other && (one.IsNumber || other.IsNumber || EditDistance.Likeness(one.Text, other.Text) < 0.75))
                return 0;
        }

        var (last, word) = (cut.Sequence[count - 1].Text, whole.Sequence[count - 1]);
        if (word.IsNumber)
            return 0;
        if (last == word.Text)
            return whole.Sequence.Count > count && count == cut.Sequence.Count ? CutBetweenWords : 0;
        // The last letter may be the half of a sound.
        return last.Length < word.Text.Length + 1 && word.Text.StartsWith(last[..^1], StringComparison.Ordinal)
            && (last.Length > 1 || word.Text[0] == last[0]) && last.Length <= word.Text.Length
            ? Cut : 0;
    }

    private static double NumberFactor(MatchedName one, MatchedName other, bool haveSiblings)
    {
        if (one.HasCounter || other.HasCounter)
            return UnknownNumber;
        // A number may stand before the title on one side, and in it on the other.
        var (missing, added) = (Without(one.Numbers, other, one.Lead.Count == 0), Without(other.Numbers, one, other.Lead.Count == 0));
        return (missing, added) switch
        {
            (0, 0) => 1,
            ( > 0, > 0) => haveSiblings ? OtherNumbersOfSibling : OtherNumbers,
            _ => haveSiblings ? MoreNumbersOfSibling : MoreNumbers,
        };
    }

    private static int Without(string[] numbers, MatchedName other, bool mayLead)
    {
        if (numbers.Length == 0)
            return 0;
        var left = new List<string>(other.Numbers);
        var without = numbers.Where(number => !left.Remove(number)).ToList();
        return without.Count(number => !(mayLead && other.Lead.Contains(number)));
    }

    private static double LeadFactor(IReadOnlyList<string> one, IReadOnlyList<string> other, bool haveSiblings)
    {
        if (one.Count == 0 || other.Count == 0 || one.SequenceEqual(other))
            return 1;
        var (shorter, longer) = one.Count < other.Count ? (one, other) : (other, one);
        if (shorter.Count < longer.Count
            && (longer.Take(shorter.Count).SequenceEqual(shorter) || longer.TakeLast(shorter.Count).SequenceEqual(shorter)
                || longer.Count == 3 && shorter.Count == 2 && longer[0] == shorter[0] && longer[2] == shorter[1]))
            return SimilarLead;
        return haveSiblings ? OtherNumbersOfSibling : OtherLead;
    }
}
