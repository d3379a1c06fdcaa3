namespace KinescopePS.Matching;

/// <summary>The weights of words: rare ones count, and what nearly all names of a group have hardly does.</summary>
internal static class NameWeights
{
    private const double CourseWord = 0.15, CourseWordShare = 0.6;
    private const int SmallestGroup = 4;

    /// <summary>The length that names of a list are cut at is that of its longest; a few may be longer. 0 to 1.</summary>
    private const double LongestShare = 0.95, CutShare = 0.75;

    /// <summary>Names that are cut off are not shorter. Unit: characters.</summary>
    private const int ShortestCut = 20;

    public static Dictionary<int, int> CountBy(this IEnumerable<int> values)
    {
        var counts = new Dictionary<int, int>();
        foreach (var value in values)
            counts[value] = counts.GetValueOrDefault(value) + 1;
        return counts;
    }

    /// <summary>Weighs the words of a list's names.</summary>
    /// <param name="names">The names of one list.</param>
    /// <param name="frequency">The number of names of both lists that have a word.</param>
    /// <param name="count">The number of names of both lists.</param>
    /// <param name="others">The words of the other list.</param>
    public static void Weigh(MatchedName[] names, HashSet<int> others, Dictionary<int, int> frequency, int count)
    {
        var longest = names.Length == 0 ? 0 : names.Select(name => name.Length).Order().ElementAt((int)(LongestShare * (names.Length - 1)));
        foreach (var group in names.GroupBy(name => name.Group))
        {
            var members = group.ToList();
            var inGroup = members.SelectMany(name => name.Words.Distinct()).CountBy();
            var plain = members.Where(name => name.Numbers.Length == 0).Select(name => name.Text).ToHashSet();
            foreach (var name in members)
            {
                name.Weights = Array.ConvertAll(name.Words, word => Math.Log(1 + (double)count / frequency[word])
                    * (members.Count >= SmallestGroup && inGroup[word] >= CourseWordShare * members.Count
                        || name.GroupWords.Contains(word) ? CourseWord : 1));
                name.Weight = Math.Max(name.Weights.Sum(), double.Epsilon);
                name.MayBeCut = name.Length >= Math.Max(ShortestCut, CutShare * longest);
                name.HasCounter = name is { MayBeCut: true, Numbers.Length: 1, Words.Length: > 0 } && name.Sequence[^1].IsNumber
                    && (plain.Contains(name.Text) || !others.Contains(name.Words[^1]));
            }
        }
    }

    /// <summary>The weights of the words of groups that both lists know. What only one knows tells nothing of the other.</summary>
    public static Dictionary<int, double> OfGroups(MatchedName[] items, MatchedName[] candidates)
    {
        var groups = items.Concat(candidates).DistinctBy(name => (name.Group, name.Named.Id is null)).ToList();
        var frequency = groups.SelectMany(name => name.GroupWords).CountBy();
        var known = items.SelectMany(name => name.GroupWords).ToHashSet();
        known.IntersectWith(candidates.SelectMany(name => name.GroupWords));
        return known.ToDictionary(word => word, word => Math.Log(1 + (double)groups.Count / frequency.GetValueOrDefault(word, 1)));
    }
}
