using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>The search `q` in titles and descriptions, as <see cref="PlatformWays.SearchMatches"/> says.</summary>
public static class Search
{
    public static bool Finds(string asked, Video video, PlatformWays ways)
    {
        var text = $"{video.Title}\n{video.Description}";
        var words = ways.SearchMatches == "whole-words" ? Spaced(text) : Words(text);
        return ways.SearchMatches switch
        {
            "all-words" => Words(asked).All(words.Contains),
            "any-word" => Words(asked).Any(words.Contains),
            "whole-words" => Spaced(asked).All(words.Contains),
            _ => text.Contains(asked, StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>Words between blanks, with their hyphens and full stops.</summary>
    private static HashSet<string> Spaced(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    private static HashSet<string> Words(string text) =>
        Spaced(new string([.. text.Select(character => char.IsLetterOrDigit(character) ? character : ' ')]));
}
