namespace KinescopePS.Matching;

/// <summary>Names of nearly the same words within one group, such as the parts of a lesson: only numbers tell them apart.</summary>
internal sealed class Siblings(MatchedName[] items, MatchedName[] candidates)
{
    private readonly Dictionary<(int Candidate, int Group), int> _items = [];
    private readonly Dictionary<(int Item, int Folder), int> _candidates = [];

    /// <summary>Notes an item and a candidate of nearly the same words.</summary>
    public void Add(int item, int candidate)
    {
        Count(_items, (candidate, items[item].Group));
        Count(_candidates, (item, candidates[candidate].Group));
    }

    /// <summary>True where the candidate is as near to another item of the group, or the item to another candidate of the folder.</summary>
    public bool Are(int item, int candidate) =>
        _items.GetValueOrDefault((candidate, items[item].Group)) > 1
        || _candidates.GetValueOrDefault((item, candidates[candidate].Group)) > 1;

    private static void Count(Dictionary<(int, int), int> counts, (int, int) key) => counts[key] = counts.GetValueOrDefault(key) + 1;
}
