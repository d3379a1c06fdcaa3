namespace KinescopePS.Matching;

/// <summary>Names that somebody who mistyped one may have meant.</summary>
internal static class NearNames
{
    private const int MostNamed = 5;
    private const int LongestCompared = 100;

    /// <summary>The names that are near, or else those that there are, as a sentence of a message.</summary>
    public static string Of(string name, IEnumerable<string?> names)
    {
        List<string> all = [.. names.OfType<string>().Where(other => other.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
        var near = all
            .Select(other => (Name: other, Distance: DistanceOf(name, other)))
            .Where(other => other.Distance is not null)
            .OrderBy(other => other.Distance)
            .Take(MostNamed)
            .Select(other => other.Name)
            .ToList();
        if (near.Count > 0)
            return $"Near to it: {Listed(near)}.";
        return all.Count switch
        {
            0 => "There is none.",
            <= MostNamed => $"There is: {Listed(all)}.",
            _ => $"There are {all.Count}, such as {Listed(all.Take(MostNamed))}.",
        };
    }

    /// <summary>The distance of two names that may be mistaken for each other; null for others.</summary>
    private static int? DistanceOf(string name, string other)
    {
        if (name.Length > LongestCompared || other.Length > LongestCompared)
            return null;
        var (one, two) = (name.Trim().ToLowerInvariant(), other.Trim().ToLowerInvariant());
        var distance = EditDistance.Of(one, two);
        if (distance <= Math.Max(1, Math.Max(one.Length, two.Length) / 4))
            return distance;
        return one.Length >= 3 && two.Contains(one) ? LongestCompared : null;
    }

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
