namespace KinescopePS.Matching;

/// <summary>Finds the names that may be alike, by what they have in common: words, their beginnings and ends, numbers, folders.</summary>
internal sealed class CandidateIndex
{
    /// <summary>The candidates that are compared with a name, and the names of a key that tells nothing any more.</summary>
    private const int MostCandidates = 24, MostOfKey = 1500;

    private readonly Dictionary<(int Kind, int One, int Other), List<int>> _names = [];
    private readonly Vocabulary _vocabulary;
    private readonly double[] _scores;
    private readonly int _count;

    public CandidateIndex(IReadOnlyList<MatchedName> names, Vocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _count = names.Count;
        _scores = new double[names.Count];
        for (var i = 0; i < names.Count; i++)
        {
            foreach (var key in KeysOf(names[i]))
            {
                if (!_names.TryGetValue(key, out var list))
                    _names[key] = list = [];
                // One more than are used: the list is passed over.
                if (list.Count <= MostOfKey && (list.Count == 0 || list[^1] != i))
                    list.Add(i);
            }
        }
    }

    /// <summary>The likeliest candidates, in their order.</summary>
    public IReadOnlyList<int> Find(MatchedName name)
    {
        var touched = new List<int>();
        foreach (var key in KeysOf(name).Distinct())
        {
            if (!_names.TryGetValue(key, out var list) || list.Count > MostOfKey)
                continue;
            var weight = Math.Log(1 + (double)_count / list.Count);
            foreach (var i in list)
            {
                if (_scores[i] == 0)
                    touched.Add(i);
                _scores[i] += weight;
            }
        }

        var best = touched.Count <= MostCandidates ? touched : LikeliestOf(touched);
        foreach (var i in touched)
            _scores[i] = 0;
        best.Sort();
        return best;
    }

    private List<int> LikeliestOf(List<int> touched)
    {
        // Of equal ones the first: its place does not depend on the order in which the names came.
        var likeliest = new PriorityQueue<int, (double, int)>(MostCandidates);
        foreach (var i in touched)
        {
            if (likeliest.Count < MostCandidates)
                likeliest.Enqueue(i, (_scores[i], -i));
            else
                likeliest.EnqueueDequeue(i, (_scores[i], -i));
        }

        return [.. likeliest.UnorderedItems.Select(item => item.Element)];
    }

    private IEnumerable<(int Kind, int One, int Other)> KeysOf(MatchedName name)
    {
        const int Word = 0, Beginning = 1, End = 2, Lead = 3, TextInGroup = 4, LeadInGroup = 5, Number = 6;
        const int Edge = 4;
        foreach (var word in name.Words)
        {
            yield return (Word, word, 0);
            var text = _vocabulary[word];
            if (text.Length >= Edge)
            {
                yield return (Beginning, _vocabulary.IdOf(text[..Edge]), 0);
                yield return (End, _vocabulary.IdOf(text[^Edge..]), 0);
            }
        }

        var lead = name.Lead.Count == 0 ? -1 : _vocabulary.IdOf(string.Join('.', name.Lead));
        if (lead >= 0)
            yield return (Lead, lead, name.Words.Length == 0 ? 1 : 0);
        foreach (var number in name.Numbers)
            yield return (Number, _vocabulary.IdOf(number), 0);
        foreach (var group in name.GroupWords.Take(16))
        {
            yield return (TextInGroup, name.Text, group);
            if (lead >= 0)
                yield return (LeadInGroup, lead, group);
        }
    }
}
