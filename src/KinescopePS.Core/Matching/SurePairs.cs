namespace KinescopePS.Matching;

/// <summary>Keeps of the assigned pairs those that are beyond doubt.</summary>
internal sealed class SurePairs
{
    private readonly Pair[][] _pairs;
    private readonly double[][] _confidences;
    private readonly int[] _chosen;
    private readonly TitleMatchOptions _options;
    private readonly int[] _ownerOf;
    private readonly List<(int Item, int At)>[] _rivals;

    private SurePairs(Pair[][] pairs, double[][] confidences, int[] chosen, int candidates, TitleMatchOptions options)
    {
        (_pairs, _confidences, _chosen, _options) = (pairs, confidences, chosen, options);
        _ownerOf = new int[candidates];
        _rivals = new List<(int, int)>[candidates];
        Array.Fill(_ownerOf, -1);
        for (var i = 0; i < pairs.Length; i++)
        {
            if (chosen[i] >= 0)
                _ownerOf[pairs[i][chosen[i]].Candidate] = i;
            for (var at = 0; at < pairs[i].Length; at++)
                (_rivals[pairs[i][at].Candidate] ??= []).Add((i, at));
        }
    }

    /// <summary>The pair of each item that is kept, or -1.</summary>
    /// <param name="pairs">The pairs of each item.</param>
    /// <param name="confidences">The confidence in each.</param>
    /// <param name="chosen">The pair of each item that was assigned, or -1.</param>
    /// <param name="candidates">The number of candidates.</param>
    /// <param name="options">The caution.</param>
    public static int[] Of(Pair[][] pairs, double[][] confidences, int[] chosen, int candidates, TitleMatchOptions options)
    {
        var sure = new SurePairs(pairs, confidences, [.. chosen], candidates, options);
        sure.DropDoubtful();
        return sure._chosen;
    }

    /// <summary>Drops pair by pair: each that goes may leave others in doubt.</summary>
    private void DropDoubtful()
    {
        var due = new Queue<int>(Enumerable.Range(0, _pairs.Length));
        while (due.TryDequeue(out var item))
        {
            if (_chosen[item] < 0 || IsSure(item))
                continue;
            var dropped = _pairs[item][_chosen[item]].Candidate;
            _chosen[item] = -1;
            _ownerOf[dropped] = -1;
            var others = _pairs[item].SelectMany(pair => _rivals[pair.Candidate]).Select(rival => rival.Item);
            foreach (var other in others.Where(other => _chosen[other] >= 0).Distinct())
                due.Enqueue(other);
        }
    }

    private bool IsSure(int item)
    {
        var confidence = _confidences[item][_chosen[item]];
        var margin = MarginOf(item);
        if (confidence < _options.MinConfidence)
            return false;
        for (var at = 0; at < _pairs[item].Length; at++)
        {
            if (at != _chosen[item] && _confidences[item][at] > confidence - margin
                && !IsSurelyAnothers(_pairs[item][at].Candidate, _confidences[item][at]))
                return false;
        }

        return _rivals[_pairs[item][_chosen[item]].Candidate].TrueForAll(rival =>
            rival.Item == item || _confidences[rival.Item][rival.At] <= confidence - margin
            || _chosen[rival.Item] is >= 0 and var at
                && _confidences[rival.Item][at] >= _confidences[rival.Item][rival.At] + MarginOf(rival.Item));
    }

    /// <summary>True for a candidate that is clearly nearer to the one who has it.</summary>
    private bool IsSurelyAnothers(int candidate, double confidence) => _ownerOf[candidate] is >= 0 and var owner
        && _confidences[owner][_chosen[owner]] >= confidence + MarginOf(owner);

    /// <summary>Between the same titles the least evidence decides.</summary>
    private double MarginOf(int item) => _pairs[item][_chosen[item]].Likeness.Text == 1 ? _options.Margin / 8 : _options.Margin;
}
