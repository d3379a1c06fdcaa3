using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>A difference between two states of a video, in words.</summary>
/// <param name="Text">Both values.</param>
/// <param name="IsPrivacy">True for the places where it may be shown: nothing of that happens unsaid.</param>
internal readonly record struct VideoDifference(string Text, bool IsPrivacy = false);

/// <summary>The differences of a video between two times, for people to judge. Stamps of uploads are none. No I/O.</summary>
internal static class VideoDifferences
{
    /// <summary>The most characters of a value.</summary>
    private const int MaxLength = 60;

    /// <summary>The differences of texts, tags and privacy.</summary>
    public static IReadOnlyList<VideoDifference> Of(VideoBefore now, VideoBefore before)
    {
        var differences = new List<VideoDifference>();
        if (now.Title != before.Title)
            differences.Add(new($"title {Quoted(now.Title)} (it was {Quoted(before.Title)})"));
        var (description, oldDescription) = (Plain(now.Description), Plain(before.Description));
        if (description != oldDescription)
            differences.Add(new($"description {Quoted(description)} (it was {Quoted(oldDescription)})"));
        string[] tags = UploadStamp.Remove(now.Tags), oldTags = UploadStamp.Remove(before.Tags);
        if (!tags.ToHashSet().SetEquals(oldTags))
            differences.Add(new($"tags {Listed(tags)} (they were {Listed(oldTags)})"));
        var (privacy, oldPrivacy) = (PrivacyOf(now), PrivacyOf(before));
        if (!privacy.Equals(oldPrivacy, StringComparison.OrdinalIgnoreCase))
            differences.Add(new($"privacy {privacy} (it was {oldPrivacy})", IsPrivacy: true));
        return differences;
    }

    public static string Text(IEnumerable<VideoDifference> differences) => string.Join("; ", differences.Select(one => one.Text));

    private static string Plain(string description) =>
        string.Join(' ', UploadStamp.Remove(description).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string PrivacyOf(VideoBefore video)
    {
        var type = video.PrivacyType ?? "unknown";
        return video.PrivacyDomains.Count > 0 ? $"{type} ({string.Join(", ", video.PrivacyDomains.Order(StringComparer.Ordinal))})" : type;
    }

    private static string Listed(string[] tags) => tags.Length > 0 ? Cut(string.Join(", ", tags)) : "none";

    private static string Quoted(string text) => text.Length > 0 ? $"'{Cut(text)}'" : "empty";

    private static string Cut(string text) => text.Length > MaxLength
        ? $"{string.Concat(text.EnumerateRunes().Take(MaxLength - 3)).TrimEnd()}..."
        : text;
}
