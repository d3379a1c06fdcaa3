using System.Net.Http.Headers;

namespace KinescopePS.Kinescope;

/// <summary>The words by which a server tells the content of a download from another one at the same address.</summary>
/// <param name="ETag">A strong entity tag, in its quotes; null for none, or a weak one, which does not tell bytes apart.</param>
/// <param name="LastModified">The date of the content, to the second, UTC; null for none.</param>
internal sealed record DownloadValidator(string? ETag, DateTimeOffset? LastModified)
{
    public static readonly DownloadValidator None = new(null, null);

    /// <summary>True where the server tells nothing that a part could be asked by.</summary>
    public bool IsEmpty => ETag is null && LastModified is null;

    /// <summary>The condition for a part of the same content; null where there is none to go by.</summary>
    public RangeConditionHeaderValue? Condition => ETag is not null ? new RangeConditionHeaderValue(ETag)
        : LastModified is { } date ? new RangeConditionHeaderValue(date)
        : null;

    public static DownloadValidator Of(HttpResponseMessage response) => new(
        response.Headers.ETag is { IsWeak: false, Tag: { Length: > 2 } tag } ? tag : null, response.Content.Headers.LastModified);

    /// <summary>False where both tell something, and it is not the same.</summary>
    public bool MayBe(DownloadValidator other) => ETag is not null && other.ETag is not null ? ETag == other.ETag
        : LastModified is null || other.LastModified is null || LastModified == other.LastModified;
}
