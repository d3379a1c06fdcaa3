using System.Globalization;

namespace KinescopePS.Kinescope;

/// <summary>The titles that a video may have.</summary>
internal static class VideoTitle
{
    /// <summary>Unit: UTF-16 code units. Source: kinescope-api section 3, the dashboard's limit.</summary>
    public const int MaxLength = 140;

    private const string Ellipsis = "…";

    /// <summary>
    /// A title that is not too long: a longer one is cut between two characters as readers see them, and ends with an ellipsis.
    /// </summary>
    public static string Fit(string title)
    {
        if (title.Length <= MaxLength)
            return title;

        var end = 0;
        while (end + StringInfo.GetNextTextElementLength(title, end) is var next && next <= MaxLength - Ellipsis.Length)
            end = next;
        if (end == 0)
            end = char.IsHighSurrogate(title[MaxLength - Ellipsis.Length - 1])
                ? MaxLength - Ellipsis.Length - 1
                : MaxLength - Ellipsis.Length;
        return title[..end].TrimEnd() + Ellipsis;
    }
}
