namespace KinescopePS.Matching;

/// <summary>
/// Matches two lists of things by their names: one to one, with the best total, and only what is sure. The answer is the same in
/// whatever order the lists come.
/// </summary>
/// <remarks>
/// Each item is compared with its likeliest candidates; the pairs are assigned for the best total; a pair is kept where neither side has
/// another choice that is nearly as good and not surely somebody else's. It is done twice: by then it is known which folders hold which
/// groups, and whether files are numbered as their lessons are.
/// </remarks>
internal sealed class TitleMatcher
{
    /// <summary>No pair that is less alike is considered at all.</summary>
    private const double LeastConfidence = 0.4;

    /// <summary>The factor for a file in the folder of another group: no likeness makes up for it.</summary>
    private const double OtherGroup = 0.74;

    private readonly TitleMatchOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly MatchedName[] _items;
    private readonly MatchedName[] _candidates;
    private readonly Vocabulary _vocabulary = new();
    private readonly Dictionary<int, double> _groupWeights;
    private readonly Pair[][] _pairs;

    private TitleMatcher(Named[] items, Named[] candidates, TitleMatchOptions options, CancellationToken cancellation)
    {
        (_options, _cancellation) = (options, cancellation);
        _items = Array.ConvertAll(items, Prepare);
        _candidates = Array.ConvertAll(candidates, Prepare);
        MatchedName[] all = [.. _items, .. _candidates];
        var frequency = all.SelectMany(name => name.Words.Distinct()).CountBy();
        NameWeights.Weigh(_items, [.. _candidates.SelectMany(name => name.Words)], frequency, all.Length);
        NameWeights.Weigh(_candidates, [.. _items.SelectMany(name => name.Words)], frequency, all.Length);
        _groupWeights = NameWeights.OfGroups(_items, _candidates);
        _pairs = FindPairs();
    }

    /// <summary>Matches each item with a candidate, or with none.</summary>
    /// <param name="items">The lessons, say. An empty name matches nothing.</param>
    /// <param name="candidates">The files, say.</param>
    /// <param name="options">The caution.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>One match for each item, in their order.</returns>
    public static IReadOnlyList<TitleMatch> Match(
        IReadOnlyList<Named> items,
        IReadOnlyList<Named> candidates,
        TitleMatchOptions? options = null,
        CancellationToken cancellation = default)
    {
        var (itemOrder, candidateOrder) = (Canonical(items), Canonical(candidates));
        var matcher = new TitleMatcher(
            Array.ConvertAll(itemOrder, i => items[i]),
            Array.ConvertAll(candidateOrder, i => candidates[i]),
            options ?? new(),
            cancellation);
        var found = matcher.Run();
        var matches = new TitleMatch[items.Count];
        for (var i = 0; i < found.Length; i++)
        {
            matches[itemOrder[i]] = found[i] with
            {
                Candidate = found[i].Candidate is { } at ? candidateOrder[at] : null,
                RunnerUp = found[i].RunnerUp is { } next ? candidateOrder[next] : null,
            };
        }

        return matches;
    }

    private static int[] Canonical(IReadOnlyList<Named> list) =>
    [
        .. Enumerable.Range(0, list.Count)
            .OrderBy(i => list[i].Name, StringComparer.Ordinal)
            .ThenBy(i => string.Join('\0', list[i].Group), StringComparer.Ordinal)
            .ThenBy(i => list[i].Id, StringComparer.Ordinal)
            .ThenBy(i => list[i].Order)
            .ThenBy(i => list[i].Length),
    ];

    private MatchedName Prepare(Named named) => new(named, NameWords.Of(named.Name), _vocabulary);

    private TitleMatch[] Run()
    {
        var first = Choose(GroupEvidence.None);
        var evidence = new GroupEvidence(
            _items, _candidates, [.. first.Kept.Select((at, i) => at < 0 ? -1 : _pairs[i][at].Candidate)]);
        var (kept, confidences) = Choose(evidence);
        return [.. Enumerable.Range(0, _items.Length).Select(i => MatchOf(i, kept[i], confidences[i]))];
    }

    private TitleMatch MatchOf(int item, int kept, double[] confidences)
    {
        var pairs = _pairs[item];
        var ranked = Enumerable.Range(0, pairs.Length).Where(at => at != kept)
            .OrderByDescending(at => confidences[at]).ThenBy(at => pairs[at].Candidate).ToList();
        int? next = ranked.Count > 0 ? ranked[0] : null;
        var by = kept < 0 ? (MatchedBy?)null : pairs[kept].Likeness.IsExact ? MatchedBy.ExactTitle : MatchedBy.Title;
        return new TitleMatch(
            kept < 0 ? null : pairs[kept].Candidate,
            by,
            kept >= 0 ? confidences[kept] : next is { } likeliest ? confidences[likeliest] : 0,
            next is { } runnerUp ? pairs[runnerUp].Candidate : null,
            next is { } second ? confidences[second] : 0);
    }

    private Pair[][] FindPairs()
    {
        var index = new CandidateIndex(_candidates, _vocabulary);
        var comparison = new TextComparison(_vocabulary);
        var siblings = new Siblings(_items, _candidates);
        var near = Array.ConvertAll(_items, item =>
        {
            _cancellation.ThrowIfCancellationRequested();
            return index.Find(item);
        });
        for (var i = 0; i < near.Length; i++)
        {
            _cancellation.ThrowIfCancellationRequested();
            foreach (var at in near[i].Where(at => comparison.Words(_items[i], _candidates[at]) >= TextComparison.NearlySame))
                siblings.Add(i, at);
        }

        return [.. near.Select((candidates, i) => candidates
            .Select(at => new Pair(
                at, comparison.Compare(_items[i], _candidates[at], siblings.Are(i, at)), GroupOverlap(_items[i], _candidates[at])))
            .Where(pair => pair.Likeness.Value >= LeastConfidence)
            .ToArray())];
    }

    /// <summary>The part of the words of both groups that both have; null where neither has any that tells something.</summary>
    private double? GroupOverlap(MatchedName item, MatchedName candidate)
    {
        var common = item.GroupWords.Where(candidate.GroupWords.Contains).Sum(WeightOf);
        var all = item.GroupWords.Union(candidate.GroupWords).Sum(WeightOf);
        return all > 0 ? common / all : null;

        double WeightOf(int word) => _groupWeights.GetValueOrDefault(word);
    }

    /// <summary>Assigns the pairs and keeps those that are sure.</summary>
    private (int[] Kept, double[][] Confidences) Choose(GroupEvidence evidence)
    {
        var confidences = new double[_items.Length][];
        var rows = new IReadOnlyList<Pairing>[_items.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var pairs = _pairs[i];
            confidences[i] = Array.ConvertAll(pairs, pair => ConfidenceOf(i, pair, evidence));
            rows[i] = [.. pairs.Select((pair, at) => new Pairing(pair.Candidate, WorthOf(confidences[i][at])))];
        }

        _cancellation.ThrowIfCancellationRequested();
        var columns = Assignment.Solve(rows, _candidates.Length);
        var chosen = new int[columns.Length];
        for (var i = 0; i < chosen.Length; i++)
            chosen[i] = Array.FindIndex(_pairs[i], pair => pair.Candidate == columns[i]);
        return (SurePairs.Of(_pairs, confidences, chosen, _candidates.Length, _options), confidences);
    }

    private double ConfidenceOf(int at, Pair pair, GroupEvidence evidence)
    {
        var (item, candidate) = (_items[at], _candidates[pair.Candidate]);
        var share = evidence.Share(item, candidate, at, pair.Candidate);
        var confidence = pair.Likeness.Value
            * (share is null ? 0.9 + 0.1 * (pair.GroupOverlap ?? 0.5) : OtherGroup + (1 - OtherGroup) * share.Value)
            * (evidence.HasOtherPlace(item, candidate) ? 0.92 : 1);
        if (item.Named.Length is > 0 && item.Named.Length == candidate.Named.Length)
            confidence += (1 - confidence) / 2;
        return Math.Round(confidence, 4);
    }

    /// <summary>One sure pair is worth more than two doubtful ones.</summary>
    private static double WorthOf(double confidence) => Math.Pow(confidence, 6);
}

/// <summary>An item's candidate, and what is known of the two before anything is matched.</summary>
internal sealed record Pair(int Candidate, Likeness Likeness, double? GroupOverlap);
