namespace KinescopePS.Matching;

/// <summary>
/// The evidence that the pairs of a first round are for the others: the group whose items the files of a folder are, however the two are
/// called, and whether files are numbered as the items of the group are.
/// </summary>
internal sealed class GroupEvidence
{
    /// <summary>Fewer pairs prove nothing.</summary>
    private const int FewestPairs = 3;

    private const double Dominant = 0.75;

    private readonly Dictionary<(int Folder, int Group), int> _pairs = [];
    private readonly Dictionary<int, int> _ofFolder = [];
    private readonly Dictionary<int, int> _mostOfFolder = [];
    private readonly Dictionary<int, int> _mostOfFolderAtTop = [];
    private readonly int[] _matched = [];
    private readonly Dictionary<(int Folder, int Group), (int Same, int All)> _places = [];

    private GroupEvidence()
    {
    }

    /// <param name="items">The items.</param>
    /// <param name="candidates">The candidates.</param>
    /// <param name="matched">The candidate of each item, or -1.</param>
    public GroupEvidence(MatchedName[] items, MatchedName[] candidates, int[] matched)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (matched[i] < 0)
                continue;
            var (item, candidate) = (items[i], candidates[matched[i]]);
            foreach (var group in (HashSet<int>)[item.Group, item.TopGroup])
            {
                var key = (candidate.Group, group);
                _pairs[key] = _pairs.GetValueOrDefault(key) + 1;
            }

            _ofFolder[candidate.Group] = _ofFolder.GetValueOrDefault(candidate.Group) + 1;
            if (item.Named.Order is null || candidate.Lead.Count == 0)
                continue;
            var places = _places.GetValueOrDefault((candidate.Group, item.Group));
            _places[(candidate.Group, item.Group)] = (places.Same + (IsInPlace(item, candidate) ? 1 : 0), places.All + 1);
        }

        _matched = matched;
        var tops = items.Select(item => item.TopGroup).ToHashSet();
        foreach (var (key, count) in _pairs)
        {
            var most = tops.Contains(key.Group) ? _mostOfFolderAtTop : _mostOfFolder;
            most[key.Folder] = Math.Max(count, most.GetValueOrDefault(key.Folder));
        }
    }

    public static GroupEvidence None { get; } = new();

    /// <summary>The share of an item's group in a candidate's folder; null where too little is known of it, or it is mixed.</summary>
    public double? Share(MatchedName item, MatchedName candidate, int itemIndex, int candidateIndex)
    {
        // A pair is no evidence for itself.
        var itself = _matched.Length > 0 && _matched[itemIndex] == candidateIndex ? 1 : 0;
        var all = _ofFolder.GetValueOrDefault(candidate.Group) - itself;
        if (all < FewestPairs)
            return null;
        return ShareOf(item.Group) >= Dominant ? 1
            : ShareOf(item.TopGroup) >= Dominant ? (IsDominated(_mostOfFolder) ? 0.3 : 0.6)
            : IsDominated(_mostOfFolderAtTop) && ShareOf(item.TopGroup) < 1 - Dominant ? 0
            : null;

        bool IsDominated(Dictionary<int, int> most) => most.GetValueOrDefault(candidate.Group) >= Dominant * all;

        double ShareOf(int group) => (double)(_pairs.GetValueOrDefault((candidate.Group, group)) - itself) / all;
    }

    /// <summary>True where all files of the folder have the numbers of their items' places, and this one has another.</summary>
    public bool HasOtherPlace(MatchedName item, MatchedName candidate) =>
        item.Named.Order is not null && item.Lead.Count == 0 && candidate.Lead.Count > 0
        && _places.GetValueOrDefault((candidate.Group, item.Group)) is { All: >= FewestPairs } places && places.Same == places.All
        && !IsInPlace(item, candidate);

    private static bool IsInPlace(MatchedName item, MatchedName candidate) =>
        candidate.Lead[0] == item.Named.Order!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
