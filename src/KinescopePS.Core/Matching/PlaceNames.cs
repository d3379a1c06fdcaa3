namespace KinescopePS.Matching;

/// <summary>Projects and folders as people name them: by id, by a link from the dashboard, by name or path.</summary>
internal static class PlaceNames
{
    /// <summary>The ids in a text that is an id or a link from the dashboard, the project's first; none in a name.</summary>
    public static IReadOnlyList<string> IdsIn(string text)
    {
        text = text.Trim();
        if (IsId(text))
            return [text];
        var address = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        return Uri.TryCreate(address, UriKind.Absolute, out var link) && link.Host == "app.kinescope.io"
            ? [.. link.AbsolutePath.Split('/').Where(IsId).Select(id => id.ToLowerInvariant())]
            : [];
    }

    /// <summary>The id of what a name means. The very same spelling wins over one in other letters.</summary>
    /// <param name="name">The name.</param>
    /// <param name="places">The ids, each with its names, the last of which tells it from others.</param>
    /// <param name="noun">The noun for a place.</param>
    /// <param name="missingId">The error id where there is none.</param>
    /// <exception cref="KinescopeException"><paramref name="missingId"/> or <c>NameAmbiguous</c>.</exception>
    public static string Choose(string name, IReadOnlyCollection<(string Id, string[] Names)> places, string noun, string missingId)
    {
        List<(string Id, string[] Names)> meant = [.. places.Where(place => place.Id == name)];
        foreach (var comparison in (StringComparison[])[StringComparison.Ordinal, StringComparison.OrdinalIgnoreCase])
        {
            if (meant.Count == 0)
                meant = [.. places.Where(place => Array.Exists(place.Names, known => known.Trim().Equals(name.Trim(), comparison)))];
        }

        return meant switch
        {
            [var (id, _)] => id,
            [] => throw new KinescopeException(
                missingId, $"There is no {noun} '{name}'. {NearNames.Of(name, places.SelectMany(place => place.Names))}"),
            _ => throw new KinescopeException(
                ErrorIds.NameAmbiguous,
                $"'{name}' is the name of {meant.Count} {noun}s. Name one by its id: "
                + $"{string.Join(", ", meant.Select(place => $"{place.Id} ('{place.Names[^1]}')"))}."),
        };
    }

    private static bool IsId(string text) => Guid.TryParseExact(text, "D", out _);
}
