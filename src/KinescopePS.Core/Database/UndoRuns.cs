namespace KinescopePS.Database;

/// <summary>The changes of an undo file by the command that made them.</summary>
internal static class UndoRuns
{
    /// <summary>The pause that ends a run in lines of earlier versions, which do not name theirs.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>The changes of the last run among some.</summary>
    /// <param name="changes">In the order of their times.</param>
    public static IReadOnlyList<RecordedChange> LastOf(IReadOnlyList<RecordedChange> changes)
    {
        if (changes.Count == 0)
            return [];
        if (changes[^1].Run is { } run)
            return [.. changes.Where(change => change.Run == run)];

        var first = changes.Count - 1;
        while (first > 0 && changes[first - 1].Run is null && changes[first].At - changes[first - 1].At <= LongestPause)
            first--;
        return [.. changes.Skip(first)];
    }

    /// <summary>The number of runs that made some changes.</summary>
    /// <param name="changes">In the order of their times.</param>
    public static int Count(IReadOnlyList<RecordedChange> changes)
    {
        var named = changes.Select(change => change.Run).OfType<string>().Distinct().Count();
        List<RecordedChange> unnamed = [.. changes.Where(change => change.Run is null)];
        var runs = named;
        while (unnamed.Count > 0)
        {
            unnamed.RemoveRange(unnamed.Count - LastOf(unnamed).Count, LastOf(unnamed).Count);
            runs++;
        }

        return runs;
    }
}
