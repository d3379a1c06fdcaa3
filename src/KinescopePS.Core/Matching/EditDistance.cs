namespace KinescopePS.Matching;

/// <summary>The likeness of two words, by the letters that are changed, missing, added or swapped.</summary>
internal static class EditDistance
{
    /// <summary>The likeness of two words of different spelling: 0 where they are different words, below 1.</summary>
    public static double Likeness(string one, string other)
    {
        var (shorter, longer) = one.Length <= other.Length ? (one, other) : (other, one);
        if (shorter.Length < 4)
            return 0;
        // An ending, as Russian has many.
        var common = one.AsSpan().CommonPrefixLength(other);
        var ending = common >= 5 && common >= longer.Length * 0.7 ? 0.85 : 0;
        var most = longer.Length >= 8 ? 2 : 1;
        if (longer.Length - shorter.Length > most)
            return ending;
        var distance = Of(shorter, longer);
        return Math.Max(ending, distance <= most ? 1 - (double)distance / longer.Length : 0);
    }

    /// <summary>The optimal string alignment distance.</summary>
    public static int Of(string one, string other)
    {
        Span<int> before = stackalloc int[other.Length + 1];
        Span<int> last = stackalloc int[other.Length + 1];
        Span<int> row = stackalloc int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++)
            last[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                row[j] = Math.Min(Math.Min(last[j], row[j - 1]) + 1, last[j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            var free = before;
            before = last;
            last = row;
            row = free;
        }

        return last[other.Length];
    }
}
