using System.Text.Json.Serialization;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Changes;

/// <summary>A part of a video that is changed and given back as one.</summary>
[JsonConverter(typeof(VideoFieldConverter))]
internal enum VideoField
{
    Title,
    Description,
    Tags,

    /// <summary>The places where the player may be shown, with the domains, which a platform may drop with their type.</summary>
    Privacy,
}

/// <summary>The fields of a <see cref="VideoChange"/>, one by one. Values are the same where Kinescope may spell them otherwise.</summary>
internal static class VideoFields
{
    public static readonly VideoField[] All = Enum.GetValues<VideoField>();

    /// <summary>All fields as a video holds them.</summary>
    public static VideoChange Of(KinescopeVideo video) => new()
    {
        Title = video.Title,
        Description = video.Description,
        Tags = [.. video.Tags],
        PrivacyType = video.PrivacyType,
        PrivacyDomains = [.. video.PrivacyDomains],
    };

    public static bool Has(this VideoChange values, VideoField field) => field switch
    {
        VideoField.Title => values.Title is not null,
        VideoField.Description => values.Description is not null,
        VideoField.Tags => values.Tags is not null,
        _ => values.PrivacyType is not null || values.PrivacyDomains is not null,
    };

    /// <summary>The values with a field of others.</summary>
    public static VideoChange With(this VideoChange values, VideoField field, VideoChange others) => field switch
    {
        VideoField.Title => values with { Title = others.Title },
        VideoField.Description => values with { Description = others.Description },
        VideoField.Tags => values with { Tags = others.Tags },
        _ => values with { PrivacyType = others.PrivacyType, PrivacyDomains = others.PrivacyDomains },
    };

    /// <summary>True where the values hold what is wanted of a field; what is null there may be anything.</summary>
    public static bool Hold(this VideoChange held, VideoField field, VideoChange wanted) => field switch
    {
        VideoField.Title => IsSameText(held.Title, wanted.Title),
        VideoField.Description => IsSameText(held.Description, wanted.Description),
        VideoField.Tags => wanted.Tags is null || IsSameSet(held.Tags, wanted.Tags, tag => tag.Trim()),
        _ => (wanted.PrivacyType is null || string.Equals(held.PrivacyType, wanted.PrivacyType, StringComparison.OrdinalIgnoreCase))
            && (wanted.PrivacyDomains is null || IsSameSet(held.PrivacyDomains, wanted.PrivacyDomains, PrivacyDomains.Plain)),
    };

    /// <summary>As <see cref="Hold"/>, whatever stamps of uploads are in the texts: a content that was replaced has another one.</summary>
    public static bool HoldButStamps(this VideoChange held, VideoField field, VideoChange wanted) =>
        WithoutStamps(held).Hold(field, WithoutStamps(wanted));

    /// <summary>The fields as words, for messages.</summary>
    public static string Describe(this VideoChange values, VideoField field) => field switch
    {
        VideoField.Title => $"title '{values.Title}'",
        VideoField.Description => $"description '{values.Description}'",
        VideoField.Tags => $"tags {Listed(values.Tags)}",
        _ => $"privacy {PrivacyOf(values)}",
    };

    /// <summary>A privacy as <c>custom (school.example)</c>.</summary>
    public static string PrivacyOf(VideoChange values)
    {
        var type = values.PrivacyType ?? "unknown";
        return values.PrivacyDomains is { Length: > 0 } domains ? $"{type} ({string.Join(", ", domains)})" : type;
    }

    private static VideoChange WithoutStamps(VideoChange values) => values with
    {
        Description = values.Description is null ? null : UploadStamp.Remove(values.Description),
        Tags = values.Tags is null ? null : UploadStamp.Remove(values.Tags),
    };

    private static string Listed(string[]? texts) => texts is { Length: > 0 } ? string.Join(", ", texts) : "none";

    private static bool IsSameText(string? held, string? wanted) => wanted is null || Plain(held ?? "") == Plain(wanted);

    private static string Plain(string text) => text.ReplaceLineEndings("\n").Trim();

    private static bool IsSameSet(string[]? held, string[] wanted, Func<string, string> plain) =>
        (held ?? []).Select(plain).ToHashSet().SetEquals(wanted.Select(plain));
}

internal sealed class VideoFieldConverter()
    : JsonStringEnumConverter<VideoField>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);
